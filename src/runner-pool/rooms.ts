import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { Problem } from '../api/problem.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { isPassing, kubeProblem } from '../kube/problem.js';
import { apply, managerRoom, nodesRoom, type RoomHands, tell } from './hands.js';
import { lookAtJobs } from './jobs/look.js';
import { keepLaunchTemplate, type TemplateLook } from './launch-template/keep.js';
import { readLogins } from './logins.js';
import { leaveOrder, managerPods } from './manager/leave.js';
import { managerObjects } from './manager/objects.js';
import { managerReport } from './manager/report.js';
import { readManagerSecrets } from './manager/secrets.js';
import { countCrew } from './metrics.js';
import type { Crew } from './nodes/fleet.js';
import { type Preview, previewOf, replacementHeld } from './nodes/guard.js';
import { provenNodes, release as releaseNode } from './nodes/proven.js';
import { nodesReport } from './nodes/report.js';
import { type NodesWish, nodesWish } from './nodes/wish.js';
import { planRoom, type Room, type RoomLook, type RoomPlan, roomPart } from './room.js';
import type { RoomReport } from './status.js';

/** What a look needs, for all rooms. */
export interface Scene {
  pool: RunnerPool;
  /** What `spec.endpointRef` leads to. */
  endpoint: PrivateLinkEndpoint | undefined;
  /** Why nothing is written, for people. */
  why: string | undefined;
  options: RoomHands;
  signal: AbortSignal;
}

export interface Looked extends RoomLook {
  report: RoomReport;
  again?: boolean;
}

/** Makes each room what it is to be. undefined, here and below: what there is is still being read. */
export async function lookAtRooms(scene: Scene): Promise<Looked[] | undefined> {
  const nodes = await lookAtNodes(scene);
  const manager = nodes && (await lookAtManager(scene));
  const jobs = manager && (await lookAtJobRoom(scene, manager));
  return jobs && [nodes, ...jobs, ...manager];
}

async function lookAtNodes(scene: Scene): Promise<Looked | undefined> {
  const { pool, endpoint, why, options, signal } = scene;
  const wish = nodesWish({ pool, endpoint, ...(await readLogins(pool, options.client, signal)) });
  const crew = options.fleet.crewOf(pool, signal);
  if (crew.unread) return undefined;
  const { desired, userData } = wish;
  let preview: Preview | undefined;
  const room = { ...nodesRoom(pool), desired, problems: [...wish.problems, ...crew.problems] };
  const kept = await keep(scene, room, (plan) => {
    preview = previewOf({ pool, desired, seen: plan.seen, nodeClaims: crew.nodeClaims });
    const held = replacementHeld(pool, preview);
    return held ? { ...plan, operations: [], problems: [...plan.problems, held] } : plan;
  });
  if (!kept) return undefined;
  const problems = why ? [] : await proveNodes(scene, crew);
  const template = await lookAtTemplate(scene, wish);
  countCrew(pool, crew);
  const report = nodesReport({ pool, room: kept, crew, problems, userData, preview, template });
  const all = [...kept.problems, ...(template?.problem ? [template.problem] : []), ...problems];
  return { ...kept, problems: all, report: { type: 'NodesReady', ...report } };
}

/** Nothing where the pool has no manager, and nothing of one any more. */
async function lookAtManager(scene: Scene): Promise<Looked[] | undefined> {
  const { pool, endpoint, options, signal } = scene;
  const { gitlab } = pool.spec;
  if (!gitlab && !pool.status?.manager) return [];
  const { secrets, problems } = await readManagerSecrets(pool, options.client, signal);
  const managed = managerObjects(pool, { endpoint, secrets });
  const room = { ...managerRoom(pool), desired: managed.desired, problems: [...problems, ...managed.problems] };
  const running = gitlab ? 0 : await managerPods(pool, options.client, signal);
  const kept = await keep(scene, room, (plan) =>
    gitlab ? plan : { ...plan, operations: leaveOrder(plan.operations, running) },
  );
  if (!kept) return undefined;
  if (!gitlab && kept.seen.length === 0) return [];
  return [{ ...kept, report: { type: 'ManagerReady', ...managerReport({ pool, room: kept, notes: managed.notes }) } }];
}

/** While a manager that is to go finishes its jobs, what isolates them stays as it is. */
async function lookAtJobRoom(scene: Scene, manager: readonly Looked[]): Promise<Looked[] | undefined> {
  const { pool, options, signal } = scene;
  const { jobs } = pool.status ?? {};
  if (!pool.spec.gitlab && manager.length > 0 && jobs) {
    const message = 'the manager that goes finishes its jobs first';
    const finding = { status: 'Unknown', reason: 'JobsFinishing', message } as const;
    const report = { type: 'JobsIsolated', finding, status: { jobs } };
    return [{ seen: [], operations: [], problems: [], outcomes: [], report }];
  }
  const looked = await lookAtJobs({ ...scene, keep: (room) => keep(scene, room), now: Date.now() }, options, signal);
  for (const event of looked?.flatMap(({ events }) => events) ?? []) tell(pool, event, options);
  return looked;
}

/** Makes a room what is desired of it. */
async function keep(
  { pool, why, options, signal }: Scene,
  room: Room,
  order: (plan: RoomPlan) => RoomPlan = (plan) => plan,
): Promise<RoomLook | undefined> {
  const part = roomPart(pool, room, options.ownerId);
  const observed = await options.owned.observe(part, room.desired, room.kinds, signal);
  if (observed.unread) return undefined;
  const plan = order(planRoom(part, room, observed));
  return { ...plan, why, outcomes: why ? [] : await apply(part, pool, plan.operations, options, signal) };
}

/** Lets jobs onto the nodes that are proven. */
async function proveNodes({ pool, options, signal }: Scene, crew: Crew): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const node of provenNodes(pool, crew.nodes)) {
    const result = await releaseNode(options.client, node, signal);
    if (result === 'Released') {
      const note = `Node ${node.metadata.name} takes jobs`;
      tell(pool, { type: 'Normal', reason: 'NodeProven', action: 'Untaint', note }, options);
    } else if (isPassing(result)) throw result;
    else if (!['Conflict', 'NotFound'].includes(result.reason)) problems.push(kubeProblem(result));
  }
  return problems;
}

async function lookAtTemplate(
  { pool, why, options, signal }: Scene,
  { userData }: NodesWish,
): Promise<TemplateLook | undefined> {
  const { launchTemplate: template } = pool.spec.nodes;
  if (!template || !userData) return undefined;
  const input = { pool, pools: options.resources.list(), template, userData: userData.text, why };
  const looked = await keepLaunchTemplate(input, options.places, signal);
  if (looked.made) {
    const note = `Made version ${looked.made} of launch template ${template.id}`;
    tell(pool, { type: 'Normal', reason: 'LaunchTemplateVersionMade', action: 'Create', note }, options);
  }
  return looked;
}
