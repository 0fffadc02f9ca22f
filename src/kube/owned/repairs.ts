import { exponential } from '../backoff.js';

const REPAIR_BASE_MS = 1_000;
const REPAIR_CAP_MS = 300_000;
/** An object that stayed as it was for so long is put back at once again. */
const PEACE_MS = 2 * REPAIR_CAP_MS;

/** How often this process put each object back, so that it does not fight with somebody without end. */
export class Repairs {
  /** `at`: when it was last written, by performance.now(). */
  readonly #entries = new Map<string, { repairs: number; at: number }>();

  /** Whether this process wrote the object. */
  knows(key: string): boolean {
    return this.#entries.has(key);
  }

  /** How long an object that was changed again is left so: not at all, then a second, then twice as long each time. */
  waitMs(key: string): number {
    const entry = this.#entries.get(key);
    if (!entry || entry.repairs === 0) return 0;
    return Math.max(entry.at + exponential(entry.repairs - 1, REPAIR_BASE_MS, REPAIR_CAP_MS) - performance.now(), 0);
  }

  /** The object was written; `repair` says that it was put back as it had been. */
  count(key: string, repair: boolean): void {
    const last = this.#entries.get(key);
    const at = performance.now();
    const fighting = last !== undefined && at - last.at <= PEACE_MS;
    this.#entries.set(key, { repairs: repair ? (fighting ? last.repairs : 0) + 1 : 0, at });
  }

  /** The object is not ours to keep any more. */
  forget(key: string): void {
    this.#entries.delete(key);
  }
}
