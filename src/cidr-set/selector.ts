import type { AwsAccount } from '../api/aws-account.gen.js';
import type { Problem } from '../api/problem.js';
import { cut } from '../cut.js';
import type { Targets } from './targets/kind.js';

/** What targets and sources choose accounts and regions by. */
export type ScopeSelector = Pick<NonNullable<Targets['securityGroups']>[number], 'accounts' | 'regions'>;

export function accountMatches(selector: ScopeSelector['accounts'], account: AwsAccount): boolean {
  const labels = account.metadata.labels ?? {};
  return (
    (selector?.names?.includes(account.metadata.name) ?? true) &&
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  );
}

export function selects({ accounts, regions }: ScopeSelector, account: AwsAccount, region: string): boolean {
  return accountMatches(accounts, account) && (regions?.includes(region) ?? true);
}

/** Why `what` selects nothing, or less than it names. */
export function selectorProblem(
  what: string,
  { accounts: selector, regions = [] }: ScopeSelector,
  accounts: readonly AwsAccount[],
): Problem | undefined {
  const known = accounts.map(({ metadata }) => metadata.name);
  const unknown = (selector?.names ?? []).filter((account) => !known.includes(account));
  if (unknown.length > 0) {
    const message = `${what} names ${unknown.join(', ')}: there is no such AwsAccount`;
    return { reason: 'UnknownAccount', message };
  }
  const chosen = accounts.filter((account) => accountMatches(selector, account));
  if (chosen.length === 0) {
    const message = `${what} selects none of the ${accounts.length} AwsAccounts`;
    return { reason: 'NoAccountSelected', message };
  }
  const missing = regions.filter((region) => !chosen.some(({ spec }) => spec.regions.includes(region)));
  if (missing.length === 0) return undefined;
  const names = cut(
    chosen.map(({ metadata }) => metadata.name),
    5,
  );
  const message = `${what} names ${missing.join(', ')}, which is in spec.regions of none of its accounts: ${names}`;
  return { reason: 'UnknownRegion', message };
}
