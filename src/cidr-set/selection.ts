import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import type { Problem } from '../api/problem.js';
import { cut } from '../cut.js';
import { isCurrent, readProblem, type ScopeView } from './view.js';
import { accountMatches, type ScopeSelector } from './wish.js';

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
    const problem = selectorProblem(selector, accounts);
    if (problem) return problem;
  }
  if (!views.every((view) => isCurrent(view) && !readProblem(view))) return undefined;
  const isEmpty = (name: string) =>
    !views.some(({ report, wish }) => report?.sets.get(wish.set)?.targets[`securityGroups/${name}`]);
  const empty = securityGroups.map(({ name }) => name).filter(isEmpty);
  if (empty.length === 0) return undefined;
  return { reason: 'NoGroupSelected', message: `No security group has the tags or ids of target ${empty.join(', ')}` };
}

function selectorProblem(
  { name, accounts: selector, regions = [] }: ScopeSelector & { name: string },
  accounts: readonly AwsAccount[],
): Problem | undefined {
  const known = accounts.map(({ metadata }) => metadata.name);
  const unknown = (selector?.names ?? []).filter((account) => !known.includes(account));
  if (unknown.length > 0) {
    const message = `Target ${name} names ${unknown.join(', ')}: there is no such AwsAccount`;
    return { reason: 'UnknownAccount', message };
  }
  const chosen = accounts.filter((account) => accountMatches(selector, account));
  if (chosen.length === 0) {
    const message = `Target ${name} selects none of the ${accounts.length} AwsAccounts`;
    return { reason: 'NoAccountSelected', message };
  }
  const missing = regions.filter((region) => !chosen.some(({ spec }) => spec.regions.includes(region)));
  if (missing.length === 0) return undefined;
  const names = cut(
    chosen.map(({ metadata }) => metadata.name),
    5,
  );
  const message = `Target ${name} names ${missing.join(', ')}, which is in spec.regions of none of its accounts: ${names}`;
  return { reason: 'UnknownRegion', message };
}
