import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { KubeConfig } from '@kubernetes/client-node';
import { runnerpools } from '../../src/api/runner-pool.gen.js';
import { install, tokenOf } from '../support/chart.js';
import { awsAccount, cidrSet, into, privateLinkEndpoint } from '../support/cluster.js';
import { startClusterDns } from '../support/cluster-dns.js';
import { applyObjects } from '../support/crds.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { makeCertificate } from '../support/https.js';
import { intercepted } from '../support/interceptions.js';
import { applyKarpenterCrds } from '../support/karpenter.js';
import { kubeConfigWith } from '../support/readers.js';

let ground: Ground;
let kubeConfig: KubeConfig;

beforeAll(async () => {
  ground = await startGround();
  await ground.server.kubectl('create', 'namespace', 'ci');
  kubeConfig = await serviceAccountConfig();
});

afterAll(() => ground.stop());

/** A kubeconfig of the chart's service account. */
async function serviceAccountConfig(): Promise<KubeConfig> {
  const { server } = ground;
  await install(server);
  return kubeConfigWith(server, await tokenOf(server));
}

it('what the chart permits is enough, from a set made to a set deleted', async () => {
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

it('targets in the cluster need a namespace that the chart lists, and until then fail alone', async () => {
  const operator = ground.operator({ kubeConfig, resyncMs: 500 });
  const target = { namespace: 'ci', name: 'office' };
  const both = { targets: { networkPolicies: [target], configMaps: [target] } };
  await ground.apply(cidrSet('office', ['203.0.113.0/24'], both), cidrSet('plain', ['203.0.113.0/24']));
  await ground.told('cidrset/plain', 'True InSync');
  await ground.told('cidrset/office', /^False Forbidden: .*cannot list resource "networkpolicies".* \(and 1 more\)$/);

  const sets = { networkPolicyNamespaces: ['ci'] };
  await install(ground.server, { controllers: { cidrSet: sets } });
  await ground.told('cidrset/office', /^False Forbidden: .*cannot list resource "configmaps"/);
  expect(await ground.server.kubectl('get', 'networkpolicy', 'office', '-n', 'ci', '-o', 'name')).toMatch('office');
  await install(ground.server, { controllers: { cidrSet: { ...sets, configMapNamespaces: ['default'] } } });
  await ground.told('cidrset/office', /^False Forbidden: .*cannot patch resource "configmaps".*in the namespace "ci"/);
  await install(ground.server, { controllers: { cidrSet: { ...sets, configMapNamespaces: ['ci'] } } });
  await ground.told('cidrset/office', 'True InSync');

  await ground.deleteSets();
  expect(await ground.server.kubectl('get', 'networkpolicies,configmaps', '-n', 'ci', '-o', 'name')).toBe('');
  await operator.stop();
});

it('a proxy needs a namespace that the chart lists', async () => {
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
  await install(ground.server, { controllers: { proxy: { enabled: true } } });
  await told(/^False Forbidden: .*cannot get resource "secrets"/);
  expect(await kubectl('get', 'deployments', '-o', 'name')).toBe('deployment.apps/sallyport\n');
  await install(ground.server, { controllers: { proxy: { enabled: true, namespaces: ['default'] } } });
  await told(/^False RollingOut/);
  await kubectl('delete', 'service', 'gitlab-proxy');
  await kubectl('wait', '--for=create', 'service/gitlab-proxy', '--timeout=120s');
  await ground.deleteEndpoints();
  await operator.stop();
});

it('interception needs the modes that the chart lists, and for JobDNS a namespace', async () => {
  const permit = (modes: string[], namespaces: string[] = []) =>
    install(ground.server, { controllers: { interception: { enabled: true, modes, namespaces } } });
  await install(ground.server);
  const dns = await startClusterDns(ground, { replicas: 1, after: 'import custom/*.server\n' });
  const operator = ground.operator({ kubeConfig, resyncMs: 500, askMs: 200 });
  const told = (words: RegExp) => ground.told('endpoint/gitlab', words, 'Intercepted');
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told(/^False Forbidden: .*cannot list resource "services".*in the namespace "kube-system"/);
  await permit([]);
  await told(/^False Forbidden: .*cannot patch resource "configmaps"/);
  await permit(['ClusterDNS']);
  await told(/^True Verified/);
  await permit(['ClusterDNS', 'CoreDNSImport']);
  // That there was no coredns-custom makes no difference.
  await ground.apply(intercepted('gitlab', 'CoreDNSImport'));
  await told(/^True Verified/);
  await ground.apply(intercepted('gitlab', 'JobDNS'));
  await told(/^False Forbidden: .*cannot list resource "configmaps".*at the cluster scope/);
  const modes = ['ClusterDNS', 'CoreDNSImport', 'JobDNS'];
  await permit(modes);
  await told(/^False Forbidden: .*in the namespace "default"/);
  await permit(modes, ['default']);
  await told(/^Unknown Proving: not yet: no pod of the resolver is ready/);
  await ground.deleteEndpoints();
  await operator.stop();
  await dns.stop();
});

it('the nodes of a RunnerPool need no namespace', async () => {
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
  await install(ground.server, { controllers: { runnerPool: { enabled: true, karpenter: false } } });
  await ground.told('runnerpool/builders', /^False Forbidden: .*cannot list resource "\w+" in API group "karpenter\./);
  await install(ground.server, { controllers: { runnerPool: { enabled: true } } });
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
  await ground.server.kubectl('wait', '--for=delete', 'runnerpool/builders', '--timeout=120s');
  expect(await ground.server.kubectl('get', 'nodepools,ec2nodeclasses', '-o', 'name')).toBe('');
  await operator.stop();
});

it('a workload cluster has what its controllers need, from resources made to resources deleted', async () => {
  const { kubectl } = ground.server;
  const here = { enabled: true, namespaces: ['ci'] };
  await install(ground.server, {
    controllers: {
      cidrSet: { enabled: false },
      privateLinkEndpoint: { enabled: false },
      interception: here,
      runnerPool: { ...here, hostAccess: true },
    },
  });
  const controllers = ['aws-account', 'interception', 'runner-pool'] as const;
  const operator = ground.operator({ kubeConfig, controllers, resyncMs: 500, pollMs: 500, image: 'sallyport:1' });
  const inCi = <T extends { metadata: object }>(manifest: T) => ({
    ...manifest,
    metadata: { ...manifest.metadata, namespace: 'ci' },
  });
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'runner' }, stringData: { token: 'glrt-1' } };
  const dns = { namespace: 'kube-system', name: 'kube-dns', labels: { 'k8s-app': 'kube-dns' } };
  const ports = [{ name: 'dns', port: 53, protocol: 'UDP' }];
  await applyObjects(ground.server, inCi(secret), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: dns,
    spec: { ports },
  });
  const pool = {
    nodes: { os: 'Bottlerocket', provisioner: 'UserDataOnly' },
    gitlab: { url: 'https://gitlab.example.com', tokenSecret: { name: 'runner', key: 'token' } },
    aws: { roleArn: 'arn:aws:iam::111111111111:role/ci-jobs' },
    hostAccess: 'Refuse',
  };
  await ground.apply(
    inCi(intercepted('gitlab', 'JobDNS')),
    inCi({ kind: 'RunnerPool' as const, metadata: { name: 'builders' }, spec: pool }),
  );
  const made = ['deployment/gitlab-dns', 'deployment/builders-manager', 'role/builders-manager', 'sa/builders-jobs'];
  for (const object of made) await kubectl('wait', '-n', 'ci', '--for=create', object, '--timeout=120s');
  await eventually(async () =>
    expect(await kubectl('get', 'jobs', '-n', 'ci', '-o', 'name')).toMatch('builders-probe'),
  );
  expect(await kubectl('get', 'validatingadmissionpolicies', '-o', 'name')).toMatch('ci.builders.host-access');
  const conditions = () => kubectl('get', 'ple,rpool', '-n', 'ci', '-o', 'jsonpath={.items[*].status.conditions}');
  await eventually(async () => expect(await conditions()).toMatch('RollingOut'));
  expect(await conditions()).not.toMatch('Forbidden');

  await kubectl('delete', 'ple,rpool', '-n', 'ci', '--all', '--timeout=120s');
  for (const object of made) await kubectl('wait', '-n', 'ci', '--for=delete', object, '--timeout=120s');
  await operator.stop();
});
