import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import type { Problem } from '../api/problem.js';
import { cut } from '../cut.js';
import { accountMatches, type ScopeSelector, selectorProblem, selects } from './selector.js';
import type { Targets } from './targets/kind.js';
import { CLOUDFRONT_REGION } from './targets/waf-ip-sets/desired.js';
import { isCurrent, readProblem, type ScopeView } from './view.js';

/** Targets that can't be what was meant: accounts and regions that do not exist, and names that select no group anywhere. */
export function targetsProblem(
  { spec: { targets = {} } }: CidrSet,
  accounts: readonly AwsAccount[],
  views: readonly ScopeView[],
): Problem | undefined {
  const { securityGroups = [], taggedSecurityGroups: tagged } = targets;
  const { prefixLists = [], wafIpSets = [], eksPublicAccess = [] } = targets;
  const selectors: (ScopeSelector & { name: string })[] = [
    ...securityGroups,
    ...prefixLists,
    ...wafIpSets,
    ...eksPublicAccess,
  ];
  if (tagged) selectors.push({ name: 'taggedSecurityGroups', ...tagged });
  for (const selector of selectors) {
    const problem = selectorProblem(`Target ${selector.name}`, selector, accounts);
    if (problem) return problem;
  }
  for (const target of wafIpSets) {
    const problem = cloudFrontProblem(target, accounts);
    if (problem) return problem;
  }
  if (!views.every((view) => isCurrent(view) && !readProblem(view))) return undefined;
  const isEmpty = (name: string) =>
    !views.some(({ report, wish }) => report?.sets.get(wish.set)?.targets[`securityGroups/${name}`]);
  const empty = securityGroups.map(({ name }) => name).filter(isEmpty);
  if (empty.length === 0) return undefined;
  return { reason: 'NoGroupSelected', message: `No security group has the tags or ids of target ${empty.join(', ')}` };
}

type WafTarget = NonNullable<Targets['wafIpSets']>[number];

/** In other regions such a target is ignored. */
function cloudFrontProblem(target: WafTarget, accounts: readonly AwsAccount[]): Problem | undefined {
  if (target.scope !== 'CLOUDFRONT') return undefined;
  const homeless = accounts.filter(
    (account) =>
      accountMatches(target.accounts, account) &&
      !(selects(target, account, CLOUDFRONT_REGION) && account.spec.regions.includes(CLOUDFRONT_REGION)),
  );
  if (homeless.length === 0) return undefined;
  const names = cut(
    homeless.map(({ metadata }) => metadata.name),
    5,
  );
  const message =
    `Target ${target.name} is for CLOUDFRONT, whose IP sets live in ${CLOUDFRONT_REGION}: add that to the target's ` +
    `regions and to spec.regions of ${names}, or select other accounts`;
  return { reason: 'UnknownRegion', message };
}
