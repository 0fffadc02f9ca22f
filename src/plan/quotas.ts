import type { Quotas } from '../aws/quotas.js';
import type { QuotaUse } from '../cidr-set/facts.js';
import type { Change } from '../cidr-set/targets/kind.js';
import type { RuleChange } from '../cidr-set/targets/security-groups/change.js';
import type { ObservedGroup } from '../cidr-set/targets/security-groups/observed.js';
import { rulesText } from '../cidr-set/targets/security-groups/quota.js';

const DIRECTIONS = ['Ingress', 'Egress'] as const;
const FAMILIES = [4, 6] as const;

/** How full a group is once all changes are made: of each direction and family that they concern. */
export function quotaUses(group: ObservedGroup, all: readonly Change[], quotas: Quotas): QuotaUse[] {
  const changes = all.filter(isRuleChange).filter(({ object }) => object.id === group.id);
  return DIRECTIONS.flatMap((direction) =>
    FAMILIES.flatMap((family): QuotaUse[] => {
      const own = changes.filter(({ rule, weight }) => rule.direction === direction && weight[family] > 0);
      if (own.length === 0) return [];
      const sum = (all: readonly Pick<RuleChange, 'weight'>[]) =>
        all.reduce((total, each) => total + each.weight[family], 0);
      const there = sum(group.rules.filter((rule) => rule.direction === direction));
      const used = there + sum(own.filter(({ sign }) => sign === '+')) - sum(own.filter(({ sign }) => sign === '-'));
      return [{ what: rulesText({ direction, family }), used, quota: quotas.rulesPerSecurityGroup }];
    }),
  );
}

function isRuleChange(change: Change): change is RuleChange {
  return change.target === 'securityGroups';
}
