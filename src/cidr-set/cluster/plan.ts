import { isDeepStrictEqual } from 'node:util';
import { otherManager } from '../../kube/managed-fields.js';
import type { KubeObject, ObjectRef } from '../../kube/resource.js';
import { parseCidr } from '../../net/cidr.js';
import { sorted } from '../../net/sorted.js';
import { noFacts, type SetFacts } from '../facts.js';
import { guardRemovals } from '../guard.js';
import type { Change, HoldReason, Operation, Sign } from '../targets/kind.js';
import type { SetWish } from '../wish.js';
import { removalHold } from './claim.js';
import type { ClusterKind, ClusterTarget, ClusterTargetName, Fields } from './kind.js';
import { holderOf } from './mark.js';

/** What this process wrote to an object last. */
export interface Written {
  fields: Fields;
  cidrs: readonly string[];
}

/** An object that a set asks for, or that was made for it. */
export interface ObservedObject {
  kind: ClusterKind;
  ref: Required<ObjectRef>;
  /** Absent: the set doesn't ask for it any more. */
  target?: ClusterTarget;
  /** Absent: there is none. */
  object?: KubeObject;
  /** Another set that the object is for, see claimantOf. */
  claimedBy?: string;
  written?: Written;
  /** Somebody has undone it so often that it is not to be written again yet. */
  contested?: boolean;
}

export interface ClusterPlanInput {
  wish: SetWish;
  ownerId: string;
  objects: readonly ObservedObject[];
}

/** One call. */
export interface ClusterOperation extends Operation {
  target: ClusterTargetName;
  action: 'Apply' | 'Delete' | 'Release';
  kind: ClusterKind;
  ref: Required<ObjectRef>;
  /** What is there: the call fails when that has changed since. */
  over?: KubeObject;
  /** With Apply: what the object will be. */
  written?: Written;
  /** It undoes what somebody did since we wrote the same. */
  repairs?: true;
}

export interface ClusterPlan {
  operations: ClusterOperation[];
  held: Change[];
  facts: SetFacts;
}

interface ClusterChange extends Change {
  /** Removes what we know we have not put there: no loss that a guard should count. */
  alien?: true;
}

/**
 * Turns what a set asks of the cluster, and what is there, into at most one operation an object. A change that must not
 * be made now is in the plan all the same, held and with its reason; an object is written without it.
 */
export function planCluster({ wish, ownerId, objects }: ClusterPlanInput): ClusterPlan {
  const facts = noFacts();
  const compared = objects.map((seen) => ({ seen, changes: compare(seen, wish, ownerId, facts) }));
  const all = compared.flatMap(({ changes }) => changes);
  const losses = all.filter(({ alien }) => !alien);
  guardRemovals(wish, losses, new Map([[wish.set, facts]]));
  const operations = compared.flatMap(({ seen, changes }) => operationFor(seen, changes, facts) ?? []);
  return { operations, held: all.filter(({ held }) => held), facts };
}

