import { createLogger } from 'winston';
import { heldBecause } from '../api/held.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { Places } from '../aws/places.js';
import { removalOf } from '../kube/owned/plan.js';
import { setLookup } from '../operator/set-lookup.js';
import { endpointOf, RUNNER_POOL_FINALIZER } from '../runner-pool/controller.js';
import type { RoomHands, RunnerPoolOptions } from '../runner-pool/hands.js';
import { AddressBook } from '../runner-pool/jobs/addresses.js';
import { releaseAssociations } from '../runner-pool/jobs/association/keep.js';
import { probeJobs } from '../runner-pool/jobs/probe/job.js';
import { listedFleet } from '../runner-pool/nodes/fleet.js';
import { roomsOf } from '../runner-pool/release.js';
import { roomPart } from '../runner-pool/room.js';
import { type Looked, lookAtRooms } from '../runner-pool/rooms.js';
import type { PartFinding } from './part-finding.js';
import type { Eyes, PartsOptions } from './parts.js';
import { storeOf } from './store.js';

export type PoolHands = RoomHands & Pick<RunnerPoolOptions, 'endpoints'>;

/** What is to be done for a pool in the cluster, as a look in mode Plan sees it. What is in AWS of it is told in words. */
export async function surveyPool(pool: RunnerPool, eyes: Eyes, hands: PoolHands): Promise<PartFinding | undefined> {
  const why = heldBecause(pool.spec.mode, false) ?? 'the operator does it';
  if (pool.metadata.deletionTimestamp) return surveyDeleted(pool, why, hands, eyes);
  const endpoint = endpointOf(pool, hands);
  const looks = (await lookAtRooms({ pool, endpoint, why, options: hands, signal: eyes.signal })) ?? [];
  const operations = looks.flatMap((look) => look.operations);
  return {
    owner: pool,
    // When which probe runs is the operator's business.
    now: { operations: operations.filter(({ seen }) => seen.resource !== probeJobs) },
    later: { operations: looks.flatMap((look) => afterManager(pool, look)) },
    problems: looks.flatMap(({ problems }) => problems),
    seen: looks.flatMap(({ seen }) => seen),
    replacement: looks.map(({ report }) => report.status.nodes?.replacement).find(Boolean),
  };
}

/** What pools are looked at with: one reading of nodes and addresses for all. */
export async function poolHands(eyes: Eyes, { declared, estate, sessions }: PartsOptions): Promise<PoolHands> {
  const { client, owned, ownerId } = eyes;
  return {
    client,
    ownerId,
    // A look that says why nothing is written makes nothing, and tells nobody.
    owned: { observe: owned.observe.bind(owned), apply: async () => [] },
    recorder: { event() {} },
    log: createLogger({ silent: true }),
    resources: storeOf(declared.pools),
    endpoints: storeOf(declared.endpoints),
    places: new Places(estate.accounts, sessions),
    fleet: await listedFleet(client),
    addresses: new AddressBook(client, Number.POSITIVE_INFINITY),
    setOf: setLookup(estate),
  };
}

/** A manager that is no longer declared finishes its jobs, and then goes the rest of what it has. */
function afterManager(pool: RunnerPool, { report, seen, operations }: Looked) {
  if (pool.spec.gitlab || report.type !== 'ManagerReady') return [];
  return removalOf(seen, false).filter((each) => !operations.some((other) => other.seen === each.seen));
}

async function surveyDeleted(
  pool: RunnerPool,
  why: string,
  hands: RoomHands,
  { owned, ownerId, signal }: Eyes,
): Promise<PartFinding | undefined> {
  if (!pool.metadata.finalizers?.includes(RUNNER_POOL_FINALIZER)) return undefined;
  const retains = pool.spec.deletionPolicy === 'Retain';
  const rooms = await Promise.all(
    roomsOf(pool).map(async (room) => {
      const part = roomPart(pool, room, ownerId);
      const { seen, problems } = await owned.observe(part, [], room.kinds, signal);
      return { seen, problems, operations: removalOf(seen, retains) };
    }),
  );
  const inAws = await releaseAssociations({ ...hands, pool, why }, retains ? 'Release' : 'Delete', signal);
  return {
    owner: pool,
    now: { operations: rooms.flatMap(({ operations }) => operations) },
    problems: [...rooms.flatMap(({ problems }) => problems), ...inAws],
    seen: rooms.flatMap(({ seen }) => seen),
  };
}
