import type { Problem } from '../../api/problem.js';
import type { RunnerPool, RunnerPoolStatus } from '../../api/runner-pool.gen.js';
import type { Condition, Finding } from '../../kube/conditions.js';
import { objectIn } from '../../kube/owned/outcome.js';
import type { KubeObject, Resource } from '../../kube/resource.js';
import { plural } from '../../plural.js';
import { ec2nodeclasses, nodepools } from '../karpenter/objects.js';
import type { TemplateLook } from '../launch-template/keep.js';
import { type RoomLook, roomProblems } from '../room.js';
import { problemText, type UserData } from '../user-data/result.js';
import { type Crew, isTrue } from './fleet.js';
import type { Preview } from './guard.js';
import { isUnproven } from './proven.js';

export interface NodesLook {
  pool: RunnerPool;
  room: RoomLook;
  crew: Crew;
  /** Failures at single nodes. */
  problems: readonly Problem[];
  userData?: UserData | undefined;
  preview?: Preview | undefined;
  template?: TemplateLook | undefined;
}

export interface NodesReport {
  finding: Finding;
  status: Pick<RunnerPoolStatus, 'nodes' | 'userData'>;
}

/** What is told of a pool's nodes, from a look at them alone. */
export function nodesReport(look: NodesLook): NodesReport {
  const { crew, userData, preview, template } = look;
  const ready = crew.nodes.filter((node) => isTrue(node, 'Ready') && !isUnproven(node)).length;
  const count = Math.max(crew.nodes.length, crew.nodeClaims.length);
  const drifted = crew.nodeClaims.filter((claim) => isTrue(claim, 'Drifted')).length;
  const { made, versions } = template ?? {};
  return {
    finding: findingOf(look, { ready, count, drifted }),
    status: {
      nodes: {
        ready: `${ready}/${count}`,
        ...(drifted > 0 && { drifted }),
        ...(preview && { replacement: preview }),
        ...(versions && { launchTemplate: { version: made ?? versions.latest.number, default: versions.default } }),
      },
      ...(userData && {
        userData: { bytes: userData.bytes, ...(userData.files.length > 0 && { files: [...userData.files] }) },
      }),
    },
  };
}

interface Counts {
  ready: number;
  count: number;
  drifted: number;
}

function findingOf(look: NodesLook, { ready, count, drifted }: Counts): Finding {
  const { room, crew, problems, template, userData } = look;
  const all = [...roomProblems(room), ...(template?.problem ? [template.problem] : []), ...crew.problems, ...problems];
  const [first] = all;
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  if (first) return { status: 'False', reason: first.reason, message: `${first.message}${more}` };
  const told = karpenterFinding(look);
  if (told) return told;
  const replaced = drifted > 0 ? [`${drifted} of them ${drifted === 1 ? 'is' : 'are'} being replaced`] : [];
  const notes = (userData?.notes ?? []).map(problemText);
  const message = [`${ready} of ${plural(count, 'node')} take jobs`, ...replaced, ...notes].join('; ');
  return { status: 'True', reason: 'Ready', message };
}

interface KarpenterTold extends KubeObject {
  status?: { conditions?: Pick<Condition, 'type' | 'status' | 'reason' | 'message' | 'observedGeneration'>[] };
}

/** What Karpenter says against starting nodes, in its own words. */
const TOLD: readonly [resource: Resource, types: readonly string[]][] = [
  [ec2nodeclasses, ['Ready']],
  [nodepools, ['Ready', 'NodeRegistrationHealthy']],
];

function karpenterFinding({ pool, room }: NodesLook): Finding | undefined {
  if (pool.spec.nodes.provisioner !== 'Karpenter') return undefined;
  for (const [resource, types] of TOLD) {
    const { metadata, status } = (objectIn(room, resource) ?? {}) as Partial<KarpenterTold>;
    const conditions = status?.conditions ?? [];
    const name = `${resource.kind} ${metadata?.name}`;
    const bad = conditions.find(({ type, status }) => types.includes(type) && status === 'False');
    if (bad) {
      const message = `Karpenter says of ${name}: ${bad.reason}: ${bad.message}`;
      return { status: 'False', reason: `${resource.kind}NotReady`, message };
    }
    const ready = conditions.find(({ type }) => type === 'Ready');
    const isSeen = (ready?.observedGeneration ?? metadata?.generation) === metadata?.generation;
    if (ready?.status === 'True' && isSeen) continue;
    const message = `Karpenter has not said yet whether ${name} will do; its log says what it is at`;
    return { status: 'Unknown', reason: 'AwaitingKarpenter', message };
  }
  return undefined;
}
