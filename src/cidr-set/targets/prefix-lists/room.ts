import type { Problem } from '../../../api/problem.js';
import type { PlanInput } from '../kind.js';
import { rulesText } from '../security-groups/quota.js';
import type { ObservedPrefixList } from './observed.js';

/** Why a list can't grow: a group that refers to it, in this scope, would have more rules than its quota. */
export function growthProblem(
  list: ObservedPrefixList,
  size: number,
  { observed, quotas }: PlanInput,
): Problem | undefined {
  const { id, name, family, maxEntries } = list;
  const quota = quotas.rulesPerSecurityGroup;
  for (const group of observed.securityGroups?.ok ? observed.securityGroups.value : []) {
    for (const direction of ['Ingress', 'Egress'] as const) {
      const rules = group.rules.filter((rule) => rule.direction === direction);
      const referring = rules.filter(({ rule }) => rule?.peer === id).length;
      const used = rules.reduce((sum, { weight }) => sum + weight[family], 0);
      const after = used + referring * (size - maxEntries);
      if (referring === 0 || after <= quota) continue;
      const message =
        `${id} (${name}) has to grow from ${maxEntries} to ${size} entries, and ${group.id} (${group.name}) has no room: it ` +
        `has ${used} ${rulesText({ direction, family })} and refers to the list ${referring === 1 ? 'once' : `${referring} times`}, ` +
        `so it would have ${after} of ${quota}. The list is left as it is: let in fewer CIDRs or ports, or raise the quota`;
      return { reason: 'QuotaExceeded', message };
    }
  }
  return undefined;
}
