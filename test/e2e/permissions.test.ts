import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { applyObjects } from '../support/crds.js';
import { type Ground, startGround } from '../support/ground.js';

let ground: Ground;
let kubeConfig: KubeConfig;

beforeAll(async () => {
  ground = await startGround();
  kubeConfig = await serviceAccountConfig();
});

afterAll(() => ground.stop());

/** The RBAC objects that docs/operations.md gives to readers. */
async function documentedRbac(): Promise<object[]> {
  const page = await readFile('docs/operations.md', 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = '']) => yaml);
  const rbac = blocks.filter((yaml) => yaml.includes('rbac.authorization')).join('---\n');
  return parseAllDocuments(rbac).map((document) => document.toJS() as object);
}

const subject = '--serviceaccount=default:sallyport';

async function bind(role: string): Promise<void> {
  await ground.server.kubectl('create', 'clusterrolebinding', role, `--clusterrole=${role}`, subject);
}

/** A kubeconfig of a service account that has these permissions, and no other. */
async function serviceAccountConfig(): Promise<KubeConfig> {
  const { server } = ground;
  await applyObjects(server, ...(await documentedRbac()));
  await server.kubectl('create', 'serviceaccount', 'sallyport');
  await bind('sallyport');
  await server.kubectl('create', 'rolebinding', 'sallyport', '--role=sallyport', subject);
  const token = (await server.kubectl('create', 'token', 'sallyport')).trim();
  const config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
  config.users = config.users.map(({ name }) => ({ name, token }));
  return config;
}

it('the documented RBAC is enough, from a set made to a set deleted', async () => {
  const operator = ground.operator({ kubeConfig, resyncMs: 500 });
  const group = await ground.makeGroup('shared/eu-west-1', { name: 'permissions' });
  const discover = { vpcs: [{ name: 'all' }] };
  await ground.apply(awsAccount('shared'), cidrSet('permitted', ['203.0.113.0/24'], { ...into(group), discover }));
  await ground.told('awsaccount/shared', 'True Verified');
  await ground.told('cidrset/permitted', 'True InSync: 2 rules');
  const memory = () => ground.server.kubectl('get', 'configmaps', '-l', 'sallyport.dev/memory-of', '-o', 'name');
  expect(await memory()).toBe('configmap/sallyport-memory-permitted\n');

  await ground.deleteSets('permitted');
  expect(await group.rules()).toEqual([]);
  expect(await memory()).toBe('');
  await operator.stop();
  const events = await ground.server.kubectl('get', 'events', '-o', 'custom-columns=:reason', '--no-headers');
  expect(events.split('\n')).toEqual(expect.arrayContaining(['RulesAuthorized', 'RulesRevoked']));
  // It let the lease go.
  expect(await ground.server.kubectl('get', 'lease', 'sallyport', '-o', 'jsonpath={.spec.holderIdentity}')).toBe('');
});

it('targets in the cluster need what is documented for them, and until then fail alone', async () => {
  const operator = ground.operator({ kubeConfig, resyncMs: 500 });
  const target = { namespace: 'default', name: 'office' };
  const both = { targets: { networkPolicies: [target], configMaps: [target] } };
  await ground.apply(cidrSet('office', ['203.0.113.0/24'], both), cidrSet('plain', ['203.0.113.0/24']));
  await ground.told('cidrset/plain', 'True InSync');
  await ground.told('cidrset/office', /^False Forbidden: .*cannot list resource "networkpolicies".* \(and 1 more\)$/);

  await bind('sallyport-network-policies');
  await ground.told('cidrset/office', /^False Forbidden: .*cannot list resource "configmaps"/);
  expect(await ground.server.kubectl('get', 'networkpolicy', 'office', '-o', 'name')).toMatch('office');
  await bind('sallyport-config-maps');
  await ground.told('cidrset/office', 'True InSync');

  await ground.deleteSets();
  expect(await ground.server.kubectl('get', 'networkpolicies,configmaps', '-o', 'name')).toBe('');
  await operator.stop();
});
