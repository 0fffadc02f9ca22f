import { describe, expect, it } from '@jest/globals';
import { type Desired, holderOf, marked, type Part, unmarked } from '../../../../src/kube/owned/part.js';
import { type OwnedPlan, planOwned, planRelease, type Seen } from '../../../../src/kube/owned/plan.js';
import { configMaps, services } from '../../../../src/kube/owned/resources.js';
import { type KubeObject, type Resource, typeOf } from '../../../../src/kube/resource.js';

const endpoint = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'PrivateLinkEndpoint' };
const part: Part = {
  ownerId: 'install-1',
  owner: { ...endpoint, metadata: { namespace: 'ci', name: 'gitlab', uid: 'uid-1' } },
  component: 'proxy',
};

function config(data = 'a', name = 'gitlab-proxy'): Desired {
  return { resource: configMaps, metadata: { namespace: 'ci', name }, fields: { data: { text: data } } };
}

/** What the API server holds after it was applied. */
function made(desired: Desired, by: Partial<Part> = {}, more: object = {}): KubeObject {
  const { metadata, fields, resource } = marked(desired, { ...part, ...by });
  return { ...typeOf(resource), ...fields, ...more, metadata: { ...metadata, uid: 'uid-2' } };
}

function seen(object?: KubeObject, more: Partial<Seen> = {}, resource: Resource = configMaps): Seen {
  const ref = { namespace: 'ci', name: object?.metadata.name ?? 'gitlab-proxy' };
  return { resource, ref, ...(object && { object }), written: false, contested: false, ...more };
}

function plan(desired: Desired[], ...found: Seen[]): OwnedPlan {
  return planOwned({ part, desired, seen: found });
}

it('what is not there is made, with our marks, and goes with its owner', () => {
  const { operations } = plan([config()], seen());
  expect(operations).toMatchObject([{ action: 'Apply', repairs: false, changed: [] }]);
  expect(operations[0]?.desired?.metadata).toMatchObject({
    labels: {
      'app.kubernetes.io/managed-by': 'sallyport',
      'app.kubernetes.io/component': 'proxy',
      'sallyport.dev/made-for': 'gitlab',
    },
    annotations: { 'sallyport.dev/owner': 'install-1/ci/gitlab-proxy' },
    ownerReferences: [{ kind: 'PrivateLinkEndpoint', name: 'gitlab', uid: 'uid-1' }],
  });
});

describe('what has no namespace', () => {
  const resource: Resource = {
    group: 'karpenter.sh',
    version: 'v1',
    plural: 'nodepools',
    kind: 'NodePool',
    namespaced: false,
  };
  const pool: Desired = { resource, metadata: { name: 'ci.builders' }, fields: { spec: { limits: { cpu: '2' } } } };
  const there = (live: KubeObject) => seen(live, { ref: live.metadata }, resource);

  it('is marked for its resource, and belongs to nothing', () => {
    const { labels, ownerReferences } = marked(pool, part).metadata;
    expect(labels).toMatchObject({ 'sallyport.dev/made-for': 'gitlab', 'sallyport.dev/made-for-namespace': 'ci' });
    expect(ownerReferences).toBeUndefined();
    expect(holderOf(made(pool), 'install-1')).toBe('proxy ci/gitlab');
  });

  it('is found, put back and deleted by its mark', () => {
    expect(plan([pool], there(made(pool)))).toEqual({ operations: [], problems: [] });
    const drifted = made(pool, {}, { spec: { limits: { cpu: '1' } } });
    expect(plan([pool], there(drifted)).operations).toMatchObject([{ changed: ['spec.limits.cpu'], repairs: true }]);
    expect(plan([], there(made(pool))).operations).toMatchObject([{ action: 'Delete' }]);
  });

  it("is left alone where it was made for another namespace's resource of the name", () => {
    const owner = { ...endpoint, metadata: { namespace: 'other', name: 'gitlab', uid: 'uid-1' } };
    expect(plan([pool], there(made(pool, { owner }))).problems).toMatchObject([{ reason: 'NotOurs' }]);
  });

  it('is unmarked when it is released', () => {
    const { labels } = unmarked(made(pool), part.owner);
    expect(labels).toMatchObject({ 'sallyport.dev/made-for': null, 'sallyport.dev/made-for-namespace': null });
  });
});

