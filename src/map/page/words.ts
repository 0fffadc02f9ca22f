import { plural } from '../../plural.js';
import type { MapData, TargetItem } from '../data.js';

export const TARGETS: Record<TargetItem['target'], { short: string; long: string }> = {
  securityGroups: { short: 'SG', long: 'security group' },
  prefixLists: { short: 'PL', long: 'prefix list' },
  wafIpSets: { short: 'WAF', long: 'WAF IP set' },
  eksPublicAccess: { short: 'EKS', long: 'EKS endpoint' },
  networkPolicies: { short: 'NP', long: 'NetworkPolicy' },
};

/** `41 security groups`, `2 prefix lists`; nothing of what there is none of. */
export function countsOf(targets: readonly TargetItem[]): string[] {
  return Object.entries(TARGETS).flatMap(([kind, { long }]) => {
    const count = targets.filter(({ target }) => target === kind).length;
    return count > 0 ? [plural(count, long)] : [];
  });
}

/** `5 sets, 12 security groups, 3 accounts`. */
export function summary({ sets, pools, endpoints, accounts, targets }: MapData): string {
  return [
    plural(sets.length, 'set'),
    ...countsOf(targets),
    ...(endpoints.length > 0 ? [plural(endpoints.length, 'private endpoint')] : []),
    ...(pools.length > 0 ? [plural(pools.length, 'runner pool')] : []),
    plural(accounts.filter(({ accountId }) => accountId).length, 'account'),
  ].join(', ');
}

/** `office, vpn and 3 more`. */
export function some(names: readonly string[], most = 4): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
