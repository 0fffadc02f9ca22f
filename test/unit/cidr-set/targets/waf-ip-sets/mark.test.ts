import { expect, it } from '@jest/globals';
import { markedSet, markOf, releasedMark } from '../../../../../src/cidr-set/targets/waf-ip-sets/mark.js';

it.each<[string, string | undefined, string | undefined]>([
  ['its own', markOf('me', 'office.eu'), 'office.eu'],
  ['no mark of another install', markOf('metoo', 'office'), undefined],
  ['none that was taken off', releasedMark('office'), undefined],
  ['none in a person’s words', `see ${markOf('me', 'office')}`, undefined],
  ['none without a description', undefined, undefined],
])('reads %s', (_, description, set) => {
  expect(markedSet(description, 'me')).toBe(set);
});

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html, Description */
it.each([markOf('x'.repeat(63), 'y'.repeat(63)), releasedMark('y'.repeat(63))])(
  'is a description that WAF takes: %s',
  (text) => {
    expect(text).toMatch(/^[\w+=:#@/\-,.][\w+=:#@/\-,.\s]+[\w+=:#@/\-,.]$/);
    expect(text.length).toBeLessThanOrEqual(256);
  },
);
