import type { Problem } from '../../api/problem.js';
import { KubeError } from '../../kube/error.js';
import { kubeProblem } from '../../kube/problem.js';
import type { SetReport } from '../report.js';
import type { TargetName } from '../targets/kind.js';
import { type SetWish, wishDigest } from '../wish.js';
import type { ClusterOutcome } from './apply.js';
import type { ObservedCluster } from './observe.js';
import type { ClusterPlan } from './plan.js';

/** One look at what a set has in this cluster. */
export interface ClusterReport extends SetReport {
  /** Of the wish that the look was made with: a set that has changed since waits for the next look. */
  digest: string;
  /** Kinds that could not be read, though the others could. */
  failed: ReadonlyMap<TargetName, Problem>;
}

/** What the set asks of this cluster, and what the last look found. */
export interface ClusterView {
  wish: SetWish;
  report?: ClusterReport;
}

export function isCurrentInCluster({ wish, report }: ClusterView): boolean {
  return report?.digest === wishDigest(wish);
}

export function clusterReport(
  wish: SetWish,
  { failed }: ObservedCluster,
  { held, facts }: ClusterPlan,
  outcomes: readonly ClusterOutcome[],
): ClusterReport {
  const undone = outcomes.filter(({ result }) => result !== 'Done').flatMap(({ operation }) => operation.changes);
  const refusals = outcomes.flatMap(({ result }) => (result instanceof KubeError ? [kubeProblem(result)] : []));
  return {
    ...facts,
    problems: [...facts.problems, ...refusals],
    pending: [...held, ...undone],
    digest: wishDigest(wish),
    failed: new Map([...failed].map(([name, error]) => [name, kubeProblem(error)])),
  };
}
