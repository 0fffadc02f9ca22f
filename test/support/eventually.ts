import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: what takes a second here takes long where few processors are shared. What passes waits no longer for it. */
const PATIENCE = 120_000;

/** Asks again and again until `probe` passes; rejects with its last failure. */
export async function eventually<T>(probe: () => Promise<T> | T, withinMs = PATIENCE): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