it('what is there as desired is not touched', () => {
  expect(plan([config()], seen(made(config())))).toEqual({ operations: [], problems: [] });
});

it.each<[what: string, live: KubeObject, changed: string[], repairs: boolean]>([
  ['another wish', made(config('b')), ['metadata.annotations.sallyport.dev/digest', 'data.text'], false],
  ['drift', made(config(), {}, { data: { text: 'theirs' } }), ['data.text'], true],
  [
    'a field that is no longer desired',
    made({ ...config(), fields: { data: { text: 'a', more: 'b' } } }),
    ['metadata.annotations.sallyport.dev/digest'],
    false,
  ],
  [
    'an owner of the same name that was before',
    made(config(), { owner: { ...endpoint, metadata: { namespace: 'ci', name: 'gitlab', uid: 'uid-0' } } }),
    ['metadata.annotations.sallyport.dev/digest', 'metadata.ownerReferences[gitlab].uid'],
    false,
  ],
])('%s is applied', (_what, live, changed, repairs) => {
  expect(plan([config()], seen(live)).operations).toMatchObject([{ action: 'Apply', changed, repairs }]);
});

it('what this process made and somebody deleted is drift', () => {
  expect(plan([config()], seen(undefined, { written: true })).operations).toMatchObject([{ repairs: true }]);
});

it('what is contested waits, as long as it differs', () => {
  const drifted = made(config(), {}, { data: {} });
  const { operations, problems } = plan([config()], seen(drifted, { contested: true }));
  expect(operations).toEqual([]);
  expect(problems).toMatchObject([{ reason: 'Contested' }]);
  expect(plan([config()], seen(made(config()), { contested: true })).problems).toEqual([]);
});

it.each<[what: string, live: KubeObject]>([
  ['no marks', { ...typeOf(configMaps), metadata: { namespace: 'ci', name: 'gitlab-proxy' } }],
  ["another install's", made(config(), { ownerId: 'install-2' })],
  ['made for another purpose', made(config(), { component: 'job-dns' })],
  [
    'a copy of ours',
    { ...made(config('a', 'other')), metadata: { ...made(config('a', 'other')).metadata, name: 'gitlab-proxy' } },
  ],
])('an object that is not ours is left alone: %s', (_what, live) => {
  const { operations, problems } = plan([config()], seen(live));
  expect(operations).toEqual([]);
  expect(problems).toMatchObject([
    { reason: 'NotOurs', message: expect.stringContaining('ConfigMap ci/gitlab-proxy') },
  ]);
});

it('what is being deleted is made anew later', () => {
  const live = made(config());
  live.metadata.deletionTimestamp = '2026-11-21T09:00:00Z';
  expect(plan([config()], seen(live))).toMatchObject({ operations: [], problems: [{ reason: 'Terminating' }] });
  expect(plan([], seen(live)).operations).toEqual([]);
});

it('what is desired no more is deleted, the last first', () => {
  const service = made({ ...config(), resource: services, fields: {} });
  const { operations } = plan([], seen(made(config())), seen(service, {}, services));
  expect(operations.map(({ action, seen }) => [action, seen.resource.kind])).toEqual([
    ['Delete', 'Service'],
    ['Delete', 'ConfigMap'],
  ]);
});

it('of a kind that could not be read nothing is planned', () => {
  expect(plan([config()])).toEqual({ operations: [], problems: [] });
});

it('released is what is there', () => {
  const there = seen(made(config()));
  expect(planRelease([there, seen()])).toMatchObject([{ action: 'Release', seen: there }]);
});

it('says what an object was made for', () => {
  expect(holderOf(made(config()), 'install-1')).toBe('proxy ci/gitlab');
  expect(holderOf(made(config()), 'install-2')).toBeUndefined();
});
