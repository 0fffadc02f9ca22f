import type { CidrSet } from '../../api/cidr-set.gen.js';
import { durationMs } from '../../duration.js';
import { aboutEvery } from '../../kube/backoff.js';
import type { Result } from '../../kube/controller.js';
import type { ReadonlyStore } from '../../kube/store.js';
import { readHttpSource } from './http/read.js';
import type { Readings } from './readings.js';

export interface HttpControllerOptions {
  sets: ReadonlyStore<CidrSet>;
  readings: Readings;
  /** Hears the name of a set whose source gives something else than before. */
  onNews(set: string): void;
}

/** The controller's key of a set's http source: `vpn/github`. */
export function documentKey(set: string, source: string): string {
  return `${set}/${source}`;
}

/** Reconciles one http source of one set: reads its document. */
export function httpReconciler({ sets, readings, onNews }: HttpControllerOptions) {
  return async (key: string, signal: AbortSignal): Promise<Result | undefined> => {
    const [name = ''] = key.split('/', 1);
    const source = key.slice(name.length + 1);
    const set = sets.get(name);
    const declared = set?.spec.discover?.http?.find((each) => each.name === source);
    if (!set || !declared) {
      readings.forgetDocument(name, source);
      return undefined;
    }
    const { allowAnywhere } = set.spec;
    const validators = readings.validators(name, declared);
    const result = await readHttpSource(declared, { allowAnywhere, validators, signal });
    signal.throwIfAborted();
    if (readings.keepDocument(name, declared, result, Date.now())) onNews(name);
    // The queue's back-off is for what may be right again soon, as a server that is down.
    if (!result.ok) throw new Error(result.problem.message);
    return { requeueAfterMs: aboutEvery(durationMs(declared.refresh)) };
  };
}
