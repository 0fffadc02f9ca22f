import { expect, it } from '@jest/globals';
import { INTERCEPTION_FINALIZER } from '../../../src/api/marks.js';
import type { PrivateLinkEndpoint } from '../../../src/api/private-link-endpoint.gen.js';
import type { ClusterDns } from '../../../src/interception/cluster-dns.js';
import { foresee, isIntercepted } from '../../../src/interception/foresee.js';
import { digest } from '../../../src/interception/memory.js';
import { type Desired, marked, type Part, partKey } from '../../../src/kube/owned/part.js';
import { nameOf, type Seen } from '../../../src/kube/owned/plan.js';
import { type Resource, typeOf } from '../../../src/kube/resource.js';
import { resource } from '../private-link-endpoint/world.js';
import { clusterDns, corefile, importing, line, rewrites } from './build.js';

type Mode = NonNullable<PrivateLinkEndpoint['spec']['interception']>['mode'];

interface Change {
  mode?: Mode | undefined;
  status?: NonNullable<PrivateLinkEndpoint['status']>['interception'];
  metadata?: Partial<PrivateLinkEndpoint['metadata']>;
  spec?: Partial<PrivateLinkEndpoint['spec']>;
}

function endpoint({ mode, status, metadata, spec }: Change): PrivateLinkEndpoint {
  const object = resource({});
  return {
    ...object,
    metadata: { ...object.metadata, namespace: 'default', name: 'gitlab', ...metadata },
    spec: {
      ...object.spec,
      hosts: [{ public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' }],
      ...(mode && { interception: { mode, jobDns: { image: 'coredns', replicas: 2 } } }),
      ...spec,
    },
    ...(status && { status: { interception: status } }),
  };
}

/** Those objects, as they were made for the part. */
function owned(kinds: readonly { resource: Resource; desired: Desired }[] = []) {
  return {
    async observe(part: Part, desired: readonly Desired[]) {
      const places = new Map<string, Seen>();
      for (const { resource, metadata } of desired) {
        const place = { resource, ref: metadata, written: false, contested: false };
        places.set(nameOf(place), place);
      }
      for (const each of kinds) {
        const { metadata, fields } = marked(each.desired, part);
        const object = { ...typeOf(each.resource), ...fields, metadata };
        const place = { resource: each.resource, ref: metadata, object, written: false, contested: false };
        places.set(nameOf(place), place);
      }
      expect(partKey(part)).toBe('job-dns default/gitlab');
      return { seen: [...places.values()], problems: [], unread: false };
    },
  };
}

/** A line for each thing: `now coredns Corefile`, `later - Service`, `! NoCorefile`. */
async function foreseen(change: Change, dns: ClusterDns, there: Parameters<typeof owned>[0] = []): Promise<string[]> {
  const signal = new AbortController().signal;
  const found = await foresee(endpoint(change), { dns, owned: owned(there), ownerId: 'owner', signal });
  const work = (when: 'now' | 'later') => [
    ...found[when].edits.map(
      ({ configMap, key, text }) => `${when} ${configMap} ${key}${text === null ? ' goes' : ''}`,
    ),
    ...found[when].operations.map(({ action, seen }) => `${when} ${action} ${seen.resource.kind}`),
  ];
  return [
    ...work('now'),
    ...work('later'),
    ...found.problems.map(({ reason }) => `! ${reason}`),
    ...found.left.map((each) => `left ${each}`),
  ];
}

const written = corefile.replace('{\n', `{\n${line}`);
const custom = {
  'sallyport-default.gitlab.server': '# managed by sallyport.dev: default/gitlab\n    rewrite stop name exact a b\n',
};
const five = ['ConfigMap', 'NetworkPolicy', 'Deployment', 'Service', 'PodDisruptionBudget'];
const config: Desired = {
  resource: { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true },
  metadata: { namespace: 'default', name: 'gitlab-dns' },
  fields: {},
};
const resolver = [{ resource: config.resource, desired: config }];
const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [INTERCEPTION_FINALIZER] };

it.each<[what: string, change: Change, dns: ClusterDns, there: typeof resolver, expected: string[]]>([
  ['writes the Corefile', { mode: 'ClusterDNS' }, clusterDns(), [], ['now coredns Corefile']],
  ['has nothing to do where it is written', { mode: 'ClusterDNS' }, clusterDns(written), [], []],
  [
    'chooses as the operator does',
    { mode: 'Auto' },
    clusterDns(importing, { custom: {} }),
    [],
    ['now coredns-custom sallyport-default.gitlab.server'],
  ],
  ['makes the resolver', { mode: 'JobDNS' }, clusterDns(), [], five.map((kind) => `now Apply ${kind}`)],
  [
    'takes what another mode wrote away later',
    { mode: 'EndpointPrivateDNS' },
    clusterDns(written),
    [],
    ['later coredns Corefile'],
  ],
  [
    'takes the resolver away later',
    { mode: 'ClusterDNS', status: { resolver: '10.0.0.9' } },
    clusterDns(written),
    resolver,
    ['later Delete ConfigMap'],
  ],
  [
    'takes all away where nothing is asked for any more',
    {},
    clusterDns(written, { custom }),
    [],
    ['now coredns Corefile', 'now coredns-custom sallyport-default.gitlab.server goes'],
  ],
  [
    'takes all away where it is deleted',
    { mode: 'ClusterDNS', metadata: deleted },
    clusterDns(written),
    [],
    ['now coredns Corefile'],
  ],
  [
    'leaves all in place where it is told to',
    { mode: 'ClusterDNS', metadata: deleted, spec: { deletionPolicy: 'Retain' }, status: { resolver: '10.0.0.9' } },
    clusterDns(written),
    resolver,
    ['now Release ConfigMap', 'left rewrites in ConfigMap kube-system/coredns'],
  ],
  ['says why nothing is written', { mode: 'ClusterDNS' }, clusterDns('. {'), [], ['! CorefileRefused']],
  [
    'says why it will have no effect',
    { mode: 'ClusterDNS' },
    clusterDns(corefile, { hasNodeLocalCache: true }),
    [],
    ['now coredns Corefile', '! NodeLocalDNSCache'],
  ],
  [
    'knows of a restart that is needed once only',
    { mode: 'ClusterDNS' },
    clusterDns(written.replace('    reload\n', '')),
    [],
    [],
  ],
])('%s', async (_, change, dns, there, expected) => {
  expect(await foreseen(change, dns, there)).toEqual(expected);
});

it('does not try again what was taken back, until something changes', async () => {
  const tried = { mode: 'ClusterDNS' as const, metadata: { generation: 4 } };
  const attempt = digest(digest('ClusterDNS', rewrites), 4, corefile);
  const status = { rolledBack: { attempt, message: 'pod a said NXDOMAIN' } };
  expect(await foreseen({ ...tried, status }, clusterDns())).toEqual(['! RolledBack']);
  expect(await foreseen({ ...tried, status, metadata: { generation: 5 } }, clusterDns())).toEqual([
    'now coredns Corefile',
  ]);
});

it.each<[is: boolean, what: string, change: Change]>([
  [true, 'asked for', { mode: 'Auto' }],
  [true, 'no longer asked for', { metadata: { finalizers: [INTERCEPTION_FINALIZER] } }],
  [true, 'deleted', { mode: 'Auto', metadata: deleted }],
  [false, 'never asked for', {}],
  [false, 'gone', { mode: 'Auto', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }],
])('is %s of what is %s', (is, _, change) => {
  expect(isIntercepted(endpoint(change))).toBe(is);
});
