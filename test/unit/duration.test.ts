import { expect, it } from '@jest/globals';
import { durationMs } from '../../src/duration.js';

it.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['12h', 43_200_000],
  ['1h30m', 5_400_000],
  ['0s', 0],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});
