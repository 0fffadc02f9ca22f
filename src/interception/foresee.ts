import { INTERCEPTION_FINALIZER } from '../api/marks.js';
import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { Problem } from '../api/problem.js';
import type { OwnedObjects } from '../kube/owned/objects.js';
import type { OwnedOperation, Seen } from '../kube/owned/plan.js';
import { choiceFor } from './choose.js';
import type { ClusterDns } from './cluster-dns.js';
import { configMapText, type Edit } from './edit.js';
import { type EditingModeName, editingModes } from './editing-modes.js';
import { planJobDns, planRemoval } from './job-dns/deploy.js';
import { leftovers } from './leftovers.js';
import { memoryOf } from './memory.js';
import { planEditing } from './plan.js';
import type { Scene } from './scene.js';
import { wishOf } from './wish.js';

/** What would be written for a resource, as far as that doesn't depend on what resolvers answer. */
export interface Foreseen {
  now: { edits: Edit[]; operations: OwnedOperation[] };
  /** Once it is proved that resolvers follow. */
  later: { edits: Edit[]; operations: OwnedOperation[] };
  problems: Problem[];
  /** What stays, for people. */
  left: string[];
  /** Of mode JobDNS. */
  seen: Seen[];
}

export interface Eyes {
  dns: ClusterDns;
  owned: Pick<OwnedObjects, 'observe'>;
  ownerId: string;
  signal: AbortSignal;
}

/** Whether there is anything of the cluster's DNS to look at. */
export function isIntercepted({ metadata, spec }: PrivateLinkEndpoint): boolean {
  const isMarked = metadata.finalizers?.includes(INTERCEPTION_FINALIZER) ?? false;
  return isMarked || (spec.interception !== undefined && !metadata.deletionTimestamp);
}

/** As an operator that starts now, and asks no resolver. */
export async function foresee(object: PrivateLinkEndpoint, { dns, owned, ownerId, signal }: Eyes): Promise<Foreseen> {
  const memory = memoryOf(object.status?.interception);
  const wish = wishOf(object);
  const scene = { object, wish, dns, memory, signal };
  const hands = { owned, ownerId };
  const found: Foreseen = { now: none(), later: none(), problems: [], left: [], seen: [] };
  const mode = wish.mode && choiceFor(scene, true).mode;
  const retains = object.metadata.deletionTimestamp !== undefined && object.spec.deletionPolicy === 'Retain';

  if (mode !== 'JobDNS' && memory.resolver !== undefined) {
    const { observed, operations, problems } = await planRemoval(scene, hands, retains);
    found.seen.push(...observed.seen);
    found.problems.push(...problems);
    found[mode ? 'later' : 'now'].operations.push(...operations);
  }
  const edits = leftovers(scene, mode);
  if (retains) found.left.push(...edits.map(({ configMap }) => `rewrites in ${configMapText(configMap)}`));
  else found[mode ? 'later' : 'now'].edits.push(...edits);

  if (mode === 'JobDNS') {
    const plan = await planJobDns(scene, hands);
    found.seen.push(...plan.observed.seen);
    found.problems.push(...plan.problems);
    found.now.operations.push(...plan.operations);
  } else if (mode && mode !== 'EndpointPrivateDNS') {
    const { edit, problem } = editing(scene, mode);
    if (edit) found.now.edits.push(edit);
    if (problem) found.problems.push(problem);
  }
  return found;
}

/** What is written, or what keeps it from being written or from having an effect. */
function editing(scene: Scene, mode: EditingModeName): { edit?: Edit; problem?: Problem } {
  const { object, wish, dns, memory } = scene;
  const drafted = editingModes[mode].put(dns, wish.rewrites, wish.marker);
  if (!drafted.ok) return { problem: drafted.problem };
  const { draft } = drafted;
  const { edit, blocker } = draft;
  // After it has been restarted, that is no problem any more.
  if (!edit) return blocker && blocker.reason !== 'RestartNeeded' ? { problem: blocker } : {};
  const { generation = 0 } = object.metadata;
  const { finding } = planEditing({
    ...{ wish, mode, dns, draft, memory, generation },
    ...{ looks: [], held: 'asked', now: Date.now(), proofMs: 0 },
  });
  if (finding.reason !== 'Planned') return { problem: finding };
  return { edit, ...(blocker && { problem: blocker }) };
}

function none(): Foreseen['now'] {
  return { edits: [], operations: [] };
}
