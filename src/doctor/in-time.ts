import { setMaxListeners } from 'node:events';
import { aborted, withDeadline } from '../kube/signal.js';

/** What the work gives; undefined where the deadline is over first, whether or not the work heeds its signal. */
export async function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  return withDeadline(ms, undefined, async (signal) => {
    // Every call to AWS that waits for its turn listens to it.
    setMaxListeners(0, signal);
    const end = aborted(signal).then(() => undefined);
    try {
      return await Promise.race([work(signal), end]);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
}
