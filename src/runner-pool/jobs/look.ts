import type { PrivateLinkEndpoint } from '../../api/private-link-endpoint.gen.js';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { Places } from '../../aws/places.js';
import type { KubeClient } from '../../kube/client.js';
import { objectIn } from '../../kube/owned/outcome.js';
import type { Desired } from '../../kube/owned/part.js';
import type { Seen } from '../../kube/owned/plan.js';
import { readingOf } from '../../kube/problem.js';
import type { Occurrence } from '../../kube/recorder.js';
import { type KubeObject, objectKey, type Resource } from '../../kube/resource.js';
import { resolverOf } from '../manager/resolver.js';
import type { Room, RoomLook } from '../room.js';
import type { RoomReport } from '../status.js';
import type { AddressBook } from './addresses.js';
import { keepAssociations } from './association/keep.js';
import type { AssociationOperation } from './association/plan.js';
import { hostAccessKinds, hostAccessObjects } from './host-access.js';
import { hasJobs, jobKinds, jobObjects } from './objects.js';
import { observeNetwork, type SetLookup } from './observe.js';
import { probeJobs } from './probe/job.js';
import { type ProbePod, probeReport } from './probe/report.js';
import { jobsReport } from './report.js';

export interface JobsHands {
  client: KubeClient;
  addresses: AddressBook;
  setOf: SetLookup;
  places: Places;
  ownerId: string;
  /** The operator's own; absent: no probe is started. */
  image?: string | undefined;
}

export interface JobsLookInput {
  pool: RunnerPool;
  /** What `spec.endpointRef` leads to. */
  endpoint: PrivateLinkEndpoint | undefined;
  /** Why nothing is written, for people. */
  why: string | undefined;
  /** Makes the room what is desired; undefined where what there is is still being read. */
  keep(room: Room): Promise<RoomLook | undefined>;
  /** Milliseconds since 1970. */
  now: number;
}

export interface JobsLooked extends RoomLook {
  report: RoomReport;
  events: Occurrence[];
  /** Something is made only once status tells of it: look again when it does. */
  again: boolean;
}

/** See Part. */
const COMPONENT = 'runner-pool-jobs';

const pods: Resource<ProbePod & KubeObject> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
};

/**
 * All that a pool may have for its jobs. Clusters without host access to refuse aren't asked for its kinds, which say a lot
 * about everybody: status tells where there may be some.
 */
export function jobsRoom(pool: RunnerPool): Room {
  const { jobs } = pool.status ?? {};
  const hostAccess = refusesHostAccess(pool) || jobs?.hostAccess ? hostAccessKinds : [];
  const kinds = hasJobs(pool) || jobs ? [...jobKinds, ...hostAccess] : [];
  return { component: COMPONENT, kinds, desired: [], problems: [] };
}

function refusesHostAccess(pool: RunnerPool): boolean {
  return hasJobs(pool) && pool.spec.hostAccess === 'Refuse';
}

/** Nothing where the pool has no jobs, and nothing for them any more; undefined where what there is is still being read. */
export async function lookAtJobs(
  input: JobsLookInput,
  hands: JobsHands,
  signal: AbortSignal,
): Promise<JobsLooked[] | undefined> {
  const { pool, why } = input;
  const { image } = hands;
  if (!hasJobs(pool) && !pool.status?.jobs) return [];
  // First: a probe would find no role.
  const associations = await keepAssociations({ ...hands, pool, why }, signal);
  const refuses = refusesHostAccess(pool);
  const isNoted = pool.status?.jobs?.hostAccess !== undefined || why !== undefined;
  const wish = hasJobs(pool)
    ? await wishOf(input, { probes: !associations.again, policies: refuses && isNoted }, hands, signal)
    : NO_WISH;
  const kept = await input.keep({ ...jobsRoom(pool), desired: wish.desired, problems: wish.unknown });
  if (!kept) return undefined;
  const { seen } = kept;
  const hostAccess = refuses || seen.some(isPolicy);
  if (!hasJobs(pool) && seen.length === 0 && associations.clusters.length === 0) return [];
  const probe = image ? { probe: await lookAtProbe(pool, kept, hands, signal) } : {};
  return [
    {
      ...kept,
      problems: [...kept.problems, ...associations.problems, ...wish.problems],
      report: jobsReport({ pool, room: kept, problems: wish.problems, associations, hostAccess, ...probe }),
      events: associations.done.map(eventOf),
      again: associations.again || (refuses && !isNoted),
    },
  ];
}

interface Wish {
  desired: readonly Desired[];
  /** What keeps `desired` from being known. */
  unknown: readonly Problem[];
  /** What is told besides. */
  problems: readonly Problem[];
}

const NO_WISH: Wish = { desired: [], unknown: [], problems: [] };

async function wishOf(
  { pool, endpoint, now }: JobsLookInput,
  { probes, policies }: { probes: boolean; policies: boolean },
  hands: JobsHands,
  signal: AbortSignal,
): Promise<Wish> {
  const { image } = hands;
  const { resolver } = resolverOf(pool, endpoint);
  const network = await readingOf(observeNetwork(pool, { ...hands, resolver }, signal));
  if (!network.ok) return { ...NO_WISH, unknown: [network.problem] };
  const { input, problems } = network.value;
  const objects = jobObjects(pool, { ...input, ...(image && probes && { probe: { image, now } }) });
  return { desired: [...(policies ? hostAccessObjects(pool) : []), ...objects], unknown: [], problems };
}

function isPolicy({ resource, object }: Seen): boolean {
  return object !== undefined && hostAccessKinds.includes(resource);
}

async function lookAtProbe(pool: RunnerPool, room: RoomLook, { client }: JobsHands, signal: AbortSignal) {
  const job = objectIn(room, probeJobs);
  const hasFailed = job?.status?.conditions?.some(({ type, status }) => type === 'Failed' && status === 'True');
  if (!job || !hasFailed) return probeReport(pool, job, []);
  const { namespace, name } = job.metadata;
  const labelSelector = `batch.kubernetes.io/job-name=${name}`;
  const found = await readingOf(client.list(pods, { namespace, labelSelector, signal }));
  if (found.ok) return probeReport(pool, job, found.value.items);
  return { finding: { status: 'Unknown' as const, ...found.problem } };
}

const DONE: Record<AssociationOperation['action'], { reason: string; verb: string }> = {
  CreatePodIdentityAssociation: { reason: 'AssociationCreated', verb: 'Created' },
  UpdatePodIdentityAssociation: { reason: 'AssociationUpdated', verb: 'Changed the role of' },
  DeletePodIdentityAssociation: { reason: 'AssociationDeleted', verb: 'Deleted' },
  UntagResource: { reason: 'AssociationReleased', verb: 'Left in place, unmarked,' },
};

function eventOf({ action, subject }: AssociationOperation): Occurrence {
  const { reason, verb } = DONE[action];
  const { cluster, namespace, serviceAccount } = subject;
  const whose = objectKey({ namespace, name: serviceAccount });
  return { type: 'Normal', reason, action, note: `${verb} the association of ${whose} in EKS cluster ${cluster}` };
}
