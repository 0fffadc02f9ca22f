import type { Change, ObjectRef, Operation, Sign } from '../kind.js';
import { portsText } from './ports.js';
import { type Direction, isCidr, type Rule, type Weight } from './rule.js';

export type ChangeKind = 'Authorize' | 'UpdateDescription' | 'Revoke' | 'Disown';

const SIGNS: Record<ChangeKind, Sign> = { Authorize: '+', UpdateDescription: '~', Revoke: '-', Disown: '/' };

export interface RuleChange extends Change {
  kind: ChangeKind;
  rule: Rule;
  weight: Weight;
  /** Of the rule that exists; absent for Authorize. */
  ruleId?: string;
  description: string;
}

export interface RuleOperation extends Operation {
  kind: ChangeKind;
  direction: Direction;
  changes: RuleChange[];
}

type Essence = Pick<
  RuleChange,
  'kind' | 'object' | 'rule' | 'weight' | 'ruleId' | 'description' | 'sets' | 'held' | 'final' | 'harmless'
>;

export function ruleNoun(direction: Direction): string {
  return direction === 'Egress' ? 'egress rule' : 'rule';
}

export function ruleChange(change: Essence): RuleChange {
  const { kind, rule } = change;
  return {
    target: 'securityGroups',
    sign: SIGNS[kind],
    noun: ruleNoun(rule.direction),
    ports: portsText(rule),
    value: rule.peer,
    ...change,
  };
}

const ACTIONS: Record<ChangeKind, { action: string | Record<Direction, string>; done: string }> = {
  Authorize: {
    action: { Ingress: 'AuthorizeSecurityGroupIngress', Egress: 'AuthorizeSecurityGroupEgress' },
    done: 'RulesAuthorized',
  },
  UpdateDescription: {
    action: {
      Ingress: 'UpdateSecurityGroupRuleDescriptionsIngress',
      Egress: 'UpdateSecurityGroupRuleDescriptionsEgress',
    },
    done: 'DescriptionsUpdated',
  },
  Revoke: {
    action: { Ingress: 'RevokeSecurityGroupIngress', Egress: 'RevokeSecurityGroupEgress' },
    done: 'RulesRevoked',
  },
  Disown: { action: 'DeleteTags', done: 'RulesReleased' },
};

/** One call to EC2: changes of one kind, in one direction, on one group. */
export function ruleOperation(
  kind: ChangeKind,
  direction: Direction,
  object: ObjectRef,
  changes: RuleChange[],
): RuleOperation {
  const { action, done } = ACTIONS[kind];
  return {
    target: 'securityGroups',
    kind,
    direction,
    action: typeof action === 'string' ? action : action[direction],
    done,
    object,
    changes,
    awaited: changes.some(({ rule }) => !isCidr(rule.peer)),
  };
}
