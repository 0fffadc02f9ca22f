import type { Problem } from '../../api/problem.js';
import type { KubeError } from '../error.js';
import { kubeProblem } from '../problem.js';
import { type Resource, typeOf } from '../resource.js';
import { type Desired, holderOf, type Part, partKey } from './part.js';
import { nameOf, type Seen } from './plan.js';
import type { Repairs } from './repairs.js';
import type { KindView } from './watch.js';

export interface ObservedPart {
  seen: Seen[];
  /** Kinds that could not be read; nothing of them is in `seen`. */
  problems: Problem[];
  /** Some kind is still being read: look again soon. */
  unread: boolean;
}

export interface PartInput {
  part: Part;
  desired: readonly Desired[];
  views: readonly KindView<{ resource: Resource }>[];
  repairs: Repairs;
  /** What this process made for the part: a view may not know of it yet. */
  made?: readonly Pick<Seen, 'resource' | 'ref'>[];
}

/** What there is of the part, and in the places of what is desired. */
export async function observePart(input: PartInput, signal: AbortSignal): Promise<ObservedPart> {
  const { part, desired, views, repairs, made = [] } = input;
  const observed: ObservedPart = { seen: [], problems: [], unread: false };
  for (const view of views) {
    const { resource } = view.kind;
    if (view.refusal) observed.problems.push(unreadable(resource, view.refusal));
    else if (!view.ready) observed.unread = true;
    if (view.refusal || !view.ready) continue;
    const wanted = desired.filter((each) => each.resource === resource).map(({ metadata }) => metadata);
    const known = view.madeFor(partKey(part)).map(({ metadata }) => metadata);
    const fresh = made.filter((each) => each.resource === resource).map(({ ref }) => ref);
    const names = new Map([...wanted, ...known, ...fresh].map(({ namespace = '', name }) => [name, namespace]));
    for (const [name, namespace] of names) {
      const ref = { namespace, name };
      const object = await view.get(ref, signal);
      const isWanted = wanted.some((each) => each.name === name);
      if (!isWanted && (!object || holderOf(object, part.ownerId) !== partKey(part))) continue;
      const key = nameOf({ resource, ref });
      const written = repairs.knows(key);
      const contested = repairs.waitMs(key) > 0;
      observed.seen.push({ resource, ref, ...(object && { object }), written, contested });
    }
  }
  return observed;
}

function unreadable(resource: Resource, error: KubeError): Problem {
  if (error.status !== 404) return kubeProblem(error);
  const { apiVersion, kind } = typeOf(resource);
  return { reason: 'KindNotServed', message: `the cluster has no ${kind} of ${apiVersion}; install what serves it` };
}
