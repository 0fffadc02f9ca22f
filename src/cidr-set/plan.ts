import { noFacts, type SetFacts } from './facts.js';
import { guardRemovals } from './guard.js';
import type { Change, Operation, PlanInput } from './targets/kind.js';
import { kinds } from './targets/kinds.js';

export interface ScopePlan {
  /** In the order in which they must be carried out, object by object. */
  operations: Operation[];
  held: Change[];
  sets: Map<string, SetFacts>;
}

/**
 * Turns what all sets ask of one scope, and what is there, into operations. A change that must not be made now is in
 * the plan all the same, held and with its reason.
 */
export function planScope(input: PlanInput): ScopePlan {
  const sets = new Map([...input.wishes.keys()].map((set) => [set, noFacts()]));
  const compared = kinds
    .filter(({ name }) => input.observed[name]?.ok)
    .map((kind) => ({ kind, changes: kind.compare(input, sets) }));
  const all = compared.flatMap(({ changes }) => changes);

  for (const wish of input.wishes.values()) guardRemovals(wish, all, sets);
  const operations = compared.flatMap(({ kind, changes }) => kind.order(changes, input, sets));
  return { operations, held: all.filter(({ held }) => held), sets };
}

/** The plan with nothing left to carry out: what would be done is held. */
export function holdAll<Plan extends Pick<ScopePlan, 'operations' | 'held'>>(plan: Plan): Plan {
  const stopped = plan.operations
    .flatMap(({ changes }) => changes)
    .map((change) => ({ ...change, held: 'PlanMode' as const }));
  return { ...plan, operations: [], held: [...plan.held, ...stopped] };
}
