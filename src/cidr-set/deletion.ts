import type { CidrSet } from '../api/cidr-set.gen.js';
import { scopeKey } from '../aws/scope.js';
import { plural } from '../plural.js';
import { isCurrent, type ScopeView } from './view.js';

export interface DeletionState {
  /** Scopes that were not looked at since. */
  unseen: string[];
  /** Scopes where the set's rules could not be removed yet, each with what it waits for. */
  waiting: string[];
  /** Scopes that had rules and can't be looked at any more, because nothing declares them. */
  left: string[];
}

/** Where a set that is being deleted still has rules, as far as its last status and the last looks tell. */
export function deletionState(set: CidrSet, views: readonly ScopeView[]): DeletionState {
  const listed = set.status?.scopes?.filter(({ rules }) => rules > 0) ?? [];
  const had = new Set(listed.map(scopeKey));
  const unseen = views.filter((view) => !isCurrent(view)).map(scopeKey);
  const waiting = views.filter(isCurrent).flatMap((view) => {
    const { report, wish } = view;
    const where = scopeKey(view);
    // An account that fails and never had rules of the set must not hold the deletion up.
    if (report?.error) return had.has(where) || set.status?.scopesOmitted ? [report.error.message] : [];
    const undone = report?.sets.get(wish.set)?.pending.filter(({ held }) => !held) ?? [];
    return undone.length > 0 ? [`${where}: ${plural(undone.length, 'rule')} still to be removed`] : [];
  });
  const declared = new Set(views.map(scopeKey));
  const left = listed
    .filter((scope) => !declared.has(scopeKey(scope)))
    .map((scope) => `${scopeKey(scope)}: ${plural(scope.rules, 'rule')}, and no AwsAccount declares that any more`);
  return { unseen, waiting, left };
}
