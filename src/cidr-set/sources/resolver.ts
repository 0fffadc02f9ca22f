import { isDeepStrictEqual } from 'node:util';
import type { CidrSet } from '../../api/cidr-set.gen.js';
import type { ReadonlyStore } from '../../kube/store.js';
import type { Discovered } from './discovered.js';
import { type Lookup, type ResolvedSet, resolveSet } from './resolve.js';

interface Resolution {
  resolved: ResolvedSet;
  /** All that it was made from, by name. */
  from: Map<string, ReturnType<Lookup>>;
}

/** Resolves sets. As long as nothing changes the answer is the same object: every scope asks for every set. */
export class Resolver {
  readonly #sets: ReadonlyStore<CidrSet>;
  readonly #discovered = new Map<string, Discovered>();
  readonly #resolutions = new Map<string, Resolution>();

  constructor(sets: ReadonlyStore<CidrSet>) {
    this.#sets = sets;
  }

  discovered(set: string): Discovered | undefined {
    return this.#discovered.get(set);
  }

  /** @returns whether it is news */
  keep(set: string, discovered: Discovered): boolean {
    if (isDeepStrictEqual(this.#discovered.get(set), discovered)) return false;
    this.#discovered.set(set, discovered);
    return true;
  }

  /** @returns whether there was something to forget */
  forget(set: string): boolean {
    this.#resolutions.delete(set);
    return this.#discovered.delete(set);
  }

  resolve(name: string): ResolvedSet {
    const lookup = (each: string) => ({ set: this.#sets.get(each), discovered: this.#discovered.get(each) });
    const known = this.#resolutions.get(name);
    if (known && [...known.from].every(([each, former]) => isSame(former, lookup(each)))) return known.resolved;
    const from: Resolution['from'] = new Map();
    const resolved = resolveSet(name, (each) => {
      const found = lookup(each);
      from.set(each, found);
      return found;
    });
    this.#resolutions.set(name, { resolved, from });
    return resolved;
  }
}

function isSame(a: ReturnType<Lookup>, b: ReturnType<Lookup>): boolean {
  // A status that was written makes another object of the set.
  return a.discovered === b.discovered && (a.set === b.set || isDeepStrictEqual(a.set?.spec, b.set?.spec));
}
