import type { Quotas } from '../aws/quotas.js';
import type { QuotaUse } from '../cidr-set/facts.js';
import type { Change } from '../cidr-set/targets/kind.js';
import type { RuleChange } from '../cidr-set/targets/security-groups/change.js';
import type { ObservedGroup } from '../cidr-set/targets/security-groups/observed.js';
import { rulesText } from '../cidr-set/targets/security-groups/quota.js';
import { isToBeMade } from './report.js';

const DIRECTIONS = ['Ingress', 'Egress'] as const;
const FAMILIES = [4, 6] as const;

/**
 * How full a group is, or would be if it had room, once the plan is done: of each direction and family.
 * @param all the group's changes
 * @param which those that the plan changes, or all
 */
export function quotaUses(
  group: ObservedGroup,
  all: readonly Change[],
  quotas: Quotas,
  which: 'Changed' | 'All' = 'Changed',
): QuotaUse[] {
  const changes = all.filter(isRuleChange).filter((change) => isToBeMade(change) || change.held === 'QuotaExceeded');
  return DIRECTIONS.flatMap((direction) =>
    FAMILIES.flatMap((family): QuotaUse[] => {
      const own = changes.filter(({ rule, weight }) => rule.direction === direction && weight[family] > 0);
      if (which === 'Changed' && own.length === 0) return [];
      const sum = (all: readonly Pick<RuleChange, 'weight'>[]) =>
        all.reduce((total, each) => total + each.weight[family], 0);
      const there = sum(group.rules.filter((rule) => rule.direction === direction));
      const used = there + sum(own.filter(({ sign }) => sign === '+')) - sum(own.filter(({ sign }) => sign === '-'));
      const [quota, what] = [quotas.rulesPerSecurityGroup, rulesText({ direction, family })];
      return [{ object: `${group.id} (${group.name})`, used, quota, what }];
    }),
  );
}

function isRuleChange(change: Change): change is RuleChange {
  return change.target === 'securityGroups';
}
