import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { runnerpools } from '../../src/api/runner-pool.gen.js';
import { awsAccount, cidrSet, into, privateLinkEndpoint } from '../support/cluster.js';
import { startClusterDns } from '../support/cluster-dns.js';
import { applyObjects } from '../support/crds.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { makeCertificate } from '../support/https.js';
import { intercepted } from '../support/interceptions.js';
import { applyKarpenterCrds } from '../support/karpenter.js';

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

it('a proxy needs what is documented for it', async () => {
  const { kubectl } = ground.server;
  const { pem, key } = makeCertificate(['gitlab.example.com']);
  const metadata = { namespace: 'default', name: 'names' };
  const stringData = { 'tls.crt': pem, 'tls.key': key };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', stringData };
  await applyObjects(ground.server, secret);
  const operator = ground.operator({ kubeConfig, resyncMs: 500, pollMs: 500 });
  await ground.apply(
    privateLinkEndpoint('gitlab', {
      hosts: [{ public: 'gitlab.example.com' }],
      service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
      consumers: [],
      proxy: { certificate: { secretName: 'names' }, upstream: { address: 'gitlab.internal:443' } },
    }),
  );
  const told = (words: RegExp) => ground.told('privatelinkendpoint/gitlab', words, 'ProxyReady');
  await told(/^False Forbidden: .*cannot list resource/);
  await bind('sallyport-proxy');
  await told(/^False Forbidden: .*cannot get resource "secrets"/);
  expect(await kubectl('get', 'deployments', '-o', 'name')).toBe('');
  await bind('sallyport-certificates');
  await told(/^False RollingOut/);
  await kubectl('delete', 'service', 'gitlab-proxy');
  await kubectl('wait', '--for=create', 'service/gitlab-proxy', '--timeout=30s');
  await ground.deleteEndpoints();
  await operator.stop();
});

it('interception needs what is documented for it', async () => {
  const wider = ['sallyport-config-maps', 'sallyport-proxy'];
  await ground.server.kubectl('delete', 'clusterrolebinding', ...wider);
  const dns = await startClusterDns(ground, { replicas: 1, after: 'import custom/*.server\n' });
  const operator = ground.operator({ kubeConfig, resyncMs: 500, askMs: 200 });
  const told = (words: RegExp) => ground.told('endpoint/gitlab', words, 'Intercepted');
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told(/^False Forbidden: .*cannot list resource "services".*in the namespace "kube-system"/);
  const role = '--role=sallyport-interception';
  await ground.server.kubectl('create', 'rolebinding', 'sallyport', '-n', 'kube-system', role, subject);
  await told(/^True Verified/);
  // That there was no coredns-custom makes no difference.
  await ground.apply(intercepted('gitlab', 'CoreDNSImport'));
  await told(/^True Verified/);
  await ground.apply(intercepted('gitlab', 'JobDNS'));
  await told(/^False Forbidden: .*cannot list resource "configmaps".*at the cluster scope/);
  await bind('sallyport-proxy');
  await told(/^False Forbidden: .*cannot list resource "pods".*in the namespace "default"/);
  await bind('sallyport-job-dns');
  await told(/^Unknown Proving: not yet: no pod of the resolver is ready/);
  await ground.deleteEndpoints();
  await operator.stop();
  await dns.stop();
});

it('the nodes of a RunnerPool need what is documented for them', async () => {
  await applyKarpenterCrds(ground.server);
  const operator = ground.operator({ kubeConfig, resyncMs: 500, pollMs: 500 });
  const name = 'builders';
  const karpenter = {
    ami: { alias: 'bottlerocket@v1.50.0' },
    role: 'ci-nodes',
    subnets: { tags: { role: 'runners' } },
    securityGroups: { tags: { role: 'runners' } },
  };
  await ground.apply({
    kind: 'RunnerPool',
    metadata: { namespace: 'default', name },
    spec: { nodes: { os: 'Bottlerocket', karpenter } },
  });
  await ground.told('runnerpool/builders', /^False Forbidden: .*cannot list resource "nodes"/);
  await bind('sallyport-nodes');
  await ground.told('runnerpool/builders', 'Unknown AwaitingKarpenter');
  const labels = { 'sallyport.dev/runner-pool': 'default.builders' };
  const taints = [{ key: 'sallyport.dev/unproven', effect: 'NoSchedule' }];
  await applyObjects(ground.server, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: { taints } });
  const ready = '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}';
  await ground.server.kubectl('patch', 'node', name, '--subresource=status', '-p', ready);
  await eventually(async () => {
    const { nodes } = (await ground.client.get(runnerpools, { namespace: 'default', name }))?.status ?? {};
    expect(nodes?.ready).toBe('1/1');
  });
  await ground.client.delete(runnerpools, { namespace: 'default', name });
  await ground.server.kubectl('wait', '--for=delete', 'runnerpool/builders', '--timeout=30s');
  expect(await ground.server.kubectl('get', 'nodepools,ec2nodeclasses', '-o', 'name')).toBe('');
  await operator.stop();
});
