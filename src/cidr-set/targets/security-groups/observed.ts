import type { Direction, Rule, Weight } from './rule.js';

/** One rule of a group. `rule` is absent where the peer is another group: such a rule only counts towards the quota. */
export interface ObservedRule {
  id: string;
  direction: Direction;
  rule?: Rule;
  weight: Weight;
  description: string;
  /** Whether it carries this install's owner tag. */
  owned: boolean;
}

/** A rule whose peer is a CIDR or a prefix list: the only kinds that sets ask for. */
export type PeerRule = ObservedRule & { rule: Rule };

export function isPeerRule(rule: ObservedRule): rule is PeerRule {
  return rule.rule !== undefined;
}

export interface ObservedGroup {
  id: string;
  name: string;
  tags: Record<string, string>;
  rules: ObservedRule[];
}
