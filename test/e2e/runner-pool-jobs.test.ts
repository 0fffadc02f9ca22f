import { getServers, setServers } from 'node:dns';
import {
  CreatePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { V1NetworkPolicy } from '@kubernetes/client-node';
import { awsaccounts } from '../../src/api/aws-account.gen.js';
import { runnerpools } from '../../src/api/runner-pool.gen.js';
import { networkPolicies } from '../../src/kube/owned/resources.js';
import type { KubeObject, Resource } from '../../src/kube/resource.js';
import { covers } from '../../src/net/cover.js';
import { hostAccessKinds } from '../../src/runner-pool/jobs/host-access.js';
import { jobKinds, serviceAccounts } from '../../src/runner-pool/jobs/objects.js';
import { probeJobs } from '../../src/runner-pool/jobs/probe/job.js';
import { probe } from '../../src/runner-pool/jobs/probe/probe.js';
import { isIsolated } from '../../src/runner-pool/jobs/probe/result.js';
import { nodes } from '../../src/runner-pool/nodes/fleet.js';
import { awsAccount } from '../support/cluster.js';
import { applyObjects } from '../support/crds.js';
import { diesAt } from '../support/death.js';
import { EksCluster } from '../support/eks-cluster.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { Pools } from '../support/pools.js';

const ref = { namespace: 'default', name: 'builders' };
const roleArn = 'arn:aws:iam::111111111111:role/ci-jobs';
const cluster = { account: 'shared', region: 'eu-west-1', name: 'prod' };
const irsa = { aws: { roleArn, credentials: 'IRSA' } };
const podIdentity = { aws: { roleArn, credentials: 'PodIdentity', cluster } };
const kinds = [...jobKinds, ...hostAccessKinds];

let ground: Ground;
let eks: EKSClient;
let pools: Pools | undefined;

beforeAll(async () => {
  ground = await startGround();
  eks = ground.edge.client(EKSClient, '111111111111', 'eu-west-1');
  await new EksCluster(eks, 'prod').make();
  await new EksCluster(eks, 'other').make();
});
afterAll(() => ground.stop());
afterEach(async () => {
  await pools?.stop();
  start();
  await remove();
  await pools?.stop();
  pools = undefined;
  await ground.server.kubectl('delete', 'pods', '--all', '--force');
  await ground.clean();
});

function start(options?: ConstructorParameters<typeof Pools>[1]): Pools {
  pools = new Pools(ground, { image: 'sallyport:1', ...options });
  return pools;
}

async function declare(spec: object): Promise<void> {
  await ground.apply(awsAccount('shared'));
  const least = { os: 'Bottlerocket', provisioner: 'UserDataOnly' };
  await ground.apply({ kind: 'RunnerPool', metadata: ref, spec: { nodes: least, ...spec } });
}

async function remove(): Promise<void> {
  await ground.client.delete(runnerpools, ref);
  await eventually(async () => expect(await ground.client.get(runnerpools, ref)).toBeUndefined());
}

const told = (words: string | RegExp) => ground.told('runnerpool/builders', words, 'JobsIsolated');

/** What there is of ours, as `Job builders-probe-…`. */
async function made(): Promise<string[]> {
  const lists = await Promise.all(
    kinds.map(async (resource: Resource) => {
      const labelSelector = 'app.kubernetes.io/component=runner-pool-jobs';
      const { items } = await ground.client.list(resource, { labelSelector });
      return items.map(({ metadata }) => `${resource.kind} ${metadata.name}`);
    }),
  );
  return lists.flat();
}

async function associations(clusterName = 'prod') {
  const { associations: found = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
  const described = found.map(({ associationId }) =>
    eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId })),
  );
  return (await Promise.all(described)).map(({ association }) => association);
}

function writesToEks(): number {
  return ground.edge.count({ service: 'eks', mutating: true });
}

const OURS = {
  roleArn,
  namespace: 'default',
  serviceAccount: 'builders-jobs',
  tags: { 'sallyport.dev/owner': 'test' },
};

async function theJob(): Promise<KubeObject> {
  return eventually(async () => {
    const { items } = await ground.client.list(probeJobs);
    const [job] = items;
    if (!job) throw new Error('there is no Job');
    return job;
  });
}

/** As the Job controller ends it. */
async function end(job: KubeObject, how: 'Complete' | 'Failed'): Promise<void> {
  const at = '2026-11-21T09:00:00Z';
  const before = how === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const conditions = [before, how].map((type) => {
    return { type, status: 'True', reason: 'Ended', message: 'it ended', lastProbeTime: at, lastTransitionTime: at };
  });
  const counts = how === 'Complete' ? { succeeded: 1, completionTime: at } : { failed: 1 };
  const { namespace, name } = job.metadata;
  const status = { startTime: at, conditions, ...counts };
  await ground.client.apply(
    probeJobs,
    { metadata: { namespace: namespace ?? '', name }, status },
    {
      manager: 'kube-controller-manager',
      subresource: 'status',
    },
  );
}

