import { isDeepStrictEqual } from 'node:util';
import type { CidrSet } from '../../api/cidr-set.gen.js';
import { aggregate, type DescribedCidr } from '../../net/aggregate.js';
import { parseCidr } from '../../net/cidr.js';
import type { Discovered, SourceStatus, SourcesProblem } from './discovered.js';
import type { GivenCidr } from './memory.js';

export type SetCidr = DescribedCidr;

/** A set's CIDRs with those it includes. While there is a problem the list may lack some, so nothing may be removed. */
export interface ResolvedSet {
  /** What is written: as few as cover exactly the set's addresses. */
  cidrs: SetCidr[];
  /** How many the set has before they are joined. */
  count: number;
  /** Those of them that are no longer found, and when the last of these leaves, in milliseconds. */
  leaving?: { count: number; until: number };
  problem?: SourcesProblem;
  /** The set's own, without those of the sets that it includes; troubles first. */
  sources: readonly SourceStatus[];
}

/** A set by name, and what its sources are known to give. */
export type Lookup = (name: string) => { set?: CidrSet | undefined; discovered?: Discovered | undefined };

/** Follows `include` from one set. A set that is in, or leads to, a circle has no CIDRs at all. */
export function resolveSet(name: string, lookup: Lookup): ResolvedSet {
  const cidrs = new Map<string, GivenCidr>();
  const problems: SourcesProblem[] = [];
  const unknown: string[] = [];
  const done = new Set<string>();

  function add(each: GivenCidr): void {
    const other = cidrs.get(each.cidr);
    if (!other || stay(each) > stay(other)) cidrs.set(each.cidr, each);
  }

  /** Returns the circle that it ran into, if any. */
  function visit(current: string, path: string[]): string[] | undefined {
    if (path.includes(current)) return [...path.slice(path.indexOf(current)), current];
    if (done.has(current)) return undefined;
    done.add(current);
    const { set, discovered } = lookup(current);
    if (!set) {
      unknown.push(`${path.at(-1)} includes ${current}`);
      return undefined;
    }
    ownCidrs(set).forEach(add);
    discovered?.cidrs.forEach(add);
    const problem = discoveryProblem(set, discovered);
    if (problem) problems.push(path.length > 0 ? { ...problem, message: `${current}: ${problem.message}` } : problem);
    for (const included of set.spec.include ?? []) {
      const circle = visit(included, [...path, current]);
      if (circle) return circle;
    }
    return undefined;
  }

  const circle = visit(name, []);
  const sources = lookup(name).discovered?.sources ?? [];
  if (circle) {
    const message = `Sets include each other: ${circle.join(' -> ')}; nothing is written until one include is taken out`;
    return { cidrs: [], count: 0, problem: { reason: 'IncludeCycle', message }, sources };
  }
  if (unknown.length > 0) {
    const message = `${unknown.join('; ')}: there is no such CidrSet; adding only until it exists or is taken out`;
    problems.unshift({ reason: 'UnknownInclude', message });
  }
  const problem = problems.find((each) => !each.unknown) ?? problems[0];
  const leaving = [...cidrs.values()].flatMap(({ leavesAt }) => leavesAt ?? []);
  return {
    cidrs: aggregate([...cidrs.values()]),
    count: cidrs.size,
    sources,
    ...(leaving.length > 0 && { leaving: { count: leaving.length, until: leaving.reduce((a, b) => Math.max(a, b)) } }),
    ...(problem && { problem }),
  };
}

function stay({ leavesAt = Number.POSITIVE_INFINITY }: GivenCidr): number {
  return leavesAt;
}

/** Those that are written. */
export function ownCidrs({ spec }: CidrSet): SetCidr[] {
  return (spec.cidrs ?? []).flatMap(({ cidr, description = '' }) => {
    const parsed = parseCidr(cidr);
    return parsed ? [{ cidr: parsed.text, family: parsed.family, description }] : [];
  });
}

/** What was found for an earlier spec says nothing of sources that came since. */
function discoveryProblem({ spec }: CidrSet, discovered: Discovered | undefined): SourcesProblem | undefined {
  if (!spec.discover || isDeepStrictEqual(discovered?.discover, spec.discover)) return discovered?.problem;
  return { reason: 'Progressing', message: 'Reading its sources', unknown: true };
}
