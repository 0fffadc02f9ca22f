import { OWNER_TAG } from '../../../api/marks.js';
import type { Problem } from '../../../api/problem.js';
import { cut } from '../../../cut.js';
import { noteQuotaUse, type SetFacts } from '../../facts.js';
import { holdOf } from '../hold.js';
import type { HoldReason, PlanInput } from '../kind.js';
import { SET_TAG } from '../mark.js';
import type { ClusterChange, ClusterTask } from './change.js';
import { type ClusterWish, sortedOut, wishesForCluster } from './desired.js';
import { holderOf, isForeign, type ObservedCluster } from './observed.js';
import { MAX_CIDRS } from './quota.js';

/**
 * The changes that each cluster's access list needs. The whole list is that of one set, the one that the cluster's tags
 * name: the first that asks for it, until it asks no more. Then the tags go, and the list stays.
 */
export function compareClusters(input: PlanInput, facts: Map<string, SetFacts>): ClusterChange[] {
  const { observed, wishes } = input;
  const clusters = observed.eksPublicAccess?.ok ? observed.eksPublicAccess.value : [];
  const there = new Set(clusters.map(({ name }) => name));
  for (const { set, targets } of wishes.values()) {
    for (const { name, clusters } of targets.eksPublicAccess ?? []) {
      const missing = clusters.filter((cluster) => !there.has(cluster));
      if (missing.length > 0) facts.get(set)?.problems.push(noSuchCluster(name, missing));
    }
  }
  return clusters.flatMap((cluster) => compareCluster(cluster, wishesForCluster(cluster.name, wishes), input, facts));
}

function compareCluster(
  cluster: ObservedCluster,
  asking: readonly ClusterWish[],
  { ownerId, wishes }: PlanInput,
  facts: ReadonlyMap<string, SetFacts>,
): ClusterChange[] {
  const { name, arn, publicAccessCidrs } = cluster;
  const marked = holderOf(cluster, ownerId);
  const entries = publicAccessCidrs.length;
  if (marked !== undefined) facts.get(marked)?.objects.push({ target: 'eksPublicAccess', id: arn, name, entries });

  const released = marked !== undefined && !asking.some(({ wish }) => wish.set === marked);
  const release = released ? [releaseOf(cluster, marked, holdOf(wishes.get(marked)))] : [];
  // The next set has the list as soon as the last one's mark is seen gone.
  const freed = release.some(({ held }) => !held);
  const holder = marked === undefined || freed ? asking[0]?.wish.set : marked;

  const written = asking.flatMap((each) => {
    const own = facts.get(each.wish.set);
    if (!own) return [];
    for (const target of each.targets) {
      const key = `eksPublicAccess/${target}`;
      own.targets[key] = (own.targets[key] ?? 0) + 1;
    }
    if (isForeign(cluster, ownerId)) own.problems.push(notOurs(cluster));
    else if (each.wish.set !== holder) own.problems.push(claimed(cluster, holder));
    else return compareList(cluster, each, { marked: marked === holder, freed, own });
    return [];
  });
  return [...release, ...written];
}

/** The others, such as DELETING and FAILED, don't end in these. */
const SERVING = ['ACTIVE', 'CREATING', 'UPDATING'];

interface ListContext {
  marked: boolean;
  freed: boolean;
  own: SetFacts;
}

