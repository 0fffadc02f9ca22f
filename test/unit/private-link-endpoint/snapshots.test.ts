import { expect, it, jest } from '@jest/globals';
import { Snapshots } from '../../../src/private-link-endpoint/snapshots.js';

function counted() {
  let reads = 0;
  return jest.fn(async () => {
    reads += 1;
    return reads;
  });
}

it('reads once for all who ask together, and once more when that has aged', async () => {
  jest.useFakeTimers();
  const snapshots = new Snapshots(1_000);
  const load = counted();
  expect(await Promise.all([snapshots.read('a/x', load), snapshots.read('a/x', load)])).toEqual([1, 1]);
  jest.advanceTimersByTime(1_001);
  expect(await snapshots.read('a/x', load)).toBe(2);
  jest.useRealTimers();
});

it('forgets an account that something was changed in, and no other', async () => {
  const snapshots = new Snapshots(60_000);
  const [one, other] = [counted(), counted()];
  const read = () => Promise.all([snapshots.read('team-a/x', one), snapshots.read('team-ab/x', other)]);
  await read();
  snapshots.forget('team-a');
  expect(await read()).toEqual([2, 1]);
});
