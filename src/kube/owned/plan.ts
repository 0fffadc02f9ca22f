import type { Problem } from '../../api/problem.js';
import { otherManager } from '../managed-fields.js';
import { type KubeObject, type ObjectRef, objectKey, type Resource } from '../resource.js';
import { differences } from './differences.js';
import { type Desired, digestOf, holderOf, marked, type Part, partKey } from './part.js';

/** A place where an object is desired, or one of ours that is there. */
export interface Seen {
  resource: Resource;
  ref: ObjectRef;
  /** Absent: there is none. */
  object?: KubeObject;
  /** This process made it what it is to be, or was. */
  written: boolean;
  /** Somebody has undone it so often that it is not to be written again yet. */
  contested: boolean;
}

/** One call. */
export interface OwnedOperation {
  action: 'Apply' | 'Delete' | 'Release';
  seen: Seen;
  /** With Apply: all that we say of it. */
  desired?: Desired;
  /** With Apply to what is there: paths that change. */
  changed: string[];
  /** It undoes what somebody did since we wrote the same. */
  repairs: boolean;
}

export interface OwnedPlan {
  operations: OwnedOperation[];
  problems: Problem[];
}

export interface OwnedPlanInput {
  part: Part;
  /** In the order in which they are made. */
  desired: readonly Desired[];
  seen: readonly Seen[];
}

/** What makes what was seen what is desired. What isn't ours is left alone. */
export function planOwned({ part, desired, seen }: OwnedPlanInput): OwnedPlan {
  const plan: OwnedPlan = { operations: [], problems: [] };
  const wanted = new Set<Seen>();
  for (const each of desired) {
    const place = seen.find(({ resource, ref }) => isSame({ resource, ref }, each));
    // Its kind could not be read.
    if (!place) continue;
    wanted.add(place);
    const operations = applyOf(place, marked(each, part));
    const problem = problemOf(place, part, operations.length > 0);
    if (problem) plan.problems.push(problem);
    else plan.operations.push(...operations);
  }
  plan.operations.push(...deletions(seen.filter((each) => !wanted.has(each))));
  return plan;
}

function deletions(seen: readonly Seen[]): OwnedOperation[] {
  const there = seen.filter(({ object }) => object && !object.metadata.deletionTimestamp);
  return there.reverse().map((each) => operation('Delete', each));
}

/** What removes all that was seen. @param retains it stays instead, as nobody's */
export function removalOf(seen: readonly Seen[], retains: boolean): OwnedOperation[] {
  return retains ? planRelease(seen) : deletions(seen);
}

/** What makes all that was seen nobody's, and leaves it in place. */
export function planRelease(seen: readonly Seen[]): OwnedOperation[] {
  return seen.filter(({ object }) => object).map((each) => operation('Release', each));
}

/** `Service default/gitlab-proxy` */
export function nameOf({ resource, ref }: Pick<Seen, 'resource' | 'ref'>): string {
  return `${resource.kind} ${objectKey(ref)}`;
}

function isSame(seen: Pick<Seen, 'resource' | 'ref'>, { resource, metadata }: Desired): boolean {
  return nameOf(seen) === nameOf({ resource, ref: metadata });
}

function problemOf(seen: Seen, part: Part, differs: boolean): Problem | undefined {
  const { object, contested } = seen;
  if (object && holderOf(object, part.ownerId) !== partKey(part)) {
    const way = `delete it, or give the ${part.owner.kind} another name`;
    return {
      reason: 'NotOurs',
      message: `${nameOf(seen)} was not made for this by Sallyport, and is left alone; ${way}`,
    };
  }
  if (object?.metadata.deletionTimestamp) {
    return { reason: 'Terminating', message: `${nameOf(seen)} is being deleted; it is made anew when it has gone` };
  }
  if (!contested || !differs) return undefined;
  const by = (object && otherManager(object)) ?? 'somebody';
  const message = `${nameOf(seen)} is changed again and again by ${by}; it is put back, ever more slowly`;
  return { reason: 'Contested', message };
}

function applyOf(seen: Seen, desired: Desired): OwnedOperation[] {
  const { object } = seen;
  if (!object) return [{ ...operation('Apply', seen), desired, repairs: seen.written }];
  const { labels, annotations, ownerReferences } = desired.metadata;
  const marks = { labels, annotations, ...(ownerReferences && { ownerReferences }) };
  const changed = differences({ metadata: marks, ...desired.fields }, object);
  if (changed.length === 0) return [];
  return [{ ...operation('Apply', seen), desired, changed, repairs: digestOf(object) === digestOf(desired) }];
}

function operation(action: OwnedOperation['action'], seen: Seen): OwnedOperation {
  return { action, seen, changed: [], repairs: false };
}
