import { setTimeout as sleep } from 'node:timers/promises';

/** Settles when the condition holds; the test's own timeout is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5, undefined, { ref: false });
}
