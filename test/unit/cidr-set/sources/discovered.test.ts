import { expect, it } from '@jest/globals';
import { discoveredBy } from '../../../../src/cidr-set/sources/discovered.js';
import type { SourceState } from '../../../../src/cidr-set/sources/source.js';
import { cidrSet } from '../resources.js';
import { denied, github, MINUTE, read, remembered, runners, START } from './build.js';

const A = '203.0.113.1/32';
const B = '203.0.113.2/32';
const set = cidrSet({ discover: { natGateways: [{ name: 'runners' }] } });
const elsewhere = { ...runners, region: 'us-east-1' };

function after(...looks: [minute: number, ...states: SourceState[]][]) {
  const [, ...states] = looks.at(-1) ?? [0];
  return discoveredBy(set, remembered(looks), states);
}

it('is complete when all was read, whatever is missing', () => {
  const { problem, sources, cidrs } = after(
    [0, read(runners, [A, B]), read(github, [B])],
    [5, read(runners, [A]), read(github, [B])],
  );
  expect(problem).toBeUndefined();
  expect(cidrs.map(({ cidr, leavesAt }) => [cidr, leavesAt && (leavesAt - START) / MINUTE])).toEqual([
    [B, undefined],
    [A, undefined],
    [B, 65],
  ]);
  expect(sources).toEqual([
    { ...github, cidrs: 1, reason: 'Read' },
    { ...runners, cidrs: 2, leaving: 1, reason: 'Read' },
  ]);
});

it('names what failed where, what is kept since when, and how many more there are; troubles first', () => {
  const { problem, sources } = after(
    [0, read(github, [A]), read(runners, [A, B]), read(elsewhere, [])],
    [7, read(github, [A]), denied(runners, START), denied(elsewhere)],
  );
  const message = 'team-a/eu-west-1: ec2:DescribeNatGateways was denied; 2 CIDRs kept since 2026-11-21 09:07 UTC';
  expect(problem).toEqual({ reason: 'AccountDenied', message: `natGateways/runners: ${message} (and 1 more)` });
  expect(sources).toEqual([
    { ...runners, cidrs: 2, reason: 'AccountDenied', message, lastRead: '2026-11-21T09:00:00Z' },
    {
      ...elsewhere,
      cidrs: 0,
      reason: 'AccountDenied',
      message: 'team-a/eu-west-1: ec2:DescribeNatGateways was denied',
    },
    { ...github, cidrs: 1, reason: 'Read' },
  ]);
});

it('only takes its time while sources are still to be read', () => {
  const { problem, sources } = after([0, read(github, [A]), { ref: runners }, { ref: elsewhere }]);
  const message = 'Reading natGateways/runners in team-a/eu-west-1, natGateways/runners in team-a/us-east-1';
  expect(problem).toEqual({ reason: 'Progressing', message, unknown: true });
  expect(sources.map(({ reason }) => reason)).toEqual(['Progressing', 'Progressing', 'Read']);
  expect(after([0, denied(github), { ref: runners }]).problem?.reason).toBe('AccountDenied');
});

it('tells of an AwsAccount that is gone, and is complete all the same', () => {
  const note = { reason: 'UnknownAccount', message: 'there is no AwsAccount team-a any more' };
  const { problem, sources } = after([0, read(runners, [A])], [5, { ...read(runners, []), note }]);
  expect(problem).toBeUndefined();
  expect(sources).toEqual([{ ...runners, cidrs: 1, leaving: 1, ...note }]);
});

it('puts what is wrong with the set as a whole first', () => {
  const tooMany = { reason: 'TooManyCidrs', message: '12000 CIDRs' };
  const { problem } = discoveredBy(set, new Map(), [denied(runners)], [tooMany]);
  expect(problem).toEqual({ reason: 'TooManyCidrs', message: '12000 CIDRs (and 1 more)' });
});
