import type { Direction, Rule } from './rule.js';

export type ChangeKind = 'Authorize' | 'UpdateDescription' | 'Revoke' | 'Disown';

/** Why a change is in the plan but is not to be made now. */
export const holdReasons = [
  'PlanMode',
  'SourcesIncomplete',
  'SetUnknown',
  'InvalidTag',
  'RemovalGuard',
  'QuotaExceeded',
] as const;
export type HoldReason = (typeof holdReasons)[number];

export interface RuleChange {
  kind: ChangeKind;
  group: { id: string; name: string };
  rule: Rule;
  /** Of the rule that exists; absent for Authorize. */
  ruleId?: string;
  description: string;
  /** The sets that the change is for: those that want the rule, or for Revoke and Disown those that let it go. */
  sets: string[];
  held?: HoldReason;
  /** A removal for sets that are all being deleted: nothing is to take the rule's place. */
  final?: boolean;
}

/** One call to EC2: changes of one kind, in one direction, on one group. */
export interface Operation {
  kind: ChangeKind;
  direction: Direction;
  group: { id: string; name: string };
  changes: RuleChange[];
}
