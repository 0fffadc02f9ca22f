import { DescribeUpdateCommand } from '@aws-sdk/client-eks';
import type { EksScope } from '../../../aws/services.js';
import { exponential } from '../../../kube/backoff.js';
import type { FailedUpdate, ObservedCluster } from './observed.js';

/** An update takes minutes, in which EKS refuses any other of the cluster. */
const RETRY_BASE_MS = 60_000;
const RETRY_CAP_MS = 3_600_000;

interface EksUpdate {
  id: string;
  /** What the list is to become. */
  cidrs: readonly string[];
  /** How many updates to this list failed, this one included. */
  failures: number;
  /** Set when it has failed. */
  failed?: { why: string; retryAt: number };
}

/**
 * The last update that this process began, by ARN of the cluster. A hint: EKS tells what became of one only to those who
 * know its id, and after a restart a failed one is tried once more than need be.
 */
export type EksUpdates = Map<string, EksUpdate>;

export function noteBegun(updates: EksUpdates, arn: string, { id, cidrs }: Pick<EksUpdate, 'id' | 'cidrs'>): void {
  const before = updates.get(arn);
  updates.set(arn, { id, cidrs, failures: before && sameList(before.cidrs, cidrs) ? before.failures : 0 });
}

/** The cluster with what became of the update that was begun. */
export async function withUpdate(
  eks: EksScope,
  cluster: ObservedCluster,
  updates: EksUpdates,
): Promise<ObservedCluster> {
  const { name, arn, status } = cluster;
  const update = updates.get(arn);
  if (!update || status !== 'ACTIVE') return cluster;
  if (sameList(update.cidrs, cluster.publicAccessCidrs)) {
    updates.delete(arn);
    return cluster;
  }
  if (!update.failed) {
    const told = await eks.send(new DescribeUpdateCommand({ name, updateId: update.id }));
    const { status: end, errors = [] } = (told.ok && told.value.update) || {};
    // DescribeCluster may be behind.
    if (end === 'InProgress') return { ...cluster, status: 'UPDATING' };
    if (end === 'Successful') {
      updates.delete(arn);
      return cluster;
    }
    const said = errors.map(({ errorCode, errorMessage }) => `${errorCode}: ${errorMessage}`).join('; ');
    const why = told.ok ? said : `why can't be read, as ${told.error.message}`;
    update.failed = { why, retryAt: Date.now() + exponential(update.failures, RETRY_BASE_MS, RETRY_CAP_MS) };
    update.failures += 1;
  }
  const { why, retryAt } = update.failed;
  const failed: FailedUpdate = { cidrs: update.cidrs, why, due: Date.now() >= retryAt };
  return { ...cluster, failed };
}

export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((cidr) => b.includes(cidr));
}
