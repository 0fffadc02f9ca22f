import type { Operation, RuleChange } from './change.js';
import { compareGroup } from './compare.js';
import type { SetFacts } from './facts.js';
import { guardRemovals } from './guard.js';
import type { ObservedGroup } from './observed.js';
import { orderGroup } from './order.js';
import type { SetWish } from './wish.js';

export interface ScopePlan {
  /** In the order in which they must be carried out, group by group. */
  operations: Operation[];
  held: RuleChange[];
  sets: Map<string, SetFacts>;
}

export interface PlanInput {
  wishes: readonly SetWish[];
  groups: readonly ObservedGroup[];
  /** AWS quota "Inbound or outbound rules per security group": for each direction and IP family. */
  rulesPerSecurityGroup: number;
}

/**
 * Turns what all sets ask of one scope, and what EC2 holds there, into operations.
 *
 * | wanted by           | rule exists        | change                                                     |
 * | ------------------- | ------------------ | ---------------------------------------------------------- |
 * | some set            | no                 | Authorize                                                  |
 * | some set            | made by others     | none: it serves, and stays theirs                          |
 * | some set            | ours               | none, or UpdateDescription where it names other sets       |
 * | none                | ours               | Revoke, or Disown for a set deleted with `Retain`          |
 * | none                | made by others     | none                                                       |
 *
 * A change that must not be made now is in the plan all the same, held and with its reason.
 */
export function planScope({ wishes, groups, rulesPerSecurityGroup }: PlanInput): ScopePlan {
  const sets = new Map<string, SetFacts>(
    wishes.map(({ set }) => [set, { groups: 0, targets: {}, rules: 0, foreignRules: 0, ownedRules: 0, problems: [] }]),
  );
  const bySet = new Map(wishes.map((wish) => [wish.set, wish]));
  const byGroup = groups.map((group) => ({ group, changes: compareGroup(group, bySet, sets) }));
  const all = byGroup.flatMap(({ changes }) => changes);

  for (const wish of wishes) guardRemovals(wish, all, sets);
  const operations = byGroup.flatMap(({ group, changes }) => orderGroup(group, changes, rulesPerSecurityGroup, sets));
  return { operations, held: all.filter(({ held }) => held), sets };
}
