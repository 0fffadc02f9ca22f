import { describe, expect, it } from '@jest/globals';
import type { CidrSet } from '../../../../src/api/cidr-set.gen.js';
import type { ClusterReport, ClusterView } from '../../../../src/cidr-set/cluster/report.js';
import { clusterDeletion, clusterStatus } from '../../../../src/cidr-set/cluster/status.js';
import { noFacts } from '../../../../src/cidr-set/facts.js';
import { wishDigest } from '../../../../src/cidr-set/wish.js';
import { policyTarget, wish } from './build.js';

const asked = wish([]);
const forbidden = { reason: 'Forbidden', message: 'it was denied' };
const made = { target: 'networkPolicies' as const, id: 'runners/office', name: 'office', entries: 3 };
const inAws = { ...made, target: 'prefixLists', account: 'shared', region: 'eu-west-1' };

/** After a look that found all well, but for `more`. */
function looked(more: Partial<ClusterReport> = {}): ClusterView {
  const report = { ...noFacts(), pending: [], digest: wishDigest(asked), failed: new Map(), ...more };
  return { wish: asked, report };
}

function set(objects: object[], targets = {}): CidrSet {
  return { spec: { targets }, status: { objects } } as unknown as CidrSet;
}

const removal = { target: 'networkPolicies', sign: '-', object: made, noun: 'entry', value: '', sets: [] } as const;
const pending = [{ ...removal, sets: ['office'] }];

describe('status', () => {
  it('says nothing of a set that has nothing in the cluster', () => {
    expect(clusterStatus({ wish: asked }, set([inAws]))).toEqual({ objects: [], pending: [] });
    expect(clusterStatus(looked(), set([inAws]))).toEqual({ objects: [], pending: [] });
  });

  it('is unknown until the first look with what the set asks for now', () => {
    const unknown = { problem: { reason: 'Progressing', unknown: true } };
    const asking = set([], { networkPolicies: [policyTarget()] });
    expect(clusterStatus({ wish: asked }, asking)).toMatchObject(unknown);
    expect(clusterStatus(looked({ digest: 'another' }), asking)).toMatchObject(unknown);
    expect(clusterStatus(looked(), asking).problem).toBeUndefined();
  });

  it('keeps what it knew of a kind that can not be read', () => {
    const failed = new Map([['networkPolicies' as const, forbidden]]);
    expect(clusterStatus(looked({ failed }), set([made, inAws]))).toMatchObject({
      objects: [made],
      problem: forbidden,
    });
    expect(clusterStatus(looked(), set([made])).objects).toEqual([]);
  });

  it('tells the first problem, and how many there are besides', () => {
    const problems = [forbidden, { reason: 'NotOurs', message: 'it is theirs' }];
    const { problem } = clusterStatus(looked({ problems }), set([], { networkPolicies: [policyTarget()] }));
    expect(problem).toEqual({ reason: 'Forbidden', message: 'it was denied (and 1 more)' });
  });
});

describe('deletion', () => {
  const failed = new Map([['networkPolicies' as const, forbidden]]);
  it.each<[what: string, view: ClusterView, objects: object[], expected: object]>([
    ['waits for a look', { wish: asked }, [], { unseen: ['the cluster'], waiting: [] }],
    ['waits for a look since', looked({ digest: 'another' }), [], { unseen: ['the cluster'], waiting: [] }],
    ['goes on when nothing is left', looked(), [made], { unseen: [], waiting: [] }],
    [
      'waits for a kind that it has something of',
      looked({ failed }),
      [made],
      { unseen: [], waiting: ['it was denied'] },
    ],
    ['does not wait for a kind that it has nothing of', looked({ failed }), [inAws], { unseen: [], waiting: [] }],
    [
      'waits for what could not be removed',
      looked({ pending, problems: [forbidden] }),
      [],
      { unseen: [], waiting: ['it was denied'] },
    ],
  ])('%s', (_what, view, objects, expected) => {
    expect(clusterDeletion(view, set(objects))).toEqual(expected);
  });
});
