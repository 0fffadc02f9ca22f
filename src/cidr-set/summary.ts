import type { CidrSet, CidrSetStatus } from '../api/cidr-set.gen.js';
import { groupBy } from '../group-by.js';
import { plural } from '../plural.js';
import { isShareLabel } from './targets/prefix-lists/share.js';

type ObjectStatus = NonNullable<CidrSetStatus['objects']>[number];

const NOUNS: Record<string, string> = {
  prefixLists: 'prefix list',
  wafIpSets: 'IP set',
  eksPublicAccess: 'EKS cluster',
  networkPolicies: 'NetworkPolicy',
  configMaps: 'ConfigMap',
};

/** What a set has, for people: `12 rules in 4 security groups, 2 prefix lists`. */
export function summaryOf(
  { spec: { targets = {} } }: CidrSet,
  { rules, groups }: { rules: number; groups: number },
  objects: readonly ObjectStatus[],
): string {
  const inGroups = rules > 0 || targets.securityGroups !== undefined || targets.taggedSecurityGroups !== undefined;
  const nounOf = ({ target, name }: ObjectStatus) =>
    target === 'prefixLists' && isShareLabel(name) ? 'share' : (NOUNS[target] ?? target);
  const parts = [
    ...(inGroups ? [`${plural(rules, 'rule')} in ${plural(groups, 'security group')}`] : []),
    ...[...groupBy(objects, nounOf)].map(([noun, all]) => plural(all.length, noun)),
  ];
  return (
    parts.join(', ') || (Object.keys(targets).length > 0 ? 'Nothing yet' : 'No targets: it is there to be included')
  );
}
