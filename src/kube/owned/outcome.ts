import type { Problem } from '../../api/problem.js';
import { KubeError } from '../error.js';
import { isPassing, kubeProblem } from '../problem.js';
import type { KubeObject, Resource } from '../resource.js';
import type { OwnedOutcome } from './objects.js';
import type { Seen } from './plan.js';

/** What the same call may cure soon goes to the queue's back-off. */
export function throwPassing(outcomes: readonly OwnedOutcome[]): void {
  for (const { result } of outcomes) if (result instanceof KubeError && isPassing(result)) throw result;
}

export function failuresOf(outcomes: readonly OwnedOutcome[]): Problem[] {
  return outcomes.flatMap(({ result }) => (result instanceof KubeError ? [kubeProblem(result)] : []));
}

/** An object as it is after the operations. */
export function objectIn<T extends KubeObject>(
  { seen, outcomes }: { seen: readonly Seen[]; outcomes: readonly OwnedOutcome[] },
  resource: Resource<T>,
): T | undefined {
  const made = outcomes.find(({ operation }) => operation.seen.resource === resource)?.result;
  const found = seen.find((each) => each.resource === resource)?.object;
  return (typeof made === 'object' && !(made instanceof KubeError) ? made : found) as T | undefined;
}
