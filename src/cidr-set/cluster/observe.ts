import type { CidrSet } from '../../api/cidr-set.gen.js';
import { KubeError } from '../../kube/error.js';
import type { KindView } from '../../kube/owned/watch.js';
import { type ObjectRef, objectKey } from '../../kube/resource.js';
import type { Estate } from '../estate.js';
import type { Targets } from '../targets/kind.js';
import type { SetWish } from '../wish.js';
import { claimantOf } from './claim.js';
import type { ClusterKind, ClusterTarget, ClusterTargetName } from './kind.js';
import type { Ledger } from './ledger.js';
import { holderOf } from './mark.js';
import type { ObservedObject } from './observed.js';

export interface ClusterIo {
  estate: Estate;
  watches: readonly KindView<ClusterKind>[];
  ledger: Ledger;
  ownerId: string;
}

export interface ObservedCluster {
  objects: ObservedObject[];
  /** Kinds that could not be read, though the others could. */
  failed: Map<ClusterTargetName, KubeError>;
  /** Some kind is still being read. */
  unread: boolean;
}

/** What the set asks for, and what was made for it. */
export async function observeCluster(
  io: ClusterIo,
  set: CidrSet,
  wish: SetWish,
  signal: AbortSignal,
): Promise<ObservedCluster> {
  const observed: ObservedCluster = { objects: [], failed: new Map(), unread: false };
  for (const watch of io.watches) {
    const { name } = watch.kind;
    const used = uses(set, name);
    if (used) watch.start(signal);
    if (used && watch.refusal) observed.failed.set(name, watch.refusal);
    else if (used && !watch.ready) observed.unread = true;
    if (!watch.ready || observed.failed.has(name)) continue;
    try {
      observed.objects.push(...(await observeKind(io, watch, wish, signal)));
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      observed.failed.set(name, error);
    }
  }
  return observed;
}

/** Whether the set asks for something of the kind, or is known to have something: by its status, a hint. */
export function uses({ spec, status }: CidrSet, kind: ClusterTargetName): boolean {
  return (spec.targets?.[kind] ?? []).length > 0 || (status?.objects ?? []).some(({ target }) => target === kind);
}

async function observeKind(
  { estate, ledger, ownerId }: ClusterIo,
  watch: KindView<ClusterKind>,
  wish: SetWish,
  signal: AbortSignal,
): Promise<ObservedObject[]> {
  const { kind } = watch;
  const places = new Map<string, { ref: Required<ObjectRef>; target?: ClusterTarget }>();
  for (const { metadata } of watch.madeFor(wish.set)) places.set(objectKey(metadata), { ref: refOf(metadata) });
  for (const target of wish.targets[kind.name] ?? []) places.set(objectKey(target), { ref: refOf(target), target });

  const wishes = new Map([[wish.set, wish]]);
  const wishIn = (set: CidrSet): SetWish => wishes.get(set.metadata.name) ?? estate.clusterWish(set);
  const objects: ObservedObject[] = [];
  for (const [id, { ref, target }] of places) {
    const object = await watch.get(ref, signal);
    const holder = estate.sets.get((object && holderOf(object, ownerId)) ?? '');
    const candidates = listing(estate, kind, id)
      .map(wishIn)
      .filter((other) => asksFor(other.targets, kind, id));
    const claimant = claimantOf(candidates, holder && wishIn(holder));
    const claimedBy = claimant === wish.set ? undefined : claimant;
    // What was made for this set and passes to another is that one's to change.
    if (!target && (claimedBy || object?.metadata.deletionTimestamp)) continue;
    objects.push({
      kind,
      id,
      ref,
      ...(target && { target }),
      ...(object && { object }),
      ...(claimedBy && { claimedBy }),
      ...ledger.recall(kind.name, id),
    });
  }
  return objects;
}

/** The sets that ask for the object, the oldest first. */
export function listing({ sets }: Estate, kind: ClusterKind, key: string): CidrSet[] {
  const age = ({ metadata }: CidrSet) => `${metadata.creationTimestamp} ${metadata.name}`;
  const found = sets.list().filter(({ spec }) => asksFor(spec.targets, kind, key));
  return found.sort((a, b) => age(a).localeCompare(age(b)));
}

function asksFor(targets: Targets | undefined, { name }: ClusterKind, key: string): boolean {
  return (targets?.[name] ?? []).some((target) => objectKey(target) === key);
}

function refOf({ namespace = '', name }: ObjectRef): Required<ObjectRef> {
  return { namespace, name };
}
