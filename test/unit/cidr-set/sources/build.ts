import {
  type Memory,
  type RememberedCidr,
  type RememberOptions,
  remember,
} from '../../../../src/cidr-set/sources/memory.js';
import { type SourceRef, type SourceState, sourceText } from '../../../../src/cidr-set/sources/source.js';
import type { DescribedCidr } from '../../../../src/net/aggregate.js';
import { parseCidr } from '../../../../src/net/cidr.js';

export const MINUTE = 60_000;
/** Milliseconds: 2026-11-21 09:00 UTC. */
export const START = Date.UTC(2026, 10, 21, 9);
export const HOUR_OF_GRACE = { graceMs: 60 * MINUTE, allowAnywhere: false };

export const runners: SourceRef = { name: 'natGateways/runners', account: 'team-a', region: 'eu-west-1' };
export const github: SourceRef = { name: 'http/github' };

/** `203.0.113.1/32 nat-1` */
export function described(...texts: string[]): DescribedCidr[] {
  return texts.map((line) => {
    const [text = '', description = ''] = line.split(/ (.*)/);
    const cidr = parseCidr(text);
    if (!cidr) throw new Error(`not a CIDR: ${text}`);
    return { cidr: cidr.text, family: cidr.family, description };
  });
}

/** A source that was read at `at`. */
export function read(ref: SourceRef, cidrs: string[], at = START): SourceState {
  return { ref, reading: { ok: true, value: described(...cidrs), at } };
}

export function denied(ref: SourceRef, lastRead?: number): SourceState {
  const message = `team-a/eu-west-1: ec2:DescribeNatGateways was denied`;
  const problem = { reason: 'AccountDenied', message };
  return { ref, reading: { ok: false, problem, ...(lastRead !== undefined && { lastRead }) } };
}

/** The memory after looks at so many minutes after the start. */
export function remembered(
  looks: [minute: number, ...states: SourceState[]][],
  options: Partial<RememberOptions> = {},
) {
  return looks.reduce<Memory>(
    (memory, [minute, ...states]) =>
      remember(memory, states, { ...HOUR_OF_GRACE, now: START + minute * MINUTE, ...options }).memory,
    new Map(),
  );
}

/** `natGateways/runners in team-a/eu-west-1: 203.0.113.1/32, 203.0.113.2/32 missing since 10` (minutes), each source. */
export function words(memory: Memory): string[] {
  const one = ({ cidr, missingSince }: RememberedCidr) =>
    missingSince === undefined ? cidr : `${cidr} missing since ${(missingSince - START) / MINUTE}`;
  return [...memory.values()].map(
    ({ ref, cidrs, failing }) =>
      `${sourceText(ref)}${failing ? ' failing' : ''}: ${[...cidrs.values()].map(one).join(', ')}`,
  );
}
