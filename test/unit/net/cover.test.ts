import { expect, it } from '@jest/globals';
import { covers, coversAddress, overlaps } from '../../../src/net/cover.js';

it.each<[a: string, b: string, aCoversB: boolean, overlap: boolean]>([
  ['10.0.0.0/8', '10.1.0.0/16', true, true],
  ['10.1.0.0/16', '10.0.0.0/8', false, true],
  ['10.0.0.0/8', '10.0.0.0/8', true, true],
  ['10.0.0.0/9', '10.128.0.0/9', false, false],
  ['0.0.0.0/0', '255.255.255.255/32', true, true],
  ['2001:db8::/32', '2001:db8:1::/48', true, true],
  ['2001:db8::/33', '2001:db8:8000::/33', false, false],
  ['::/0', '10.0.0.0/8', false, false],
  ['0.0.0.0/0', '::/0', false, false],
])('%s and %s', (a, b, aCoversB, overlap) => {
  expect([covers(a, b), overlaps(a, b), overlaps(b, a)]).toEqual([aCoversB, overlap, overlap]);
});

it.each<[address: string, covered: boolean]>([
  ['203.0.113.9', true],
  ['203.0.114.0', false],
  ['2001:DB8:0::9', true],
  ['2001:db9::9', false],
])('%s is in the list: %s', (address, covered) => {
  expect(coversAddress(['198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'], address)).toBe(covered);
});
