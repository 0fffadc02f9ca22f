import type { CidrSet } from '../api/cidr-set.gen.js';
import { coveredTogether, overlaps } from '../net/cover.js';
import type { SetEntry } from '../overview/overview.js';

/** Whether all of what was asked for is meant, or just some of it. */
export type Extent = 'Whole' | 'Part';

/** A set that has the address, or some of the range. */
export interface Membership {
  set: string;
  extent: Extent;
  /** Those that have it, the narrowest first. */
  entries: MemberEntry[];
}

export interface MemberEntry extends SetEntry {
  /** From the set that has the entry itself, by those that include it: `[office, gitlab-access]`. */
  path: string[];
}

/** The sets that `cidr` is in, by name. */
export function memberships(
  cidr: string,
  sets: readonly CidrSet[],
  entries: Readonly<Record<string, readonly SetEntry[]>>,
): Membership[] {
  const byName = new Map(sets.map((set) => [set.metadata.name, set]));
  const matching = new Map(
    Object.entries(entries).map(([set, all]) => [set, all.filter((entry) => overlaps(entry.cidr, cidr))]),
  );
  return sets.flatMap(({ metadata: { name } }) => {
    const found = paths(name, byName).flatMap((path) =>
      (matching.get(path[0] ?? '') ?? []).map((entry): MemberEntry => ({ ...entry, path })),
    );
    if (found.length === 0) return [];
    found.sort((a, b) => prefixOf(b.cidr) - prefixOf(a.cidr));
    const extent = extentOf(
      cidr,
      found.map((entry) => entry.cidr),
    );
    return [{ set: name, extent, entries: found }];
  });
}

export function extentOf(cidr: string, among: readonly string[]): Extent {
  return coveredTogether(among, cidr) ? 'Whole' : 'Part';
}

export function prefixOf(cidr: string): number {
  return Number(cidr.split('/')[1]);
}

/** The shortest ways from a set and all that it includes, near or far, to it. */
function paths(name: string, sets: ReadonlyMap<string, CidrSet>): string[][] {
  const found = new Map([[name, [name]]]);
  for (const [current, path] of found) {
    for (const included of sets.get(current)?.spec.include ?? []) {
      if (!found.has(included)) found.set(included, [included, ...path]);
    }
  }
  return [...found.values()];
}
