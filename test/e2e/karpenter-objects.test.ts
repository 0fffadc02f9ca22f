import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunnerPoolSpec } from '../../src/api/runner-pool.gen.js';
import { type KarpenterObject, karpenterObjects } from '../../src/runner-pool/karpenter/objects.js';
import { replacement } from '../../src/runner-pool/karpenter/replacement.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { applyObjects } from '../support/crds.js';
import { applyKarpenterCrds, karpenterHashes } from '../support/karpenter.js';
import { rendered, runnerPool } from '../support/runner-pools.js';

let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer();
  await applyKarpenterCrds(server);
});

afterAll(async () => {
  await server.stop();
});

const least: NonNullable<RunnerPoolSpec['nodes']['karpenter']> = {
  ami: { alias: 'bottlerocket@v1.50.0' },
  role: 'ci-nodes',
  subnets: { tags: { role: 'runners' } },
  securityGroups: { tags: { role: 'runners' } },
  expireAfter: '720h',
};

const most: typeof least = {
  ...least,
  ami: { tags: { app: 'ci' } },
  subnets: { ids: ['subnet-0123456789abcdef0', 'subnet-1123456789abcdef0'] },
  securityGroups: { ids: ['sg-0123456789abcdef0'] },
  tags: { team: 'ci' },
  requirements: [
    { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
    { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gte', values: ['4'] },
    { key: 'karpenter.k8s.aws/instance-local-nvme', operator: 'Exists' },
  ],
  limits: { cpu: '200', memory: '800Gi' },
  disruption: {
    consolidateAfter: '1h',
    replacement: 'WithinBudgets',
    budgets: [{ nodes: '0', schedule: '0 6 * * *', duration: '16h', reasons: ['Drifted'] }, { nodes: '20%' }],
  },
  expireAfter: 'Never',
};

async function live({ kind, metadata }: KarpenterObject) {
  return JSON.parse(await server.kubectl('get', kind, metadata.name, '-o', 'json'));
}

it.each<[what: string, nodes: Partial<RunnerPoolSpec['nodes']>]>([
  ['the least', { karpenter: least }],
  ['the most', { karpenter: most, labels: { team: 'a' }, taints: [{ key: 'team', value: 'a', effect: 'NoExecute' }] }],
  ['AL2023', { os: 'AL2023', karpenter: { ...least, ami: { alias: 'al2023@v20261101' } } }],
  ['Ubuntu', { os: 'Ubuntu', karpenter: { ...least, ami: { ssmParameter: '/images/ubuntu' } } }],
  ['Custom', { os: 'Custom', userData: 'mine', karpenter: { ...least, ami: { id: 'ami-0123456789abcdef0' } } }],
])("the API server takes %s with Karpenter's CRDs, and a second time nothing changes", async (_what, nodes) => {
  const pool = runnerPool({ nodes });
  const objects = karpenterObjects(pool, rendered(pool).text);
  expect(objects.map(({ kind }) => kind)).toEqual(['EC2NodeClass', 'NodePool']);
  await applyObjects(server, ...objects);
  const first = await Promise.all(objects.map(live));
  expect(first).toMatchObject(objects);
  await applyObjects(server, ...objects);
  expect(await Promise.all(objects.map(live))).toEqual(first);
});

it('a node tells its credentials to itself only', async () => {
  const [nodeClass] = karpenterObjects(runnerPool({ nodes: { karpenter: least } }), '');
  expect(nodeClass?.spec).toMatchObject({
    metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1, httpProtocolIPv6: 'disabled' },
  });
});

it("the pool's pods tolerate its taint, and no others do", async () => {
  const [, nodePool] = karpenterObjects(runnerPool({ nodes: { karpenter: least } }), '');
  expect(nodePool?.spec).toMatchObject({
    template: {
      metadata: { labels: { 'sallyport.dev/runner-pool': 'ci.builders' } },
      spec: {
        taints: [{ key: 'sallyport.dev/runner-pool', value: 'ci.builders', effect: 'NoSchedule' }],
        startupTaints: [{ key: 'sallyport.dev/unproven', effect: 'NoSchedule' }],
      },
    },
  });
});

it("a node takes jobs with Sysbox when Sysbox's installer has let it", async () => {
  const pool = runnerPool({ nodes: { os: 'Ubuntu', karpenter: least }, isolation: { type: 'Sysbox' } });
  expect(karpenterObjects(pool, '')[1]?.spec).toMatchObject({
    template: {
      metadata: { labels: { 'sysbox-install': 'yes', 'sysbox-runtime': 'running' } },
      spec: {
        startupTaints: expect.arrayContaining([{ key: 'sysbox-runtime', value: 'not-running', effect: 'NoSchedule' }]),
      },
    },
  });
});

describe('which nodes a change replaces is what Karpenter compares them with:', () => {
  const objectsOf = (nodes: Partial<RunnerPoolSpec['nodes']>, userData = '') =>
    karpenterObjects(runnerPool({ nodes: { karpenter: most, ...nodes } }), userData);
  const before = objectsOf({});

  it.each<[what: string, after: KarpenterObject[], replaced: 'all' | 'some' | 'none']>([
    ['nothing', objectsOf({}), 'none'],
    ['user data', objectsOf({}, 'settings.motd = "a"'), 'all'],
    ['the os', objectsOf({ os: 'AL2023' }), 'all'],
    ['labels', objectsOf({ labels: { team: 'b' } }), 'all'],
    ['taints', objectsOf({ taints: [{ key: 'team', effect: 'NoExecute' }] }), 'all'],
    ['the role', objectsOf({ karpenter: { ...most, role: 'other' } }), 'all'],
    ['AWS tags', objectsOf({ karpenter: { ...most, tags: { team: 'b' } } }), 'all'],
    ['the age', objectsOf({ karpenter: { ...most, expireAfter: '24h' } }), 'all'],
    ['the image', objectsOf({ karpenter: { ...most, ami: { id: 'ami-0123456789abcdef0' } } }), 'some'],
    ['subnets', objectsOf({ karpenter: { ...most, subnets: least.subnets } }), 'some'],
    ['security groups', objectsOf({ karpenter: { ...most, securityGroups: least.securityGroups } }), 'some'],
    ['requirements', objectsOf({ karpenter: { ...most, requirements: [] } }), 'some'],
    ['limits', objectsOf({ karpenter: { ...most, limits: { cpu: '1' } } }), 'none'],
    [
      'budgets',
      objectsOf({ karpenter: { ...most, disruption: { consolidateAfter: '5m', replacement: 'WithinBudgets' } } }),
      'none',
    ],
  ])('%s', async (_what, after, replaced) => {
    const { all, some } = replacement(before, after);
    expect(all.length > 0 ? 'all' : some.length > 0 ? 'some' : 'none').toBe(replaced);
    const [former, latter] = await karpenterHashes([before, after]);
    expect(replaced === 'all').toBe(JSON.stringify(former) !== JSON.stringify(latter));
  });

  it('what the API server made of the objects is no change', async () => {
    await applyObjects(server, ...before);
    const objects = await Promise.all(before.map(live));
    expect(replacement(objects, before)).toEqual({ all: [], some: [] });
  });

  it('where there are none yet, nothing is replaced', () => {
    expect(replacement([], before)).toEqual({ all: [], some: [] });
  });
});
