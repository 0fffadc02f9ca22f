import { Repairs } from '../../kube/owned/repairs.js';
import type { TargetName } from '../targets/kind.js';
import type { ObservedObject, Written } from './observed.js';
import type { ClusterOperation } from './order.js';

/** What this process wrote to each object last, so that it knows what others did to it, and how often. */
export class Ledger {
  readonly #written = new Map<string, Written>();
  readonly #repairs = new Repairs();

  /** What a plan must know of an object. */
  recall(target: TargetName, id: string): Pick<ObservedObject, 'written' | 'contested'> {
    const written = this.#written.get(keyOf(target, id));
    return { ...(written && { written }), ...(this.waitMs(target, id) > 0 && { contested: true }) };
  }

  /** See Repairs. */
  waitMs(target: TargetName, id: string): number {
    return this.#repairs.waitMs(keyOf(target, id));
  }

  /** After the operation has been carried out. */
  keep({ target, object, written, repairs }: ClusterOperation): void {
    const key = keyOf(target, object.id);
    if (written) {
      if (!repairs) this.#written.set(key, written);
      this.#repairs.count(key, repairs === true);
    } else {
      this.#written.delete(key);
      this.#repairs.forget(key);
    }
  }
}

function keyOf(target: TargetName, id: string): string {
  return `${target} ${id}`;
}