function pod(name: string, spec: object = {}, labels: Record<string, string> = {}) {
  const containers = [{ name: 'job', image: 'alpine' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...ref, name, labels }, spec: { containers, ...spec } };
}

const pods: Resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };
const create = (...args: Parameters<typeof pod>) => ground.client.create(pods, pod(...args));

it('jobs have their role, their policies and what proves them, and then nothing more is written', async () => {
  const set = { cidrs: ['203.0.113.0/24', '10.0.0.0/8', '2001:db8::/32'] };
  const running = start({ setOf: (name) => (name === 'gitlab' ? set : undefined) });
  await declare({ ...irsa, network: { allow: [{ set: 'gitlab', ports: ['tcp/443'] }] }, hostAccess: 'Refuse' });
  await told('Unknown Probing');
  const job = await theJob();
  const all = [
    `Job ${job.metadata.name}`,
    'NetworkPolicy builders-jobs',
    'NetworkPolicy builders-jobs-gitlab',
    'ServiceAccount builders-jobs',
    'ValidatingAdmissionPolicy default.builders.host-access',
    'ValidatingAdmissionPolicyBinding default.builders.host-access',
  ];
  await eventually(async () => expect((await made()).sort()).toEqual(all));
  const account = await ground.client.get(serviceAccounts, { ...ref, name: 'builders-jobs' });
  const annotations = expect.objectContaining({ 'eks.amazonaws.com/role-arn': roleArn });
  expect(account).toMatchObject({ automountServiceAccountToken: false, metadata: { annotations } });
  await end(job, 'Complete');
  await told(`True Isolated: from a job's pod, no metadata service answers, and STS knows it by ${roleArn}`);

  await running.look();
  const { mutations } = running.client;
  await running.look();
  expect(running.client.mutations).toBe(mutations);

  await remove();
  expect(await made()).toEqual([]);
});

it('jobs go to the DNS of this cluster, and neither to its nodes nor to its API server', async () => {
  const dns = { namespace: 'kube-system', name: 'kube-dns' };
  await applyObjects(
    ground.server,
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...dns, labels: { 'k8s-app': 'kube-dns' } },
      spec: { ports: [{ port: 53, protocol: 'UDP' }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...ref, name: 'control-plane', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.3.10'] }],
      ports: [],
    },
  );
  const own = { InternalIP: '10.1.2.20', ExternalIP: '198.51.100.20' };
  const addresses = Object.entries(own).map(([type, address]) => ({ type, address }));
  const kubelet = { manager: 'kubelet', subresource: 'status' } as const;
  await ground.client.apply(nodes, { metadata: { name: 'node-1' }, status: { addresses } }, kubelet);
  const addressOf = (...service: string[]) =>
    ground.server.kubectl('get', 'service', ...service, '-o', 'jsonpath={.spec.clusterIP}');
  // The API server makes it in its own time.
  const apiServer = await eventually(() => addressOf('kubernetes'));
  start();
  await declare(irsa);
  await told('Unknown Probing');
  const blocks = await egressBlocks();
  const closed = blocks.flatMap(({ except = [] }) => except);
  const isClosed = (address: string) => closed.some((each) => covers(each, `${address}/32`));
  const to = [...Object.values(own), apiServer, '10.1.3.10'];
  expect(to.filter((address) => !isClosed(address))).toEqual([]);
  const resolver = await addressOf('-n', dns.namespace, dns.name);
  expect(blocks.map(({ cidr }) => cidr)).toContain(`${resolver}/32`);
  expect(isClosed(resolver)).toBe(false);
  await ground.client.delete(nodes, { name: 'node-1' });
  await ground.server.kubectl('delete', 'service', '-n', dns.namespace, dns.name);
  await ground.server.kubectl('delete', 'endpointslice', 'control-plane');
});

it('jobs go to the DNS of the nodes where it has no Service, as in EKS Auto Mode', async () => {
  const servers = getServers();
  process.env.KUBERNETES_SERVICE_HOST = '10.0.0.1';
  setServers(['172.20.0.10']);
  try {
    start();
    await declare({ ...irsa, network: { allow: [{ set: 'gitlab' }] } });
    await eventually(async () => expect((await egressBlocks()).map(({ cidr }) => cidr)).toContain('172.20.0.10/32'));
  } finally {
    delete process.env.KUBERNETES_SERVICE_HOST;
    setServers(servers);
  }
});

