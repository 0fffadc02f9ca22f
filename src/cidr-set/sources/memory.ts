import type { Problem } from '../../api/problem.js';
import type { DescribedCidr } from '../../net/aggregate.js';
import { isTooWide } from '../../net/cidr.js';
import { type Reading, type SourceRef, type SourceState, sourceText } from './source.js';

/** What a set's sources gave, by sourceText, in its order. */
export type Memory = ReadonlyMap<string, RememberedSource>;

export interface RememberedSource {
  ref: SourceRef;
  /** By CIDR, in its order. */
  cidrs: ReadonlyMap<string, RememberedCidr>;
  /** Set while it can't be read. Milliseconds; `lastRead` as far as known. */
  failing?: { since: number; lastRead?: number };
}

export interface RememberedCidr extends DescribedCidr {
  /** Set while the source no longer gives it. Milliseconds. */
  missingSince?: number;
}

export interface RememberOptions {
  /** Milliseconds. */
  now: number;
  /** How long a CIDR that is no longer given stays. Milliseconds. */
  graceMs: number;
  /** The set's: without it CIDRs wider than /8 (IPv6: /16) are refused. */
  allowAnywhere: boolean;
}

/** A ConfigMap has room for 1 MiB. */
export const MAX_CIDRS = 10_000;

/**
 * The memory after a look at what is known of each source that the set has now. What a source no longer gives stays
 * until its grace is over. A source that could not be read keeps all it gave; one that is not among `states` keeps
 * nothing, for it was taken out by a person. With a problem the memory is the former one.
 */
export function remember(
  former: Memory,
  states: readonly SourceState[],
  options: RememberOptions,
): { memory: Memory; problem?: Problem } {
  const sources = states
    .map((state) => rememberSource(former.get(sourceText(state.ref)), state, options))
    .filter(({ cidrs, failing }) => cidrs.size > 0 || failing);
  const memory = new Map(inOrder(sources.map((source) => [sourceText(source.ref), source])));
  const count = new Set(sources.flatMap(({ cidrs }) => [...cidrs.keys()])).size;
  if (count <= MAX_CIDRS) return { memory };
  const message = `${count} CIDRs are found, and a set takes ${MAX_CIDRS}; what was found before stays: select fewer, or make several sets`;
  return { memory: former, problem: { reason: 'TooManyCidrs', message } };
}

function rememberSource(
  former: RememberedSource | undefined,
  { ref, reading }: SourceState,
  { now, graceMs, allowAnywhere }: RememberOptions,
): RememberedSource {
  const known = [...(former?.cidrs ?? [])].filter(([, cidr]) => allowAnywhere || !isTooWide(cidr));
  if (!reading?.ok) {
    const failing = reading ? (former?.failing ?? failingSince(now, reading)) : former?.failing;
    return { ref, cidrs: new Map(known), ...(failing && { failing }) };
  }
  const found = new Map<string, RememberedCidr>();
  for (const each of reading.value) {
    const same = found.get(each.cidr);
    // Which of two descriptions comes first in AWS's answer changes from one to the next.
    if (!same || each.description < same.description) found.set(each.cidr, each);
  }
  const missing = known
    .filter(([cidr]) => !found.has(cidr))
    // The clock may have been put back.
    .map(([cidr, each]): [string, RememberedCidr] => [
      cidr,
      { ...each, missingSince: Math.min(each.missingSince ?? now, now) },
    ])
    .filter(([, { missingSince = now }]) => now - missingSince < graceMs);
  return { ref, cidrs: new Map(inOrder([...found, ...missing])) };
}

function failingSince(now: number, { lastRead }: Reading<unknown> & { ok: false }): RememberedSource['failing'] {
  return { since: now, ...(lastRead !== undefined && { lastRead }) };
}

function inOrder<T>(entries: [string, T][]): [string, T][] {
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A CIDR that a set has, and when it leaves by itself, if it does. Milliseconds. */
export interface GivenCidr extends DescribedCidr {
  leavesAt?: number;
}

/** All CIDRs of the memory, in its order; one that several sources give is there for each. */
export function givenBy(memory: Memory, graceMs: number): GivenCidr[] {
  return [...memory.values()].flatMap(({ cidrs }) =>
    [...cidrs.values()].map(({ cidr, family, description, missingSince }) => ({
      cidr,
      family,
      description,
      ...(missingSince !== undefined && { leavesAt: missingSince + graceMs }),
    })),
  );
}
