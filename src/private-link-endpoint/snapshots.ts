interface Snapshot {
  at: number;
  value: Promise<unknown>;
}

/**
 * What was read a moment ago, for all who ask: resources that share an account are looked at together, and one read
 * serves them all. Failures are kept as long as other answers, so that many don't knock at one shut door.
 */
export class Snapshots {
  readonly #freshMs: number;
  readonly #all = new Map<string, Snapshot>();

  constructor(freshMs: number) {
    this.#freshMs = freshMs;
  }

  /** @param key - begins with the account, `team-a/` */
  read<T>(key: string, load: () => Promise<T>): Promise<T> {
    const now = performance.now();
    for (const [each, { at }] of this.#all) if (now - at > this.#freshMs) this.#all.delete(each);
    const known = this.#all.get(key);
    if (known) return known.value as Promise<T>;
    const value = load();
    this.#all.set(key, { at: now, value });
    return value;
  }

  /** Something was changed in the account. */
  forget(account: string): void {
    for (const key of this.#all.keys()) if (key.startsWith(`${account}/`)) this.#all.delete(key);
  }
}