/** Of the policy for all pools' jobs. */
async function egressBlocks() {
  const found = await ground.client.get(networkPolicies, { ...ref, name: 'builders-jobs' });
  const { egress = [] } = (found as V1NetworkPolicy | undefined)?.spec ?? {};
  return egress.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock ?? []));
}

it('keeps what a set let in while it is not whole, and says so', async () => {
  let set: { cidrs: string[]; problem?: { reason: string; message: string } } | undefined = {
    cidrs: ['203.0.113.0/24'],
  };
  const running = start({ setOf: () => set });
  await declare({ ...irsa, network: { allow: [{ set: 'gitlab' }] } });
  await told('Unknown Probing');
  const allowed = async () => {
    const found = await ground.client.get(networkPolicies, { ...ref, name: 'builders-jobs-gitlab' });
    return JSON.stringify(found).match(/"cidr":"[^"]+"/g);
  };
  expect(await allowed()).toEqual(['"cidr":"203.0.113.0/24"']);

  set = { cidrs: ['198.51.100.0/24'], problem: { reason: 'AccountDenied', message: 'it was denied' } };
  await told('False AccountDenied: CidrSet gitlab: it was denied');
  expect(await allowed()).toEqual(['"cidr":"198.51.100.0/24"', '"cidr":"203.0.113.0/24"']);
  set = undefined;
  await told('False UnknownCidrSet: CidrSet gitlab: there is none');
  expect(await allowed()).toEqual(['"cidr":"198.51.100.0/24"', '"cidr":"203.0.113.0/24"']);
  set = { cidrs: ['198.51.100.0/24'] };
  await running.look();
  expect(await allowed()).toEqual(['"cidr":"198.51.100.0/24"']);
});

it('the API server refuses pods with access to their node, and lets others pass', async () => {
  start();
  await declare({ ...irsa, hostAccess: 'Refuse' });
  await told('Unknown Probing');
  const jobs = { 'sallyport.dev/runner-pool': 'default.builders' };
  // It takes a moment until a policy is in force.
  let pass = 0;
  const passing = () => create(`net-${++pass}`, { hostNetwork: true });
  await eventually(() => expect(passing()).rejects.toThrow('leave out hostNetwork'));
  await expect(create('pid', { hostPID: true })).rejects.toThrow('leave out hostPID');
  await expect(create('ipc', { hostIPC: true })).rejects.toThrow('leave out hostIPC');
  const volumes = [{ name: 'root', hostPath: { path: '/' } }];
  await expect(create('path', { volumes })).rejects.toThrow('leave out hostPath');
  await expect(create('role', { serviceAccountName: 'default' }, jobs)).rejects.toThrow(
    'RunnerPool default/builders refuses jobs with another service account than theirs; write serviceAccountName: builders-jobs',
  );
  await create('plain', { volumes: [{ name: 'scratch', emptyDir: {} }] });
  await create('job', { serviceAccountName: 'builders-jobs' }, jobs);

  await declare(irsa);
  await eventually(passing);
  await eventually(async () => expect(await made()).not.toContainEqual(expect.stringContaining('host-access')));
});

it('tells what the probe of a pod saw, and probes anew what has changed', async () => {
  start();
  await declare(irsa);
  const job = await theJob();
  const { name } = job.metadata;
  const labels = { 'batch.kubernetes.io/job-name': name };
  await create('probe-1', { serviceAccountName: 'builders-jobs' }, labels);
  const message = JSON.stringify({ metadata: ['http://169.254.169.254'], identity: { arn: 'arn' } });
  const terminated = { exitCode: 1, reason: 'Error', message };
  const containerStatuses = [
    { name: 'job', image: 'a', imageID: 'a', ready: false, restartCount: 0, state: { terminated } },
  ];
  await ground.client.apply(
    pods,
    { metadata: { ...ref, name: 'probe-1' }, status: { phase: 'Failed', containerStatuses } },
    { manager: 'kubelet', subresource: 'status' },
  );
  await end(job, 'Failed');
  await told("False MetadataReachable: from a job's pod, the metadata service answers at http://169.254.169.254");
  await declare({ ...irsa, network: { nodes: true } });
  await told('Unknown Probing');
  await eventually(async () => expect((await theJob()).metadata.name).not.toBe(name));
});

it('an association gives jobs their role, follows it, and goes with it', async () => {
  const running = start();
  await declare(podIdentity);
  await told('Unknown Probing');
  expect(await associations()).toMatchObject([OURS]);
  await running.look();
  const written = writesToEks();
  await running.look();
  expect(writesToEks()).toBe(written);

  await declare({ aws: { ...podIdentity.aws, roleArn: `${roleArn}-2` } });
  await eventually(async () => expect(await associations()).toMatchObject([{ ...OURS, roleArn: `${roleArn}-2` }]));

  await declare({ aws: { ...podIdentity.aws, cluster: { ...cluster, name: 'other' } } });
  await eventually(async () => expect(await associations('other')).toMatchObject([OURS]));
  await eventually(async () => expect(await associations()).toEqual([]));

  await declare(irsa);
  await eventually(async () => expect(await associations('other')).toEqual([]));
  await declare(podIdentity);
  await eventually(async () => expect(await associations()).toMatchObject([OURS]));
  await remove();
  expect(await associations()).toEqual([]);
});

