import type { ClusterTargetName } from '../cidr-set/cluster/kind.js';
import { clusterKinds } from '../cidr-set/cluster/kinds.js';
import { Ledger } from '../cidr-set/cluster/ledger.js';
import { holderOf, MARKED } from '../cidr-set/cluster/mark.js';
import { observeCluster, uses } from '../cidr-set/cluster/observe.js';
import { planCluster } from '../cidr-set/cluster/plan.js';
import type { Estate } from '../cidr-set/estate.js';
import type { ScopePlan } from '../cidr-set/plan.js';
import type { KubeClient } from '../kube/client.js';
import { listedView } from '../kube/owned/listed.js';
import type { Finding } from './finding.js';
import type { ReadError } from './report.js';

/** What is in the cluster, and what is to be done there. */
export async function clusterFinding(
  estate: Estate,
  client: KubeClient,
  ownerId: string,
  signal: AbortSignal,
): Promise<{ finding: Finding; errors: ReadError[] }> {
  const sets = estate.sets.list();
  const used = clusterKinds.filter(({ name }) => sets.some((set) => uses(set, name)));
  const watches = await Promise.all(
    used.map((kind) => listedView(kind, client, MARKED, (object) => holderOf(object, ownerId))),
  );
  const io = { estate, watches, ledger: new Ledger(), ownerId };
  const plan: ScopePlan = { operations: [], held: [], sets: new Map() };
  const errors = new Map<ClusterTargetName, ReadError>();
  for (const set of sets) {
    const wish = estate.clusterWish(set);
    const { objects, failed } = await observeCluster(io, set, wish, signal);
    for (const [kind, { message }] of failed) errors.set(kind, { where: 'cluster', message });
    const { operations, held, facts } = planCluster({ wish, ownerId, objects });
    plan.operations.push(...operations);
    plan.held.push(...held);
    plan.sets.set(wish.set, facts);
  }
  return { finding: { plan }, errors: [...errors.values()] };
}
