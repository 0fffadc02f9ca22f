import { groupBy } from '../../../group-by.js';
import { coveredTogether } from '../../../net/cover.js';
import type { SetFacts } from '../../facts.js';
import type { PlanInput } from '../kind.js';
import type { ClusterChange, ClusterOperation } from './change.js';
import type { FailedUpdate, ObservedCluster } from './observed.js';
import { MAX_CIDRS } from './quota.js';
import { sameList } from './updates.js';

/** A mark comes before the list is first written, so that no other set writes it; the list is replaced at once. */
export function orderClusters(
  changes: readonly ClusterChange[],
  { ownAddresses }: PlanInput,
  facts: ReadonlyMap<string, SetFacts>,
): ClusterOperation[] {
  return [...groupBy(changes, ({ task }) => task)].flatMap(([{ fate, cluster, acceptLockout, set }, own]) => {
    const possible = own.filter(({ held }) => !held);
    if (possible.length === 0) return [];
    const { publicAccessCidrs: now, failed } = cluster;
    if (fate === 'Release') return [operation('UntagResource', 'AccessListReleased', possible, now)];

    const of = (sign: string) => possible.filter((change) => change.sign === sign);
    const [marks, added, removed] = [of('~'), of('+'), of('-')];
    const gone = new Set(removed.map(({ value }) => value));
    const list = [...now.filter((cidr) => !gone.has(cidr)), ...added.map(({ value }) => value)];

    // What only grows takes nobody's access.
    const lockout = acceptLockout || gone.size === 0 ? undefined : lockoutProblem(cluster, list, ownAddresses);
    const problem = added.length > 0 && list.length > MAX_CIDRS ? quotaProblem(cluster, list, added.length) : lockout;
    if (problem) {
      for (const change of possible) change.held = problem.reason;
      facts.get(set)?.problems.push(problem);
      return [];
    }
    if (failed && sameList(failed.cidrs, list)) {
      facts.get(set)?.problems.push(updateFailed(cluster.name, failed));
      if (!failed.due) {
        for (const change of possible) change.held = 'Blocked';
        return [];
      }
    }
    // Listed before it is marked: by its status what a set holds is found again once no target names it.
    if (marks.length > 0) {
      const { arn: id, name } = cluster;
      facts.get(set)?.objects.push({ target: 'eksPublicAccess', id, name, entries: list.length });
    }
    const tagged = marks.length > 0 ? [operation('TagResource', 'AccessListClaimed', marks, now)] : [];
    const entries = [...added, ...removed];
    if (entries.length === 0) return tagged;
    return [...tagged, { ...operation('UpdateClusterConfig', 'AccessListUpdateBegun', entries, list), begins: true }];
  });
}

function updateFailed(name: string, { why }: FailedUpdate) {
  const message =
    `EKS could not change the access list of cluster ${name} (${why || 'it does not say why'}). It is tried again, later ` +
    'each time up to an hour, or at once when the set changes';
  return { reason: 'UpdateFailed', message };
}

function quotaProblem({ name, publicAccessCidrs: now }: ObservedCluster, list: readonly string[], added: number) {
  const message =
    `The access list of EKS cluster ${name} would hold ${list.length} CIDRs: ${now.length} now, ${added} to add, ` +
    `${now.length + added - list.length} to remove; EKS takes ${MAX_CIDRS}. It is left as it is: let in fewer or wider ` +
    'CIDRs, or use the private endpoint';
  return { reason: 'QuotaExceeded' as const, message };
}

/** Without a private endpoint, nodes and Sallyport itself come by the public one. */
function lockoutProblem(
  { name, privateAccess, dualStack }: ObservedCluster,
  list: readonly string[],
  ownAddresses: readonly string[],
) {
  if (privateAccess) return undefined;
  const own = ownAddresses.filter((cidr) => dualStack || !cidr.includes(':'));
  const shutOut = own.filter((cidr) => !coveredTogether(list, cidr));
  if (own.length > 0 && shutOut.length === 0) return undefined;
  const what =
    own.length > 0
      ? `its new list would shut out ${shutOut.join(', ')}, where Sallyport itself comes from: add that to the set`
      : 'it is not known where Sallyport itself comes from: say so with --own-address';
  const message =
    `EKS cluster ${name} has no private endpoint, and ${what}, turn the private endpoint on, or write acceptLockout: ` +
    'true into the target';
  return { reason: 'WouldLockOut' as const, message };
}

function operation(
  action: ClusterOperation['action'],
  done: string,
  changes: ClusterChange[],
  publicAccessCidrs: string[],
): ClusterOperation {
  const [{ object, task }] = changes as [ClusterChange];
  return { target: 'eksPublicAccess', action, done, object, changes, task, publicAccessCidrs };
}
