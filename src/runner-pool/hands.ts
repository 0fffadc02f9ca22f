import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { eventOf } from '../kube/owned/events.js';
import type { OwnedObjects, OwnedOutcome } from '../kube/owned/objects.js';
import type { Part } from '../kube/owned/part.js';
import type { OwnedOperation } from '../kube/owned/plan.js';
import { configMaps } from '../kube/owned/resources.js';
import type { Occurrence, Recorder } from '../kube/recorder.js';
import type { Resource } from '../kube/resource.js';
import type { ReadonlyStore } from '../kube/store.js';
import type { Logger } from '../telemetry/log.js';
import type { JobsHands } from './jobs/look.js';
import { ec2nodeclasses, nodepools } from './karpenter/objects.js';
import { managerKinds } from './manager/objects.js';
import type { Fleet } from './nodes/fleet.js';
import type { Room } from './room.js';

/** What rooms are looked at, and made, with. */
export interface RoomHands extends JobsHands {
  resources: Pick<ReadonlyStore<RunnerPool>, 'list'>;
  fleet: Pick<Fleet, 'crewOf'>;
  owned: Pick<OwnedObjects, 'observe' | 'apply'>;
  recorder: Pick<Recorder, 'event'>;
  log: Pick<Logger, 'log'>;
}

export interface RunnerPoolOptions extends RoomHands {
  resources: ReadonlyStore<RunnerPool>;
  endpoints: ReadonlyStore<PrivateLinkEndpoint>;
  owned: OwnedObjects;
  /** The whole install writes nothing. */
  planOnly: boolean;
  /** How long drift in AWS may live, and how soon another password is seen. */
  intervalMs: number;
  /** How soon what is missing is looked for again. */
  pollMs: number;
  /** How long a deleted pool waits for an account that can't be reached. */
  releaseAfterMs: number;
}

/** See Part; all of a pool's begin so. */
export const RUNNER_POOL = 'runner-pool';
export const MANAGER = `${RUNNER_POOL}-manager`;

/** How soon is looked again while kinds are being read. */
export const SOON_MS = 200;

/** All that it may have made. Provisioners never change, so that clusters without Karpenter aren't asked for its kinds. */
export function nodesRoom({ spec }: RunnerPool): Room {
  const kinds: Record<typeof spec.nodes.provisioner, readonly Resource[]> = {
    Karpenter: [ec2nodeclasses, nodepools],
    UserDataOnly: [configMaps],
    LaunchTemplate: [],
  };
  return { component: `${RUNNER_POOL}-nodes`, kinds: kinds[spec.nodes.provisioner], desired: [], problems: [] };
}

/** The same. Who has GitLab's runners elsewhere is asked for no permission for them. */
export function managerRoom({ spec, status }: RunnerPool): Room {
  const kinds = spec.gitlab || status?.manager ? managerKinds : [];
  return { component: MANAGER, kinds, desired: [], problems: [] };
}

export async function apply(
  part: Part,
  pool: RunnerPool,
  operations: readonly OwnedOperation[],
  options: RoomHands,
  signal: AbortSignal,
): Promise<OwnedOutcome[]> {
  const outcomes = await options.owned.apply(part, operations, signal);
  for (const outcome of outcomes) tell(pool, eventOf(outcome), options);
  return outcomes;
}

export function tell(
  pool: RunnerPool,
  event: Occurrence,
  { recorder, log }: Pick<RoomHands, 'recorder' | 'log'>,
): void {
  const { namespace, name } = pool.metadata;
  recorder.event(pool, event);
  log.log(event.type === 'Normal' ? 'info' : 'warn', event.note, { namespace, name, reason: event.reason });
}
