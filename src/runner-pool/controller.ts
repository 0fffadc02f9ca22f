import { heldBecause } from '../api/held.js';
import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { type RunnerPool, runnerpools } from '../api/runner-pool.gen.js';
import { aboutEvery } from '../kube/backoff.js';
import type { Result } from '../kube/controller.js';
import { addFinalizer, removeFinalizer } from '../kube/finalizer.js';
import { throwPassing } from '../kube/owned/outcome.js';
import { objectKey } from '../kube/resource.js';
import { applyStatus } from '../kube/status.js';
import { timestamp } from '../kube/time.js';
import { type RunnerPoolOptions, SOON_MS } from './hands.js';
import { forgetCrew } from './metrics.js';
import { release } from './release.js';
import { lookAtRooms, type Scene } from './rooms.js';
import { statusOf } from './status.js';

/** On each RunnerPool that may have something. */
export const RUNNER_POOL_FINALIZER = 'sallyport.dev/runner-pool';

/** Reconciles one RunnerPool: observe, plan, apply, report, room by room. */
export function runnerPoolReconciler(options: RunnerPoolOptions) {
  return async (key: string, signal: AbortSignal): Promise<Result | undefined> => {
    const pool = options.resources.get(key);
    if (!pool) {
      forgetCrew(key);
      return undefined;
    }
    const { deletionTimestamp, finalizers } = pool.metadata;
    const isMarked = finalizers?.includes(RUNNER_POOL_FINALIZER) === true;
    const why = heldBecause(pool.spec.mode, options.planOnly);
    const endpoint = endpointOf(pool, options);
    if (!deletionTimestamp && (isMarked || why)) return look({ pool, endpoint, why, options, signal }, options);
    if (!deletionTimestamp) await addFinalizer(options.client, runnerpools, pool, RUNNER_POOL_FINALIZER);
    if (!deletionTimestamp || !isMarked) return undefined;
    const wait = await release(pool, options, signal);
    if (!wait) await removeFinalizer(options.client, runnerpools, pool, RUNNER_POOL_FINALIZER);
    return wait;
  };
}

async function look(scene: Scene, options: RunnerPoolOptions): Promise<Result> {
  const { pool } = scene;
  const { client, owned, intervalMs, pollMs } = options;
  const looks = await lookAtRooms(scene);
  if (!looks) return { requeueAfterMs: SOON_MS };
  const reports = looks.map(({ report }) => report);
  await applyStatus(client, runnerpools, pool, statusOf(pool, reports, timestamp()));
  throwPassing(looks.flatMap(({ outcomes }) => outcomes));
  if (looks.some(({ again }) => again)) return { requeueAfterMs: SOON_MS };
  const isWell = reports.every(({ finding }) => finding.status !== 'False');
  const waits = looks.map(({ seen }) => owned.waitMs(seen) ?? intervalMs);
  return { requeueAfterMs: aboutEvery(Math.min(isWell ? intervalMs : pollMs, ...waits)) };
}

/** What `spec.endpointRef` leads to. */
export function endpointOf(
  { metadata, spec }: RunnerPool,
  { endpoints }: Pick<RunnerPoolOptions, 'endpoints'>,
): PrivateLinkEndpoint | undefined {
  const { endpointRef } = spec;
  return endpointRef && endpoints.get(objectKey({ ...metadata, name: endpointRef.name }));
}
