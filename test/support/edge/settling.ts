/** Ends a change: for good, or as a failure. */
type End = (ok: boolean) => void | Promise<void>;

/** Changes that AWS takes its time for: so many reads see one in progress before it ends. */
export class Settling {
  #reads = 1;
  readonly #changes = new Map<string, { left: number; end: End }>();

  /** Infinity: until `finish`. */
  take(reads: number): void {
    this.#reads = reads;
  }

  /** `key` names the object that changes. */
  async begin(key: string, end: End): Promise<void> {
    this.#changes.set(key, { left: this.#reads, end });
    if (this.#reads === 0) await this.#end(key, true);
  }

  /** A read has shown the object. */
  async seen(key: string): Promise<void> {
    const change = this.#changes.get(key);
    if (!change) return;
    change.left -= 1;
    if (change.left <= 0) await this.#end(key, true);
  }

  /** Ends all changes now. */
  async finish(ok = true): Promise<void> {
    for (const key of [...this.#changes.keys()]) await this.#end(key, ok);
  }

  #end(key: string, ok: boolean): void | Promise<void> {
    const change = this.#changes.get(key);
    this.#changes.delete(key);
    return change?.end(ok);
  }
}
