import { expect, it } from '@jest/globals';
import { fittingSize } from '../../../../../src/cidr-set/targets/prefix-lists/size.js';

it.each<[string, number, number | undefined, number]>([
  ['a new list has room for two more', 5, undefined, 7],
  ['or for a tenth more', 100, undefined, 110],
  ['up to what AWS takes', 990, undefined, 1000],
  ['NoDiff: an entry is free', 9, 10, 10],
  ['StillFires: none is free', 10, 10, 12],
  ['NoDiff: the largest', 1000, 1000, 1000],
  ['NoDiff: twice as large as a new one', 5, 14, 14],
  ['StillFires: larger than that', 5, 15, 7],
  ['an empty list', 0, 30, 2],
])('%s', (_, entries, size, expected) => {
  expect(fittingSize(entries, size)).toBe(expected);
});