it("leaves somebody's association alone, and names it", async () => {
  start();
  const theirs = {
    clusterName: 'prod',
    namespace: 'default',
    serviceAccount: 'builders-jobs',
    roleArn: `${roleArn}-9`,
  };
  await eks.send(new CreatePodIdentityAssociationCommand(theirs));
  await declare(podIdentity);
  await told(/^False NotOurs: association a-[0-9a-f]+ of default\/builders-jobs in EKS cluster prod gives .*-9/);
  await remove();
  expect(await associations()).toMatchObject([{ roleArn: `${roleArn}-9` }]);
  ground.edge.empty();
  await new EksCluster(eks, 'prod').make();
  await new EksCluster(eks, 'other').make();
});

it('leaves an association in place, unmarked, when it is to be retained', async () => {
  start();
  await declare({ ...podIdentity, deletionPolicy: 'Retain' });
  await eventually(async () => expect(await associations()).toMatchObject([OURS]));
  await remove();
  expect((await associations()).map((each) => each?.tags)).toEqual([{}]);
  await ground.server.kubectl('delete', 'serviceaccounts,networkpolicies,jobs', '--all');
  ground.edge.empty();
  await new EksCluster(eks, 'prod').make();
});

it('is deleted without the account, after a while, and says what may be left', async () => {
  const running = start({ releaseAfterMs: 2_000 });
  await declare(podIdentity);
  await eventually(async () => expect(await associations()).toMatchObject([OURS]));
  await ground.client.delete(awsaccounts, { name: 'shared' });
  await told(/there is no AwsAccount shared/);
  await remove();
  await running.flush();
  const events = await ground.server.kubectl('get', 'events', '-o', 'custom-columns=:message', '--no-headers');
  expect(events).toContain('there is no AwsAccount shared; left there');
  ground.edge.empty();
  await new EksCluster(eks, 'prod').make();
});

it('STS knows a job by the credentials of its role', async () => {
  const sts = ground.edge.client(STSClient, '111111111111', 'eu-west-1');
  const input = { RoleArn: roleArn, RoleSessionName: 'job' };
  const { Credentials: given } = await sts.send(new AssumeRoleCommand(input));
  const former = { ...process.env };
  const seen = async (key = '', secret = '', token = '') => {
    const keys = { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token };
    Object.assign(process.env, { AWS_REGION: 'eu-west-1', ...keys });
    return isIsolated(await probe({ metadata: [], waitMs: 100, roleArn }), roleArn);
  };
  try {
    expect(await seen(given?.AccessKeyId, given?.SecretAccessKey, given?.SessionToken)).toBe(true);
    expect(await seen('operator', 'operator')).toBe(false);
  } finally {
    process.env = former;
  }
});

it('killed at any call to EKS, it leaves nothing that the next one does not finish', async () => {
  const operator = () => ground.operator({ ownerId: 'test', resyncMs: 300, pollMs: 300, image: 'sallyport:1' });
  const there = () => told('Unknown Probing');
  for (let nth = 1; ; nth++) {
    await declare(podIdentity);
    const died = await diesAt(ground, { service: 'eks', nth, start: operator, done: there });
    const next = operator();
    await there();
    expect(await associations()).toMatchObject([OURS]);
    await next.stop();
    await ground.client.delete(runnerpools, ref);
    const gone = () => eventually(async () => expect(await ground.client.get(runnerpools, ref)).toBeUndefined());
    await diesAt(ground, { service: 'eks', nth, start: operator, done: gone });
    const last = operator();
    await gone();
    await last.stop();
    expect(await associations()).toEqual([]);
    if (!died) break;
  }
});

it('killed at any call to the API server, it leaves nothing that the next one does not finish', async () => {
  for (let allowed = 0; ; allowed++) {
    const mortal = start({ allowed });
    await declare({ ...podIdentity, hostAccess: 'Refuse' });
    const done = (isOver = () => false) => eventually(async () => isOver() || expect(await made()).toHaveLength(5));
    await done(() => mortal.client.isDead);
    await mortal.stop();
    start();
    await done();
    await eventually(async () => expect(await associations()).toMatchObject([OURS]));
    await remove();
    await pools?.stop();
    expect(await made()).toEqual([]);
    expect(await associations()).toEqual([]);
    if (!mortal.client.isDead) break;
  }
});
