import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../../api/problem.js';
import type { RunnerPool, RunnerPoolStatus } from '../../../api/runner-pool.gen.js';
import { type Places, placeText } from '../../../aws/places.js';
import { applyAssociation } from './apply.js';
import { observeAssociation } from './observe.js';
import { type AssociationOperation, type AssociationWish, planAssociation, subjectOf } from './plan.js';

/** An EKS cluster. */
export type Cluster = NonNullable<NonNullable<RunnerPoolStatus['jobs']>['associations']>[number];

export interface KeepInput {
  pool: RunnerPool;
  ownerId: string;
  places: Places;
  /** Why nothing is written, for people. */
  why?: string | undefined;
}

export interface AssociationsLook {
  /** That may have one now, for status.jobs. */
  clusters: Cluster[];
  /** status.jobs has to name a cluster before anything is made there: look again when it does. */
  again: boolean;
  /** What was made, changed or removed. */
  done: AssociationOperation[];
  problems: Problem[];
}

/** Has jobs' service account get the role in its cluster, and in no other that status tells of: observe, plan, apply. */
export async function keepAssociations(input: KeepInput, signal: AbortSignal): Promise<AssociationsLook> {
  const { aws } = input.pool.spec;
  const wanted = aws?.credentials === 'PodIdentity' ? aws.cluster : undefined;
  const known = input.pool.status?.jobs?.associations ?? [];
  const isWanted = (cluster: Cluster) => isDeepStrictEqual(cluster, wanted);
  const again = wanted !== undefined && !known.some(isWanted) && !input.why;
  const found: AssociationsLook = { clusters: again ? [...known, wanted] : [...known], again, done: [], problems: [] };
  if (again) return found;
  const clusters = wanted && !known.some(isWanted) ? [...known, wanted] : known;
  for (const cluster of clusters) {
    const wish = isWanted(cluster) && aws ? { roleArn: aws.roleArn } : 'Delete';
    const kept = await keepOne(input, cluster, wish, signal);
    if (kept.operation) found.done.push(kept.operation);
    if (kept.problem) found.problems.push(kept.problem);
    else if (wish === 'Delete') found.clusters = found.clusters.filter((each) => each !== cluster);
  }
  return found;
}

/** Removes them, or makes them nobody's. Returns why some may be left. */
export async function releaseAssociations(
  input: KeepInput,
  wish: 'Delete' | 'Release',
  signal: AbortSignal,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const cluster of input.pool.status?.jobs?.associations ?? []) {
    const { problem } = await keepOne(input, cluster, wish, signal);
    if (problem) problems.push(problem);
  }
  return problems;
}

async function keepOne(
  { pool, ownerId, places, why }: KeepInput,
  cluster: Cluster,
  wish: AssociationWish['wish'],
  signal: AbortSignal,
): Promise<{ operation?: AssociationOperation; problem?: Problem }> {
  const subject = subjectOf(pool, cluster.name);
  const observed = await places.read(cluster, signal, ({ eks }) => observeAssociation(eks, subject));
  if (!observed.ok) return { problem: observed.problem };
  const { operations, problem } = planAssociation({ pool, ownerId, subject, wish }, observed.value);
  const [operation] = operations;
  if (!operation) return problem ? { problem } : {};
  if (why) {
    const message = `${operation.action} in EKS cluster ${cluster.name} of ${placeText(cluster)}; ${why}`;
    return { problem: { reason: 'Planned', message } };
  }
  const applied = await places.read(cluster, signal, ({ eks }) => applyAssociation(eks, operation));
  return applied.ok ? { operation } : { problem: applied.problem };
}