function compare(seen: ObservedObject, wish: SetWish, ownerId: string, facts: SetFacts): ClusterChange[] {
  const { kind, target, object, claimedBy, written } = seen;
  const what = nameOf(seen);
  const holder = object && holderOf(object, ownerId);
  if (claimedBy) {
    const message = `${what} is for CidrSet ${claimedBy}, and left to it; choose another name, or take the target out of one of them`;
    facts.problems.push({ reason: 'ClaimedBy', message });
    return [];
  }
  if (object && !holder) {
    const message = `${what} was not made by this install, and is left alone; choose another name, or delete it`;
    facts.problems.push({ reason: 'NotOurs', message });
    return [];
  }

  const present = new Set(presentCidrs(seen));
  const known = new Set(written?.cidrs ?? present);
  if (object) {
    facts.objects.push({ target: kind.name, id: idOf(seen), name: seen.ref.name, entries: present.size });
    facts.owned += 1 + [...present].filter((cidr) => known.has(cidr)).length;
  }
  const change = (sign: Sign, noun: string, value: string, held?: HoldReason): ClusterChange => ({
    target: kind.name,
    sign,
    object: { id: idOf(seen), name: seen.ref.name },
    noun,
    value,
    sets: [wish.set],
    ...(held && { held }),
    ...(wish.release && { final: true }),
  });

  if (!target) {
    const held = removalHold(wish);
    if (wish.release === 'Retain') return [change('/', kind.resource.kind, 'stays', held)];
    const gone = [...present].map((cidr) => change('-', 'entry', cidr, held));
    return [...gone, change('-', kind.resource.kind, kind.resource.kind, held)];
  }

  const planned = wish.mode === 'Plan' ? 'PlanMode' : undefined;
  const changes: ClusterChange[] = [];
  const wanted = new Set(wish.cidrs.map(({ cidr }) => cidr));
  let held: HoldReason | undefined = planned;
  if (!object) {
    // What a set can't tell yet must not be shut out by what it can.
    const unsure = !wish.complete && !written && (kind.closes || wanted.size === 0);
    held ??= unsure ? 'SourcesIncomplete' : undefined;
    changes.push(change('+', kind.resource.kind, kind.describe(target), held));
  } else if (
    holder !== wish.set ||
    !isDeepStrictEqual(kind.fieldsOf(object, target), kind.fields(target, sorted(present)))
  ) {
    changes.push(change('~', kind.resource.kind, kind.describe(target), held));
  }
  const kept = wish.complete ? wanted : new Set([...wanted, ...known]);
  for (const cidr of sorted(kept)) if (!present.has(cidr)) changes.push(change('+', 'entry', cidr, held));
  for (const cidr of present) {
    if (wanted.has(cidr)) continue;
    const alien = !known.has(cidr);
    const hold = alien ? planned : removalHold(wish);
    changes.push({ ...change('-', 'entry', cidr, hold), ...(alien && { alien }) });
  }
  return changes;
}

function operationFor(seen: ObservedObject, changes: ClusterChange[], facts: SetFacts): ClusterOperation | undefined {
  const { kind, ref, target, object, written: before, contested } = seen;
  const made = changes.filter(({ held }) => !held);
  if (made.length === 0) return undefined;
  const hold = (reason: HoldReason, problem: SetFacts['problems'][number]) => {
    for (const change of made) change.held = reason;
    facts.problems.push(problem);
    return undefined;
  };
  const operation = (action: ClusterOperation['action'], did: string) => ({
    target: kind.name,
    action,
    done: kind.resource.kind + did,
    kind,
    ref,
    object: { id: idOf(seen), name: ref.name },
    changes: made,
    ...(object && { over: object }),
  });
  if (!target) {
    const retained = made.some(({ sign }) => sign === '/');
    return retained ? operation('Release', 'Released') : operation('Delete', 'Deleted');
  }

  const entries = (sign: Sign) => made.filter((c) => c.noun === 'entry' && c.sign === sign).map(({ value }) => value);
  const gone = new Set(entries('-'));
  const cidrs = sorted([...presentCidrs(seen).filter((cidr) => !gone.has(cidr)), ...entries('+')]);
  const fields = kind.fields(target, cidrs);
  const excess = kind.excess?.(fields);
  if (excess) {
    const message = `${nameOf(seen)} is left as it is, as with ${cidrs.length} CIDRs ${excess}; put fewer into the set, or split it`;
    return hold('QuotaExceeded', { reason: 'QuotaExceeded', message });
  }
  const repairs = before !== undefined && isDeepStrictEqual(before.fields, fields);
  if (repairs && contested) {
    const by = object ? otherManager(object) : undefined;
    const message = `${nameOf(seen)} is changed again and again by ${by ?? 'somebody'}; it is put back, ever more slowly`;
    return hold('Waiting', { reason: 'Contested', message });
  }
  return { ...operation('Apply', 'Applied'), written: { fields, cidrs }, ...(repairs && { repairs }) };
}

function presentCidrs({ kind, object, target }: ObservedObject): string[] {
  return object ? kind.cidrsOf(object, target).map((cidr) => parseCidr(cidr)?.text ?? cidr) : [];
}

/** `NetworkPolicy runners/office` */
export function nameOf({ kind, ref }: Pick<ObservedObject, 'kind' | 'ref'>): string {
  return `${kind.resource.kind} ${ref.namespace}/${ref.name}`;
}

function idOf({ ref }: ObservedObject): string {
  return `${ref.namespace}/${ref.name}`;
}
