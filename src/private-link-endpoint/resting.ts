import type { Operation } from './operation.js';

/** Remembers since when operations that rest have been planned; a restart begins anew. */
export class Resting {
  readonly #restMs: number;
  readonly #since = new Map<string, number>();

  constructor(restMs: number) {
    this.#restMs = restMs;
  }

  /**
   * Those whose time has come.
   *
   * @param resource - `ci/gitlab`
   * @param now - in milliseconds
   */
  due(resource: string, operations: readonly Operation[], now: number): Operation[] {
    const keyOf = ({ what }: Operation) => `${resource} ${what}`;
    const planned = new Set(operations.filter(({ rests }) => rests).map(keyOf));
    for (const key of this.#since.keys()) {
      if (key.startsWith(`${resource} `) && !planned.has(key)) this.#since.delete(key);
    }
    return operations.filter((each) => {
      if (!each.rests) return true;
      const since = this.#since.get(keyOf(each)) ?? now;
      this.#since.set(keyOf(each), since);
      return now - since >= this.#restMs;
    });
  }
}
