import { heldBecause } from '../api/held.js';
import { type RunnerPool, runnerpools } from '../api/runner-pool.gen.js';
import { cut } from '../cut.js';
import type { Result } from '../kube/controller.js';
import { KubeError } from '../kube/error.js';
import { throwPassing } from '../kube/owned/outcome.js';
import { nameOf, removalOf } from '../kube/owned/plan.js';
import { applyStatus } from '../kube/status.js';
import { timestamp } from '../kube/time.js';
import { apply, MANAGER, managerRoom, nodesRoom, type RunnerPoolOptions, SOON_MS, tell } from './hands.js';
import { releaseAssociations } from './jobs/association/keep.js';
import { jobsRoom } from './jobs/look.js';
import { leaveOrder, managerPods } from './manager/leave.js';
import { type Room, roomPart, unreadable } from './room.js';
import { statusOf } from './status.js';

/**
 * What serves others goes after them: the manager with its last job, what isolates jobs, nodes, and the way to a role. No
 * Secret or endpoint is needed for it, and an account not for ever. undefined, here and below: nothing is left to wait for.
 */
export async function release(
  pool: RunnerPool,
  options: RunnerPoolOptions,
  signal: AbortSignal,
): Promise<Result | undefined> {
  for (const room of roomsOf(pool)) {
    const wait = await releaseRoom(room, pool, options, signal);
    if (wait) return wait;
  }
  return releaseAws(pool, options, signal);
}

/** In the order in which they go. */
export function roomsOf(pool: RunnerPool): Room[] {
  return [managerRoom(pool), jobsRoom(pool), nodesRoom(pool)];
}

async function releaseRoom(
  room: Room,
  pool: RunnerPool,
  options: RunnerPoolOptions,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const { owned, client, planOnly, pollMs, intervalMs, ownerId } = options;
  const part = roomPart(pool, room, ownerId);
  const observed = await owned.observe(part, [], room.kinds, signal);
  const { seen, unread } = observed;
  if (unread) return { requeueAfterMs: SOON_MS };
  const problem = unreadable(observed);
  if (problem) {
    tell(pool, { type: 'Warning', reason: problem.reason, action: 'Delete', note: problem.message }, options);
    return { requeueAfterMs: pollMs };
  }
  if (planOnly && seen.length > 0) return { requeueAfterMs: intervalMs };
  const retains = planOnly || pool.spec.deletionPolicy === 'Retain';
  const running = room.component === MANAGER && seen.length > 0 ? await managerPods(pool, client, signal) : 0;
  const operations = removalOf(seen, retains);
  const due = room.component === MANAGER && !retains ? leaveOrder(operations, running) : operations;
  const outcomes = await apply(part, pool, due, options, signal);
  throwPassing(outcomes);
  if (outcomes.some(({ result }) => result instanceof KubeError)) return { requeueAfterMs: pollMs };
  if (retains || seen.length === 0) return undefined;
  const message =
    running > 0 ? "until the manager's last job is done" : `until these have gone: ${cut(seen.map(nameOf), MAX_NAMES)}`;
  await tellWaiting(pool, message, options);
  return { requeueAfterMs: running > 0 ? pollMs : intervalMs };
}

const MAX_NAMES = 10;

/** All else that status tells stays: what there is is looked for by it. */
async function tellWaiting(pool: RunnerPool, until: string, { client }: RunnerPoolOptions): Promise<void> {
  const { conditions: _, observedGeneration: __, ...status } = pool.status ?? {};
  const finding = { status: 'False', reason: 'Deleting', message: `waits ${until}` } as const;
  await applyStatus(client, runnerpools, pool, statusOf(pool, [{ type: 'NodesReady', finding, status }], timestamp()));
}

async function releaseAws(
  pool: RunnerPool,
  options: RunnerPoolOptions,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const { planOnly, pollMs, releaseAfterMs } = options;
  const wish = planOnly || pool.spec.deletionPolicy === 'Retain' ? 'Release' : 'Delete';
  const why = planOnly ? heldBecause(pool.spec.mode, planOnly) : undefined;
  const [problem] = await releaseAssociations({ ...options, pool, why }, wish, signal);
  if (!problem) return undefined;
  const { deletionTimestamp = '' } = pool.metadata;
  const waits = why !== undefined || Date.now() - Date.parse(deletionTimestamp) < releaseAfterMs;
  const note = `${problem.message}${waits ? '' : '; left there'}`;
  tell(pool, { type: 'Warning', reason: problem.reason, action: wish, note }, options);
  return waits ? { requeueAfterMs: pollMs } : undefined;
}
