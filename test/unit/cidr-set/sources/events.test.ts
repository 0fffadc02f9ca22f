import { expect, it } from '@jest/globals';
import { sourceEvents } from '../../../../src/cidr-set/sources/events.js';
import { memoryText, parseMemory } from '../../../../src/cidr-set/sources/memory-text.js';
import type { SourceState } from '../../../../src/cidr-set/sources/source.js';
import { denied, HOUR_OF_GRACE, read, remembered, runners } from './build.js';

type Look = [minute: number, ...states: SourceState[]];

const A = '203.0.113.1/32';
const B = '203.0.113.2/32';

/** What the last look tells; before it the operator was started anew. */
function told(...looks: Look[]): string[] {
  const [, ...states] = looks.at(-1) ?? [0];
  const former = parseMemory(memoryText(remembered(looks.slice(0, -1)))) ?? new Map();
  const events = sourceEvents(former, remembered(looks), states, HOUR_OF_GRACE.graceMs);
  return events.map(({ type, reason, note }) => `${type} ${reason} ${note}`);
}

const where = 'natGateways/runners in team-a/eu-west-1';
it.each<[what: string, looks: Look[], events: string[]]>([
  ['of what appeared', [[0, read(runners, [A, B])]], [`Normal AddressesAppeared ${where}: 2 CIDRs: ${A}, ${B}`]],
  [
    'nothing when nothing is new',
    [
      [0, read(runners, [A])],
      [1, read(runners, [A])],
    ],
    [],
  ],
  [
    'of what is gone, and when it leaves',
    [
      [0, read(runners, [A, B])],
      [1, read(runners, [B])],
    ],
    [`Normal AddressesGone ${where}: 1 CIDR: ${A}: no longer found, kept until 2026-11-21 10:01 UTC`],
  ],
  [
    'of what is gone once',
    [
      [0, read(runners, [A, B])],
      [1, read(runners, [B])],
      [2, read(runners, [B])],
    ],
    [],
  ],
  [
    'of what is back',
    [
      [0, read(runners, [A])],
      [1, read(runners, [])],
      [2, read(runners, [A])],
    ],
    [`Normal AddressesAppeared ${where}: 1 CIDR: ${A}`],
  ],
  [
    'of a failure',
    [
      [0, read(runners, [A])],
      [1, denied(runners)],
    ],
    [`Warning SourceFailed ${where}: team-a/eu-west-1: ec2:DescribeNatGateways was denied`],
  ],
  [
    'of a failure from the beginning',
    [[1, denied(runners)]],
    [`Warning SourceFailed ${where}: team-a/eu-west-1: ec2:DescribeNatGateways was denied`],
  ],
  [
    'of a failure once',
    [
      [0, denied(runners)],
      [1, denied(runners)],
    ],
    [],
  ],
  [
    'of a recovery',
    [
      [0, denied(runners)],
      [1, read(runners, [])],
    ],
    [`Normal SourceRecovered ${where}: read again`],
  ],
  [
    'nothing of a source that is still to be read',
    [
      [0, read(runners, [A])],
      [1, { ref: runners }],
    ],
    [],
  ],
  ['nothing of a source that was taken out', [[0, read(runners, [A])], [1]], []],
])('tells %s', (_what, looks, events) => {
  expect(told(...looks)).toEqual(events);
});
