import pMap from 'p-map';
import { groupBy } from '../group-by.js';
import type { Operation, Outcome, TargetIo } from './targets/kind.js';
import { kinds } from './targets/kinds.js';

/** Objects side by side: the limiter paces the calls, this bounds how many wait for it. */
const CONCURRENCY = 16;

/**
 * Carries operations out. On one object they go in order and stop at the first that fails, so that nothing is removed
 * when what should replace it could not be added; the other objects go on.
 */
export async function applyOperations(
  io: TargetIo,
  operations: readonly Operation[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const objects = [...groupBy(operations, ({ target, object }) => `${target} ${object.id}`).values()];
  const outcomes = await pMap(objects, (object) => applyInOrder(io, object, signal), { concurrency: CONCURRENCY });
  return outcomes.flat();
}

async function applyInOrder(io: TargetIo, operations: readonly Operation[], signal: AbortSignal): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let stopped = false;
  for (const operation of operations) {
    const kind = kinds.find(({ name }) => name === operation.target);
    if (!kind || stopped || signal.aborted) {
      outcomes.push({ operation, result: 'NotTried' });
      continue;
    }
    const answer = await kind.apply(io, operation);
    stopped = !answer.ok;
    outcomes.push({ operation, result: answer.ok ? 'Done' : answer.error });
  }
  return outcomes;
}
