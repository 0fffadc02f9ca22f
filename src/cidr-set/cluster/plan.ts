import { noFacts, type SetFacts } from '../facts.js';
import { guardRemovals } from '../guard.js';
import type { Change } from '../targets/kind.js';
import type { SetWish } from '../wish.js';
import { compareObject } from './compare.js';
import type { ObservedObject } from './observed.js';
import { type ClusterOperation, operationFor } from './order.js';

export interface ClusterPlanInput {
  wish: SetWish;
  ownerId: string;
  objects: readonly ObservedObject[];
}

export interface ClusterPlan {
  operations: ClusterOperation[];
  held: Change[];
  facts: SetFacts;
}

/**
 * Turns what a set asks of the cluster, and what is there, into at most one operation an object. A change that must not
 * be made now is in the plan all the same, held and with its reason; the object is written without it.
 */
export function planCluster({ wish, ownerId, objects }: ClusterPlanInput): ClusterPlan {
  const facts = noFacts();
  const compared = objects.map((seen) => ({ seen, changes: compareObject(seen, wish, ownerId, facts) }));
  const all = compared.flatMap(({ changes }) => changes);
  guardRemovals(wish, all, new Map([[wish.set, facts]]));
  const operations = compared.flatMap(({ seen, changes }) => operationFor(seen, changes, facts) ?? []);
  return { operations, held: all.filter(({ held }) => held), facts };
}
