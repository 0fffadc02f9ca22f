import { exponential } from '../../kube/backoff.js';
import type { TargetName } from '../targets/kind.js';
import type { ObservedObject, Written } from './observed.js';
import type { ClusterOperation } from './order.js';

const REPAIR_BASE_MS = 1_000;
const REPAIR_CAP_MS = 300_000;
/** An object that stayed as it was for so long is put back at once again. */
const PEACE_MS = 2 * REPAIR_CAP_MS;

interface Entry extends Written {
  /** How often in a row we put it back. */
  repairs: number;
  /** When, by performance.now(). */
  at: number;
}

/** What this process wrote to each object last, so that it knows what others did to it, and how often. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();

  /** What a plan must know of an object. */
  recall(target: TargetName, id: string): Pick<ObservedObject, 'written' | 'contested'> {
    const written = this.#entries.get(`${target} ${id}`);
    return { ...(written && { written }), ...(this.waitMs(target, id) > 0 && { contested: true }) };
  }

  /** How long an object that was changed again is left so: not at all, then a second, then twice as long each time. */
  waitMs(target: TargetName, id: string): number {
    const entry = this.#entries.get(`${target} ${id}`);
    if (!entry || entry.repairs === 0) return 0;
    return Math.max(entry.at + exponential(entry.repairs - 1, REPAIR_BASE_MS, REPAIR_CAP_MS) - performance.now(), 0);
  }

  /** After the operation has been carried out. */
  keep({ target, object, written, repairs }: ClusterOperation): void {
    const key = `${target} ${object.id}`;
    const last = this.#entries.get(key);
    const at = performance.now();
    if (!written) this.#entries.delete(key);
    else if (!repairs) this.#entries.set(key, { ...written, repairs: 0, at });
    else if (last) this.#entries.set(key, { ...last, repairs: at - last.at > PEACE_MS ? 1 : last.repairs + 1, at });
  }
}
