import { expect, it } from '@jest/globals';
import { type Fight, isFighting, repaired, waitMs } from '../../../src/interception/fight.js';

const MINUTE = 60_000;

/** After so many repairs in a row, each as soon as it may be. */
function after(times: number): Fight | undefined {
  let fight: Fight | undefined;
  for (let now = 0; times > 0; times--) {
    now = (fight?.lastAt ?? 0) + waitMs(fight, fight?.lastAt ?? 0);
    fight = repaired(fight, now);
  }
  return fight;
}

it.each([
  [0, 0],
  [2, 0],
  [3, MINUTE],
  [4, 2 * MINUTE],
  [7, 16 * MINUTE],
  [20, 60 * MINUTE],
])('after %d repairs the next one waits %d ms', (times, expected) => {
  const fight = after(times);
  expect(waitMs(fight, fight?.lastAt ?? 0)).toBe(expected);
  expect(isFighting(fight, fight?.lastAt ?? 0)).toBe(expected > 0);
});

it('is over when nobody has taken anything out for a while', () => {
  const fight = after(3);
  const later = (fight?.lastAt ?? 0) + 11 * MINUTE;
  expect(isFighting(fight, later)).toBe(false);
  expect(repaired(fight, later).repairs).toBe(1);
  expect(repaired(fight, later - 2 * MINUTE).repairs).toBe(4);
});
