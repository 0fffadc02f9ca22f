import type { CidrSet, CidrSetStatus } from '../../api/cidr-set.gen.js';
import type { Problem } from '../../api/problem.js';
import type { Change, TargetName } from '../targets/kind.js';
import { clusterKinds } from './kinds.js';
import { type ClusterView, isCurrentInCluster } from './report.js';

export interface ClusterStatus {
  objects: NonNullable<CidrSetStatus['objects']>;
  pending: Change[];
  problem?: Problem & { unknown?: boolean };
}

/** What a set has in this cluster, as its status tells it. */
export function clusterStatus(view: ClusterView, { status, spec }: CidrSet): ClusterStatus {
  const { report } = view;
  const listed = listedObjects(status).filter(({ target }) => !report || report.failed.has(target as TargetName));
  const asked = clusterKinds.some(({ name }) => (spec.targets?.[name] ?? []).length > 0);
  const pending = report?.pending ?? [];
  const objects = [...listed, ...(report?.objects ?? [])];
  const problem = asked || objects.length > 0 ? problemOf(view) : undefined;
  return { objects, pending, ...(problem && { problem }) };
}

/** What is in no account is in this cluster. */
export function listedObjects(status: CidrSetStatus | undefined): ClusterStatus['objects'] {
  return (status?.objects ?? []).filter(({ account }) => account === undefined);
}

function problemOf(view: ClusterView): ClusterStatus['problem'] {
  const { report } = view;
  if (!report || !isCurrentInCluster(view)) {
    return { reason: 'Progressing', message: 'Working on the cluster', unknown: true };
  }
  const problems = [...report.failed.values(), ...report.problems];
  const [first] = problems;
  if (!first || problems.length === 1) return first;
  return { ...first, message: `${first.message} (and ${problems.length - 1} more)` };
}

/** What the deletion of a set waits for in this cluster. */
export function clusterDeletion(view: ClusterView, { status }: CidrSet): { unseen: string[]; waiting: string[] } {
  const { report } = view;
  if (!report || !isCurrentInCluster(view)) return { unseen: ['the cluster'], waiting: [] };
  // A kind that can't be read and of which the set had nothing must not hold the deletion up.
  const had = new Set(listedObjects(status).map(({ target }) => target));
  const unread = [...report.failed].filter(([kind]) => had.has(kind)).map(([, { message }]) => message);
  const undone = report.pending.filter(({ held }) => !held || held === 'Waiting');
  const refused = undone.length > 0 ? report.problems.map(({ message }) => message) : [];
  return { unseen: [], waiting: [...unread, ...refused] };
}
