import { asksFor, type SetWish } from '../../wish.js';
import type { TargetIo, TargetKind } from '../kind.js';
import { applyRuleOperation } from './apply.js';
import type { RuleChange, RuleOperation } from './change.js';
import { compareGroups } from './compare.js';
import { observeGroups } from './observe.js';
import { orderGroups } from './order.js';

/** Rules in security groups, chosen by tags or id here, or by their owners with a tag on the group. */
export const securityGroups = {
  name: 'securityGroups' as const,
  asks: (wish: SetWish) => asksFor(wish, 'securityGroups'),
  observe: ({ aws, ownerId }: TargetIo) => observeGroups(aws.ec2, ownerId),
  compare: compareGroups,
  order: (changes: RuleChange[], input, facts) => orderGroups(changes, input, facts),
  apply: ({ aws, ownerId }: TargetIo, operation: RuleOperation) => applyRuleOperation(aws.ec2, operation, ownerId),
} satisfies TargetKind;
