import { expect, it } from '@jest/globals';
import { applied } from '../../../src/plan/merge.js';
import { runnerPool } from '../../support/runner-pools.js';
import { awsAccount, cidrSet } from '../cidr-set/resources.js';
import { resource } from '../private-link-endpoint/world.js';

const status = { rules: 3 };
const there = cidrSet(
  {},
  {
    metadata: {
      name: 'office',
      uid: 'u1',
      labels: { old: 'yes' },
      annotations: { 'sallyport.dev/confirm-removal': 'abc' },
    },
    status,
  },
);
const vpn = cidrSet({}, { metadata: { name: 'vpn', uid: 'u2' } });
const cluster = {
  sets: [there, vpn],
  endpoints: [resource({ status: { endpoints: '1/1' } })],
  accounts: [awsAccount('shared')],
  pools: [],
};

function planned(prune: boolean, ...sets: Parameters<typeof applied>[1]['sets']) {
  const { sets: all } = applied(cluster, { sets, endpoints: [], accounts: [awsAccount('team-a')], pools: [] }, prune);
  return new Map(all.map((set) => [set.metadata.name, set]));
}

it('puts manifests over what the cluster has of the same name, and keeps the rest of it', () => {
  const sets = planned(false, cidrSet({ mode: 'Plan' }, { metadata: { name: 'office', labels: { new: 'yes' } } }));
  expect([...sets.keys()]).toEqual(['office', 'vpn']);
  expect(sets.get('office')).toMatchObject({
    spec: { mode: 'Plan' },
    status,
    metadata: { uid: 'u1', labels: { new: 'yes' }, annotations: { 'sallyport.dev/confirm-removal': 'abc' } },
  });
  expect(sets.get('office')?.metadata.labels).toEqual({ new: 'yes' });
  const { accounts } = applied(
    cluster,
    { sets: [], endpoints: [], accounts: [awsAccount('team-a')], pools: [] },
    false,
  );
  expect(accounts.map(({ metadata }) => metadata.name)).toEqual(['shared', 'team-a']);
});

it('keeps sets that no manifest has, but with prune', () => {
  const office = cidrSet({}, { metadata: { name: 'office' } });
  const deleted = (prune: boolean) =>
    [...planned(prune, office)].filter(([, { metadata }]) => metadata.deletionTimestamp).map(([name]) => name);
  expect(deleted(false)).toEqual([]);
  expect(deleted(true)).toEqual(['vpn']);
});

it('plans for a set that is new as the operator does, once it has put its finalizer on it', () => {
  for (const [, { metadata }] of planned(false)) expect(metadata.finalizers).toEqual(['sallyport.dev/rules']);
});

it('tells PrivateLinkEndpoints apart by namespace and name', () => {
  const after = (namespace: string) => {
    const { metadata, ...rest } = resource({ spec: { force: true } });
    const declared = { ...rest, metadata: { name: metadata.name, namespace } };
    const { endpoints } = applied(cluster, { sets: [], endpoints: [declared], accounts: [], pools: [] }, true);
    return endpoints.map(({ metadata: { namespace, uid, deletionTimestamp }, spec, status }) => ({
      namespace,
      force: spec.force,
      known: uid !== undefined && status !== undefined,
      deleted: deletionTimestamp !== undefined,
    }));
  };
  expect(after('ci')).toEqual([{ namespace: 'ci', force: true, known: true, deleted: false }]);
  expect(after('other')).toEqual([
    { namespace: 'ci', force: false, known: true, deleted: true },
    { namespace: 'other', force: true, known: false, deleted: false },
  ]);
});

it('has a manifest as the API server would give it: its keys in order, and a new generation where its spec is another', () => {
  const pool = (generation: number | undefined, labels: Record<string, string>) => {
    const made = runnerPool({ nodes: { labels } });
    return { ...made, metadata: { ...made.metadata, ...(generation && { generation }) } };
  };
  const there = { ...cluster, pools: [pool(3, { a: '1', b: '2' })] };
  const merged = (labels: Record<string, string>) => {
    const manifests = { sets: [], endpoints: [], accounts: [], pools: [pool(undefined, labels)] };
    const [found] = applied(there, manifests, false).pools;
    return { labels: JSON.stringify(found?.spec.nodes.labels), generation: found?.metadata.generation };
  };
  expect(merged({ b: '2', a: '1' })).toEqual({ labels: '{"a":"1","b":"2"}', generation: 3 });
  expect(merged({ b: '3', a: '1' })).toEqual({ labels: '{"a":"1","b":"3"}', generation: 4 });
});

it('counts RunnerPools that no manifest has as deleted, with prune', () => {
  const there = { ...cluster, pools: [runnerPool()] };
  const none = { sets: [], endpoints: [], accounts: [], pools: [] };
  const deleted = (prune: boolean) =>
    applied(there, none, prune).pools.map(({ metadata }) => metadata.deletionTimestamp);
  expect(deleted(false)).toEqual([undefined]);
  expect(deleted(true)).toEqual([expect.any(String)]);
});
