import { describe, expect, it } from '@jest/globals';
import type { CidrSet, CidrSetSpec } from '../../../src/api/cidr-set.gen.js';
import type { ResolvedSet } from '../../../src/cidr-set/sources/resolve.js';
import { asksForAnything, CONFIRM_REMOVAL, type SetWish, wishDigest, wishOf } from '../../../src/cidr-set/wish.js';
import { securityGroupTarget } from './build.js';
import { awsAccount, cidrSet, gitlab } from './resources.js';

const resolved: ResolvedSet = {
  cidrs: [{ cidr: '203.0.113.0/24', family: 4, description: 'Berlin' }],
  count: 1,
  sources: [],
};
const account = awsAccount('shared', ['eu-west-1', 'us-east-1'], { tier: 'platform', stage: 'live' });

function wish(set: CidrSet, of = resolved): SetWish {
  return wishOf(set, of, account, 'eu-west-1');
}

function tagged(more: object): Partial<CidrSetSpec> {
  return { targets: { taggedSecurityGroups: { allowedPorts: ['tcp/443'], ...more } } };
}

describe('a set asks for groups of an account and region', () => {
  it.each<[who: string, selection: object, asks: boolean]>([
    ['that no selector leaves out', {}, true],
    ['that is named', { accounts: { names: ['team-a', 'shared'] } }, true],
    ['that is not named', { accounts: { names: ['team-a'] } }, false],
    ['that has all labels', { accounts: { matchLabels: { tier: 'platform', stage: 'live' } } }, true],
    ['that lacks a label', { accounts: { matchLabels: { tier: 'platform', team: 'a' } } }, false],
    ['that is named and lacks a label', { accounts: { names: ['shared'], matchLabels: { tier: 'data' } } }, false],
    ['whose region is listed', { regions: ['eu-west-1'] }, true],
    ['whose region is not listed', { regions: ['us-east-1'] }, false],
  ])('%s', (_who, selection, asks) => {
    for (const spec of [gitlab(selection), tagged(selection)]) {
      const asked = wish(cidrSet(spec));
      expect(asksForAnything(asked)).toBe(asks);
      expect(asked.cidrs).toEqual(asks ? resolved.cidrs : []);
    }
  });
});

it('tells what it asks for', () => {
  const set = cidrSet({ ...gitlab({ groupIds: ['sg-2'] }), guard: { maxRemovalPercent: 20, grace: '1h' } });
  set.metadata.annotations = { [CONFIRM_REMOVAL]: '0a1b2c3d, 4e5f6071' };
  expect(wish(set)).toEqual({
    set: 'office',
    mode: 'Enforce',
    complete: true,
    cidrs: resolved.cidrs,
    targets: { securityGroups: [securityGroupTarget({ groupIds: ['sg-2'] })] },
    maxRemovalPercent: 20,
    confirmed: ['0a1b2c3d', '4e5f6071'],
  });
  expect(wish(cidrSet(tagged({}))).targets).toEqual(tagged({}).targets);
});

it('is not complete while CIDRs are not known, unless it is being deleted: then it asks for nothing, unguarded', () => {
  const problem = { reason: 'UnknownInclude', message: 'office includes gone' };
  const set = cidrSet({
    ...gitlab(),
    ...tagged({}),
    deletionPolicy: 'Retain',
    guard: { maxRemovalPercent: 0, grace: '1h' },
  });
  expect(wish(set, { ...resolved, problem }).complete).toBe(false);
  set.metadata.deletionTimestamp = '2026-11-21T10:00:00Z';
  const released = { set: 'office', mode: 'Enforce', release: 'Retain', complete: true, confirmed: [] };
  expect(wish(set, { ...resolved, problem })).toEqual({ ...released, cidrs: [], targets: {} });
});

it('has another digest when anything is asked otherwise, and only then', () => {
  const digest = (spec: Partial<CidrSetSpec>, of = resolved) => wishDigest(wish(cidrSet(spec), of));
  const others = [
    digest(gitlab({ ports: ['tcp/22'] })),
    digest(gitlab({ tags: { app: 'vault' } })),
    digest({ ...gitlab(), mode: 'Plan' }),
    digest({ ...gitlab(), guard: { maxRemovalPercent: 1, grace: '1h' } }),
    digest(gitlab(), { ...resolved, cidrs: [] }),
  ];
  expect(new Set([...others, digest(gitlab())]).size).toBe(others.length + 1);
  expect(digest(gitlab({ accounts: { names: ['shared'] } }))).toBe(digest(gitlab()));
});
