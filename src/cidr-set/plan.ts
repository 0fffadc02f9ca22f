import { noFacts, type SetFacts } from './facts.js';
import { guardRemovals } from './guard.js';
import type { Change, HoldReason, Operation, PlanInput } from './targets/kind.js';
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
  return { ...plan, operations: [], held: [...plan.held, ...plan.operations.flatMap(heldChanges('PlanMode'))] };
}

/**
 * The plan in which no object is made or written before the status of its set lists it. Where we look for objects is
 * known by these lists: one made just before a crash would not be found again, once no target asked for its kind. Rules
 * need no list, as groups are always read.
 */
export function holdUnlisted(plan: ScopePlan, isListed: (set: string, operation: Operation) => boolean): ScopePlan {
  const mayGo = (operation: Operation) =>
    operation.target === 'securityGroups' ||
    operation.changes.every(({ sign, sets }) => '-/'.includes(sign) || sets.every((set) => isListed(set, operation)));
  const held = plan.operations.filter((operation) => !mayGo(operation)).flatMap(heldChanges('Waiting'));
  return { ...plan, operations: plan.operations.filter(mayGo), held: [...plan.held, ...held] };
}

function heldChanges(held: HoldReason) {
  return ({ changes }: Pick<Operation, 'changes'>): Change[] => changes.map((change) => ({ ...change, held }));
}
