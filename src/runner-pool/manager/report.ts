import type { RunnerPool, RunnerPoolStatus } from '../../api/runner-pool.gen.js';
import type { Finding } from '../../kube/conditions.js';
import { objectIn } from '../../kube/owned/outcome.js';
import { deployments } from '../../kube/owned/resources.js';
import { podsOf, rolloutProblem } from '../../kube/owned/rollout.js';
import { type RoomLook, roomProblems } from '../room.js';
import { type Managed, managerName, selectorOf } from './objects.js';

export interface ManagerLook {
  pool: RunnerPool;
  room: RoomLook;
  notes: Managed['notes'];
}

/** What is told of a pool's runner manager, from a look at it alone. */
export function managerReport({ pool, room, notes }: ManagerLook): {
  finding: Finding;
  status: Pick<RunnerPoolStatus, 'manager'>;
} {
  const { gitlab } = pool.spec;
  const deployment = objectIn(room, deployments);
  // The controller looks for what is left where status tells of it.
  const status = gitlab || room.seen.length > 0 ? { manager: { pods: podsOf(deployment) } } : {};
  const [problem, ...more] = roomProblems(room);
  if (problem) {
    const message = `${problem.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`;
    return { finding: { status: 'False', reason: problem.reason, message }, status };
  }
  if (!gitlab) return { finding: { status: 'True', reason: 'NotAsked', message: 'spec.gitlab is not there' }, status };
  const selector = Object.entries(selectorOf(pool)).map((label) => label.join('='));
  const rollout = rolloutProblem(deployment, { ...pool.metadata, name: managerName(pool) }, selector.join());
  if (rollout) return { finding: { status: 'False', ...rollout }, status };
  const message = [`takes jobs from ${gitlab.url}`, ...notes].join('; ');
  return { finding: { status: 'True', reason: 'Ready', message }, status };
}
