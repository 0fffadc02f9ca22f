import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Ledger } from '../../../../src/cidr-set/cluster/ledger.js';
import type { ClusterOperation } from '../../../../src/cidr-set/cluster/order.js';
import { plan, policy, policyFor, policyTarget, wish } from './build.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const [write] = plan(wish(['203.0.113.0/24']), policyFor(policyTarget())).operations as [ClusterOperation];
const repair: ClusterOperation = { ...write, repairs: true };

it('puts an object back at once, then ever more slowly, and at once again after a time of peace', () => {
  const ledger = new Ledger();
  const wait = () => ledger.waitMs('networkPolicies', 'runners/office');
  ledger.keep(write);
  expect(wait()).toBe(0);
  for (const ms of [1_000, 2_000, 4_000, 8_000]) {
    ledger.keep(repair);
    expect(wait()).toBe(ms);
    expect(ledger.recall('networkPolicies', 'runners/office')).toMatchObject({ contested: true });
    jest.advanceTimersByTime(ms);
    expect(wait()).toBe(0);
  }
  jest.advanceTimersByTime(11 * 60_000);
  ledger.keep(repair);
  expect(wait()).toBe(1_000);
});

it('holds nothing against what the set itself changes', () => {
  const ledger = new Ledger();
  ledger.keep(write);
  ledger.keep(repair);
  ledger.keep(write);
  const { written, contested } = ledger.recall('networkPolicies', 'runners/office');
  expect(written).toMatchObject({ cidrs: ['203.0.113.0/24'] });
  expect(contested).toBeUndefined();
});

it('forgets what it deleted', () => {
  const ledger = new Ledger();
  ledger.keep(write);
  const [removal] = plan(wish([]), policyFor(undefined, policy(policyTarget(), []))).operations;
  if (removal) ledger.keep(removal);
  expect(ledger.recall('networkPolicies', 'runners/office')).toEqual({});
});
