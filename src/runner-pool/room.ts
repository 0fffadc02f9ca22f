import type { Problem } from '../api/problem.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { cut } from '../cut.js';
import type { OwnedOutcome } from '../kube/owned/objects.js';
import type { ObservedPart } from '../kube/owned/observe.js';
import { failuresOf } from '../kube/owned/outcome.js';
import type { Desired, Part } from '../kube/owned/part.js';
import { nameOf, type OwnedOperation, planOwned, type Seen } from '../kube/owned/plan.js';
import type { Resource } from '../kube/resource.js';

/** One part of what a pool comes to: it is made, and told of, by itself. */
export interface Room {
  /** See Part. */
  component: string;
  /** Of all that it may ever have made. */
  kinds: readonly Resource[];
  /** In the order in which they are made. */
  desired: readonly Desired[];
  /** What keeps `desired` from being known: until then what there is stays as it is. */
  problems: readonly Problem[];
}

/** What is to be done to a room, or what keeps it from being done. */
export interface RoomPlan {
  seen: readonly Seen[];
  operations: readonly OwnedOperation[];
  problems: readonly Problem[];
}

/** After the operations. */
export interface RoomLook extends RoomPlan {
  outcomes: readonly OwnedOutcome[];
  /** Why nothing is written, for people. */
  why?: string | undefined;
}

export function roomPart(owner: RunnerPool, { component }: Pick<Room, 'component'>, ownerId: string): Part {
  return { ownerId, owner, component };
}

export function planRoom(part: Part, room: Room, observed: ObservedPart): RoomPlan {
  const { seen } = observed;
  if (room.problems.length > 0) return { seen, operations: [], problems: room.problems };
  const { operations, problems } = planOwned({ part, desired: room.desired, seen });
  return { seen, operations, problems: [...observed.problems, ...problems] };
}

/** What the room is not as it should be for; the first is the one to blame. */
export function roomProblems({ problems, outcomes, operations, why }: RoomLook): Problem[] {
  const all = [...problems, ...failuresOf(outcomes)];
  if (all.length > 0 || !why || operations.length === 0) return all;
  const calls = operations.map(({ action, seen }) => `${action} ${nameOf(seen)}`);
  return [{ reason: 'Planned', message: `${cut(calls, MAX_CALLS)}; ${why}` }];
}

const MAX_CALLS = 10;

/** Whether every kind that the part may have made was read. A kind that the cluster doesn't have has no objects. */
export function unreadable({ problems }: ObservedPart): Problem | undefined {
  return problems.find(({ reason }) => reason !== 'KindNotServed');
}
