import type { CidrSet } from '../../api/cidr-set.gen.js';
import type { Problem } from '../../api/problem.js';
import { type Family, parseCidr } from '../../net/cidr.js';

export interface SetCidr {
  /** Canonical, see net/cidr. */
  cidr: string;
  family: Family;
  description: string;
}

/** A set's CIDRs with those it includes. While there is a problem the list may lack some, so nothing may be removed. */
export interface ResolvedSet {
  cidrs: SetCidr[];
  problem?: Problem;
}

/** Follows `include` from one set. A set that is in, or leads to, a circle has no CIDRs at all. */
export function resolveSet(name: string, sets: ReadonlyMap<string, CidrSet>): ResolvedSet {
  const cidrs = new Map<string, SetCidr>();
  const unknown: string[] = [];
  const done = new Set<string>();

  /** Returns the circle that it ran into, if any. */
  function visit(current: string, path: string[]): string[] | undefined {
    if (path.includes(current)) return [...path.slice(path.indexOf(current)), current];
    if (done.has(current)) return undefined;
    done.add(current);
    const set = sets.get(current);
    if (!set) {
      unknown.push(`${path.at(-1)} includes ${current}`);
      return undefined;
    }
    for (const { cidr, description } of set.spec.cidrs ?? []) {
      const parsed = parseCidr(cidr);
      if (parsed && !cidrs.has(parsed.text)) {
        cidrs.set(parsed.text, { cidr: parsed.text, family: parsed.family, description: description ?? '' });
      }
    }
    for (const included of set.spec.include ?? []) {
      const circle = visit(included, [...path, current]);
      if (circle) return circle;
    }
    return undefined;
  }

  const circle = visit(name, []);
  if (circle) {
    const message = `Sets include each other: ${circle.join(' -> ')}; nothing is written until one include is taken out`;
    return { cidrs: [], problem: { reason: 'IncludeCycle', message } };
  }
  if (unknown.length > 0) {
    const message = `${unknown.join('; ')}: there is no such CidrSet; adding only until it exists or is taken out`;
    return { cidrs: [...cidrs.values()], problem: { reason: 'UnknownInclude', message } };
  }
  return { cidrs: [...cidrs.values()] };
}
