import type { MapData } from '../data.js';

/** Who reaches what: sets and pools lead to what takes them in, and that to its region and account. */
export interface Graph {
  readonly up: ReadonlyMap<string, ReadonlySet<string>>;
  readonly down: ReadonlyMap<string, ReadonlySet<string>>;
}

export function graphOf({ sets, pools, endpoints, accounts, targets }: MapData): Graph {
  const up = new Map<string, Set<string>>();
  const down = new Map<string, Set<string>>();
  function lead(from: string, to: string): void {
    for (const [ways, key, value] of [[down, from, to] as const, [up, to, from] as const]) {
      const known = ways.get(key);
      if (known) known.add(value);
      else ways.set(key, new Set([value]));
    }
  }

  for (const { id, includes } of sets) for (const set of includes) lead(`set/${set}`, id);
  for (const { id, endpoint } of pools) if (endpoint) lead(id, endpoint);
  for (const { id, consumers } of endpoints) {
    for (const consumer of consumers) {
      for (const { set } of consumer.allows) lead(`set/${set}`, consumer.id);
      lead(consumer.id, id);
      lead(consumer.id, consumer.place);
    }
  }
  for (const { id, regions } of accounts) {
    for (const region of regions) {
      for (const { set } of region.told) lead(`set/${set}`, region.id);
      lead(region.id, id);
    }
  }
  for (const target of targets) {
    for (const set of target.grants.flatMap(({ sets }) => sets)) lead(`set/${set}`, target.id);
    lead(target.id, target.place);
  }
  return { up, down };
}

/** All that lies on a path through one of `ids`, themselves included. */
export function pathsThrough({ up, down }: Graph, ids: Iterable<string>): Set<string> {
  const all = [...ids];
  return new Set([...reached(up, all), ...reached(down, all)]);
}

/** All that `ids` lead to, themselves included. */
export function reached(ways: Graph['down'], ids: Iterable<string>): Set<string> {
  const found = new Set(ids);
  // A Set's iterator also visits what is added meanwhile.
  for (const id of found) for (const next of ways.get(id) ?? []) found.add(next);
  return found;
}
