import type { CidrSet, CidrSetStatus } from '../api/cidr-set.gen.js';
import { scopeKey } from '../aws/scope.js';
import { plural } from '../plural.js';
import type { ClusterView } from './cluster/report.js';
import { clusterDeletion } from './cluster/status.js';
import { isCurrent, readProblem, type ScopeView } from './view.js';

export interface DeletionState {
  /** Scopes, or this cluster, that were not looked at since. */
  unseen: string[];
  /** Scopes where the set's rules and objects could not be removed yet, each with what it waits for. */
  waiting: string[];
  /** Scopes that had some and can't be looked at any more, because nothing declares them. */
  left: string[];
}

/** Other failures pass, and the status may know less than there is: we can be killed between a write and the word of it. */
const SHUT = ['AccountDenied', 'WrongAccount'];

/** Where a set that is being deleted still has something, as far as its last status and the last looks tell. */
export function deletionState(set: CidrSet, views: readonly ScopeView[], cluster?: ClusterView): DeletionState {
  const listed = holdings(set.status);
  const unseen = views.filter((view) => !isCurrent(view)).map(scopeKey);
  const waiting = views.filter(isCurrent).flatMap((view) => {
    const { report, wish } = view;
    const where = scopeKey(view);
    const problem = readProblem(view);
    if (problem) {
      // An account that lets nobody in and never had rules of the set must not hold the deletion up.
      const had = listed.some((scope) => scopeKey(scope) === where) || set.status?.scopesOmitted;
      return SHUT.includes(problem.reason) && !had ? [] : [problem.message];
    }
    const pending = report?.sets.get(wish.set)?.pending ?? [];
    const undone = pending.filter(({ held }) => !held || held === 'Waiting' || held === 'Blocked');
    return undone.length > 0 ? [`${where}: ${plural(undone.length, 'change')} still to be made`] : [];
  });
  const declared = new Set(views.map(scopeKey));
  const left = listed
    .filter((scope) => !declared.has(scopeKey(scope)))
    .map((scope) => `${scopeKey(scope)}: ${scope.what}, and no AwsAccount declares that any more`);
  const here = cluster ? clusterDeletion(cluster, set) : { unseen: [], waiting: [] };
  return { unseen: [...unseen, ...here.unseen], waiting: [...waiting, ...here.waiting], left };
}

/** What the last status says that the set has in AWS, and where. */
function holdings({ scopes = [], objects = [] }: CidrSetStatus = {}) {
  const rules = scopes
    .filter(({ rules }) => rules > 0)
    .map(({ account, region, rules }) => ({ account, region, what: plural(rules, 'rule') }));
  const made = objects.flatMap(({ account, region, target, name }) =>
    account && region ? [{ account, region, what: `${name} of ${target}` }] : [],
  );
  return [...rules, ...made];
}
