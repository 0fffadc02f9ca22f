import type { Direction, Rule } from './rule.js';

/** One rule of a group. `rule` is absent where the peer is not a CIDR: such a rule only counts towards the quota. */
export interface ObservedRule {
  id: string;
  direction: Direction;
  rule?: Rule;
  description: string;
  /** Whether it carries this install's owner tag. */
  owned: boolean;
}

/** A rule whose peer is a CIDR: the only kind that sets ask for. */
export type CidrRule = ObservedRule & { rule: Rule };

export function isCidrRule(rule: ObservedRule): rule is CidrRule {
  return rule.rule !== undefined;
}

export interface ObservedGroup {
  id: string;
  name: string;
  tags: Record<string, string>;
  rules: ObservedRule[];
}