function compareList(
  cluster: ObservedCluster,
  { wish, acceptLockout }: ClusterWish,
  { marked, freed, own }: ListContext,
): ClusterChange[] {
  const { name, status, publicAccess, publicAccessCidrs: there } = cluster;
  const { accepted, ipv6, unroutable } = sortedOut(wish, cluster);
  own.owned += there.length;
  noteQuotaUse(own, {
    object: `EKS cluster ${name}`,
    used: accepted.length,
    quota: MAX_CIDRS,
    what: 'public access CIDRs',
  });
  own.problems.push(...leftOut(name, ipv6, unroutable));
  const obstacle =
    (!SERVING.includes(status) && notServing(name, status)) ||
    (!publicAccess && noEndpoint(name)) ||
    (accepted.length === 0 && emptyList(name));
  if (obstacle) {
    own.problems.push(obstacle);
    return [];
  }

  const task: ClusterTask = { fate: 'Write', set: wish.set, cluster, acceptLockout };
  const planned = wish.mode === 'Plan' ? 'PlanMode' : undefined;
  // EKS refuses a change while one is under way, and while the cluster is being made.
  const waiting = freed || status !== 'ACTIVE' ? 'Waiting' : undefined;
  const added = planned ?? waiting;
  return [
    ...(marked ? [] : [clusterChange({ sign: '~', noun: 'mark', value: `${SET_TAG}=${wish.set}` }, task, added)]),
    ...accepted
      .filter((cidr) => !there.includes(cidr))
      .map((value) => clusterChange({ sign: '+', noun: 'CIDR', value }, task, added)),
    ...there
      .filter((cidr) => !accepted.includes(cidr))
      .map((value) => clusterChange({ sign: '-', noun: 'CIDR', value }, task, holdOf(wish) ?? waiting)),
  ];
}

function releaseOf(cluster: ObservedCluster, set: string, held: HoldReason | undefined): ClusterChange {
  const task: ClusterTask = { fate: 'Release', set, cluster, acceptLockout: false };
  return clusterChange({ sign: '/', noun: 'mark', value: `${SET_TAG}=${set}` }, task, held);
}

function clusterChange(
  what: Pick<ClusterChange, 'sign' | 'noun' | 'value'>,
  task: ClusterTask,
  held: HoldReason | undefined,
): ClusterChange {
  const { arn: id, name } = task.cluster;
  return { target: 'eksPublicAccess', object: { id, name }, ...what, sets: [task.set], task, ...(held && { held }) };
}

function noSuchCluster(target: string, clusters: readonly string[]): Problem {
  const message =
    `Target ${target} names ${cut(clusters, 5)}: there is no such EKS cluster here; correct its clusters, or write the ` +
    'accounts and regions that have them';
  return { reason: 'NoSuchCluster', message };
}

function notOurs({ name, tags }: ObservedCluster): Problem {
  const message =
    `EKS cluster ${name} is looked after by another install of Sallyport (its tag ${OWNER_TAG} is ${tags[OWNER_TAG]}), so ` +
    'it is left alone: take it out there, or here';
  return { reason: 'NotOurs', message };
}

function claimed({ name }: ObservedCluster, holder: string | undefined): Problem {
  const message =
    `The access list of EKS cluster ${name} is that of CidrSet ${holder}: include this set there, or take the cluster ` +
    'out of its targets';
  return { reason: 'ClaimedBy', message };
}

function notServing(name: string, status: string): Problem {
  const message = `EKS cluster ${name} is ${status}, so nothing is written: take it out of the target's clusters`;
  return { reason: 'ClusterNotActive', message };
}

function noEndpoint(name: string): Problem {
  const message = `EKS cluster ${name} has no public endpoint, so nothing is written: turn it on, or take the cluster out`;
  return { reason: 'NoPublicEndpoint', message };
}

function emptyList(name: string): Problem {
  const message =
    `The set has no CIDR for the public endpoint of EKS cluster ${name}. Its last list stays, as EKS takes an empty one ` +
    'for 0.0.0.0/0: add a CIDR, or turn the public endpoint off';
  return { reason: 'EmptyList', message };
}

function leftOut(name: string, ipv6: readonly string[], unroutable: readonly string[]): Problem[] {
  const reason = 'CidrsLeftOut';
  const end = 'The others are written: put these into a set of their own';
  const problems: Problem[] = [];
  if (ipv6.length > 0) {
    const message = `The endpoint of EKS cluster ${name} is IPv4 only and can't let in ${cut(ipv6, 5)}. ${end}`;
    problems.push({ reason, message });
  }
  if (unroutable.length > 0) {
    const message = `EKS refuses private addresses for the public endpoint of ${name}: ${cut(unroutable, 5)}. ${end}`;
    problems.push({ reason, message });
  }
  return problems;
}
