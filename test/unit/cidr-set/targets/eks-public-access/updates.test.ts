import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import {
  type EksUpdates,
  noteBegun,
  withUpdate,
} from '../../../../../src/cidr-set/targets/eks-public-access/updates.js';
import { sessionsOf } from '../../converge/aws.js';
import { scope } from '../../resources.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const MINUTE = 60_000;
const prod = {
  name: 'prod',
  arn: 'arn:prod',
  status: 'ACTIVE',
  publicAccess: true,
  privateAccess: true,
  dualStack: false,
  publicAccessCidrs: [B],
  tags: {},
};
const end = {
  failed: { status: 'Failed', errors: [{ errorCode: 'Unknown', errorMessage: 'no capacity' }] },
  done: { status: 'Successful' },
  running: { status: 'InProgress' },
};

let updates: EksUpdates;
beforeEach(() => {
  updates = new Map();
  jest.useFakeTimers({ now: 0, doNotFake: ['performance', 'setTimeout', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

function begin(...cidrs: string[]): void {
  noteBegun(updates, prod.arn, { id: 'update', cidrs });
}

/** What is seen of the cluster where DescribeUpdate says so; or, for undefined, may not be asked. */
async function seen(update: object | undefined, cluster = prod) {
  const send = async () => {
    if (update) return { update };
    throw Object.assign(new Error('no permission'), { name: 'AccessDeniedException' });
  };
  const { name, accountId, region } = { ...scope, name: scope.account };
  const { eks } = sessionsOf(send)
    .get({ name, accountId, regions: [region] })
    .scope(region);
  return withUpdate(eks, cluster, updates);
}

it('tells of an update that failed, and tries again later each time, up to an hour', async () => {
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    begin(B, A);
    expect((await seen(end.failed)).failed).toEqual({ cidrs: [B, A], why: 'Unknown: no capacity', due: false });
    jest.advanceTimersByTime(minutes * MINUTE - 1);
    expect((await seen(end.failed)).failed?.due).toBe(false);
    jest.advanceTimersByTime(1);
    expect((await seen(end.failed)).failed?.due).toBe(true);
  }
  begin(A);
  await seen(end.failed);
  jest.advanceTimersByTime(MINUTE);
  expect((await seen(end.failed)).failed?.due).toBe(true);
});

it.each([
  ['that it does not know of', undefined, end.failed, prod],
  ['that did what it was to', [A], end.failed, { ...prod, publicAccessCidrs: [A] }],
  ['that did so before somebody changed the list', [A], end.done, prod],
  ['that is not over', [A], end.failed, { ...prod, status: 'UPDATING' }],
])('tells nothing of an update %s', async (_, cidrs, update, cluster) => {
  if (cidrs) begin(...cidrs);
  expect(await seen(update, cluster)).toEqual(cluster);
});

it('takes a cluster for updating while its update is, whatever DescribeCluster says', async () => {
  begin(A);
  expect(await seen(end.running)).toEqual({ ...prod, status: 'UPDATING' });
});

it('takes an update for failed that it may not ask for', async () => {
  begin(A);
  expect((await seen(undefined)).failed?.why).toMatch(/^why can't be read, as eks:DescribeUpdate was denied/);
});
