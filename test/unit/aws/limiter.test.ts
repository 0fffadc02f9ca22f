import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { AwsCall } from '../../../src/aws/errors.js';
import { Limiter } from '../../../src/aws/limiter.js';

const scope = { account: 'shared', accountId: '111111111111', region: 'eu-west-1' };
const read: AwsCall = { ...scope, service: 'ec2', action: 'DescribeSecurityGroups' };
const write: AwsCall = { ...scope, service: 'ec2', action: 'AuthorizeSecurityGroupIngress' };

let limiter: Limiter;
beforeEach(() => {
  jest.useFakeTimers();
  limiter = new Limiter();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Starts so many calls, which are answered at once, and counts those that were let through. */
function start(count: number, call: AwsCall, signal?: AbortSignal): { through: number[]; failed: unknown[] } {
  const told = { through: [] as number[], failed: [] as unknown[] };
  for (let n = 0; n < count; n++) {
    limiter.take(call, signal).then(
      () => {
        told.through.push(n);
        limiter.answered(call);
      },
      (reason) => told.failed.push(reason),
    );
  }
  return told;
}

it.each<[string, AwsCall, number, number]>([
  ['a read', read, 90, 20],
  ['a write', write, 45, 5],
  ['tagging', { ...write, action: 'CreateTags' }, 90, 10],
  ['untagging', { ...write, action: 'DeleteTags' }, 90, 10],
  ['Route 53', { ...read, service: 'route53', action: 'ListHostedZones' }, 45, 10],
  ['Service Quotas', { ...read, service: 'servicequotas', action: 'GetServiceQuota' }, 9, 5],
  ['a service without published figures', { ...write, service: 'eks', action: 'UpdateClusterConfig' }, 9, 5],
  ['a read of WAF', { ...read, service: 'wafv2', action: 'GetIPSet' }, 4, 5],
])('lets %s through at its rate, and nine tenths of its burst', async (_, call, burst, perSecond) => {
  const { through } = start(200, call);
  await jest.advanceTimersByTimeAsync(0);
  expect(through).toHaveLength(burst);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(through).toHaveLength(burst + perSecond);
});

it('stays below the one write a second that WAF takes, without any burst', async () => {
  const { through } = start(20, { ...write, service: 'wafv2', action: 'UpdateIPSet' });
  await jest.advanceTimersByTimeAsync(1_000);
  expect(through).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(through).toHaveLength(10);
});

it('sends no more than a burst while nothing is answered, and paces what follows the answers', async () => {
  let through = 0;
  for (let n = 0; n < 100; n++) limiter.take(write).then(() => (through += 1));
  await jest.advanceTimersByTimeAsync(60_000);
  expect(through).toBe(45);
  for (let n = 0; n < 45; n++) limiter.answered(write);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(through).toBe(50);
});

it('serves those that wait in the order they came', async () => {
  const { through } = start(60, write);
  await jest.advanceTimersByTimeAsync(3_000);
  expect(through).toEqual(Array.from({ length: 60 }, (_, n) => n));
});

it.each<[string, Partial<AwsCall>]>([
  ['account', { accountId: '222222222222' }],
  ['region', { region: 'us-east-1' }],
  ['action', { action: 'RevokeSecurityGroupIngress' }],
])('has a bucket of its own for another %s', async (_, other) => {
  start(200, write);
  const { through } = start(1, { ...write, ...other });
  await jest.advanceTimersByTimeAsync(0);
  expect(through).toHaveLength(1);
});

it('counts all of an account in Route 53 together', async () => {
  start(45, { ...write, service: 'route53', action: 'ListHostedZones' });
  const { through } = start(1, {
    ...write,
    service: 'route53',
    action: 'ChangeResourceRecordSets',
    region: 'us-east-1',
  });
  await jest.advanceTimersByTimeAsync(0);
  expect(through).toHaveLength(0);
});

it('gives up the place of an aborted call', async () => {
  const aborter = new AbortController();
  start(45, write);
  const aborted = start(5, write, aborter.signal);
  const behind = start(5, write);
  aborter.abort(new Error('shutting down'));
  await jest.advanceTimersByTimeAsync(1_000);
  expect(aborted).toEqual({ through: [], failed: Array(5).fill(new Error('shutting down')) });
  expect(behind.through).toHaveLength(5);
});

it('refuses a call whose signal was aborted before', async () => {
  const { through, failed } = start(1, write, AbortSignal.abort());
  await jest.advanceTimersByTimeAsync(0);
  expect({ through: through.length, failed: failed.length }).toEqual({ through: 0, failed: 1 });
});

it('holds back after a throttling, then halves the rate, and recovers', async () => {
  limiter.throttled(write);
  const { through } = start(1_000, write);
  await jest.advanceTimersByTimeAsync(0);
  expect(through).toHaveLength(0);
  await jest.advanceTimersByTimeAsync(4_000);
  expect(through).toHaveLength(10);
  await jest.advanceTimersByTimeAsync(6_000);
  const slowed = through.length;
  await jest.advanceTimersByTimeAsync(10_000);
  expect(through.length - slowed).toBe(50);
});

it.each<[string, number, number]>([
  ['at once count as one', 0, 10],
  ['one after the other slow it further', 2_000, 5],
])('throttlings %s', async (_, apart, inFourSeconds) => {
  limiter.throttled(write);
  await jest.advanceTimersByTimeAsync(apart);
  limiter.throttled(write);
  const { through } = start(1_000, write);
  await jest.advanceTimersByTimeAsync(4_000);
  expect(through).toHaveLength(inFourSeconds);
});
