import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { applyObjects } from '../support/crds.js';
import { type Ground, startGround } from '../support/ground.js';

let ground: Ground;

beforeAll(async () => {
  ground = await startGround();
});

afterAll(() => ground.stop());

/** The RBAC objects that docs/operations.md gives to readers. */
async function documentedRbac(): Promise<object[]> {
  const page = await readFile('docs/operations.md', 'utf8');
  const [, yaml = ''] = /^```yaml\n(.*?rbac\.authorization.*?)^```/ms.exec(page) ?? [];
  return parseAllDocuments(yaml).map((document) => document.toJS() as object);
}

/** A kubeconfig of a service account that has these permissions, and no other. */
async function serviceAccountConfig(): Promise<KubeConfig> {
  const { server } = ground;
  await applyObjects(server, ...(await documentedRbac()));
  await server.kubectl('create', 'serviceaccount', 'sallyport');
  const subject = '--serviceaccount=default:sallyport';
  await server.kubectl('create', 'clusterrolebinding', 'sallyport', '--clusterrole=sallyport', subject);
  await server.kubectl('create', 'rolebinding', 'sallyport', '--role=sallyport', subject);
  const token = (await server.kubectl('create', 'token', 'sallyport')).trim();
  const config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
  config.users = config.users.map(({ name }) => ({ name, token }));
  return config;
}

it('the documented RBAC is enough, from a set made to a set deleted', async () => {
  const operator = ground.operator({ kubeConfig: await serviceAccountConfig(), resyncMs: 500 });
  const group = await ground.makeGroup('shared/eu-west-1', { name: 'permissions' });
  await ground.apply(awsAccount('shared'), cidrSet('permitted', ['203.0.113.0/24'], into(group)));
  await ground.told('awsaccount/shared', 'True Verified');
  await ground.told('cidrset/permitted', 'True InSync');
  expect(await group.rules()).toEqual(['* tcp/443 203.0.113.0/24']);

  await ground.deleteSets('permitted');
  expect(await group.rules()).toEqual([]);
  await operator.stop();
  const events = await ground.server.kubectl('get', 'events', '-o', 'custom-columns=:reason', '--no-headers');
  expect(events.split('\n')).toEqual(expect.arrayContaining(['RulesAuthorized', 'RulesRevoked']));
  // It let the lease go.
  expect(await ground.server.kubectl('get', 'lease', 'sallyport', '-o', 'jsonpath={.spec.holderIdentity}')).toBe('');
});
