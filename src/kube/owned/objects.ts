import type { Problem } from '../../api/problem.js';
import type { Logger } from '../../telemetry/log.js';
import type { KubeClient } from '../client.js';
import { KubeError } from '../error.js';
import { kubeProblem } from '../problem.js';
import { type KubeObject, type Resource, typeOf } from '../resource.js';
import { fieldManager } from '../status.js';
import { type Desired, holderOf, MADE, type Part, partKey, unmarked } from './part.js';
import { nameOf, type OwnedOperation, type Seen } from './plan.js';
import { Repairs } from './repairs.js';
import { KindWatch } from './watch.js';

export interface OwnedObjectsOptions {
  client: KubeClient;
  ownerId: string;
  log: Logger;
}

export interface ObservedPart {
  seen: Seen[];
  /** Kinds that could not be read; nothing of them is in `seen`. */
  problems: Problem[];
  /** Some kind is still being read: look again soon. */
  unread: boolean;
}

export interface OwnedOutcome {
  operation: OwnedOperation;
  /** With Apply: what the object is now. */
  result: KubeObject | 'Done' | KubeError;
}

/** What this install makes in the cluster besides CidrSets' targets, by part. Each kind is watched once it is asked for. */
export class OwnedObjects {
  readonly #options: OwnedObjectsOptions;
  readonly #watches = new Map<string, KindWatch<{ resource: Resource }>>();
  readonly #repairs = new Repairs();
  readonly #handlers: ((part: string) => void)[] = [];

  constructor(options: OwnedObjectsOptions) {
    this.#options = options;
  }

  /** Hears partKey of each part whose objects change. */
  onChange(handler: (part: string) => void): void {
    this.#handlers.push(handler);
  }

  /** What there is of the part, and in the places of what is desired. */
  async observe(
    part: Part,
    desired: readonly Desired[],
    kinds: readonly Resource[],
    signal: AbortSignal,
  ): Promise<ObservedPart> {
    const observed: ObservedPart = { seen: [], problems: [], unread: false };
    for (const resource of kinds) {
      const watch = this.#watch(resource);
      watch.start(signal);
      if (watch.refusal) observed.problems.push(unreadable(resource, watch.refusal));
      else if (!watch.ready) observed.unread = true;
      if (watch.refusal || !watch.ready) continue;
      const wanted = desired.filter((each) => each.resource === resource).map(({ metadata }) => metadata);
      const others = watch
        .madeFor(partKey(part))
        .map(({ metadata }) => metadata)
        .filter(({ name }) => !wanted.some((each) => each.name === name));
      for (const { namespace = '', name } of [...wanted, ...others]) {
        const ref = { namespace, name };
        const object = await watch.get(ref, signal);
        const key = nameOf({ resource, ref });
        const written = this.#repairs.knows(key);
        const contested = this.#repairs.waitMs(key) > 0;
        observed.seen.push({ resource, ref, ...(object && { object }), written, contested });
      }
    }
    return observed;
  }

  /** In order. One that fails stops no other. */
  async apply(part: Part, operations: readonly OwnedOperation[], signal: AbortSignal): Promise<OwnedOutcome[]> {
    const outcomes: OwnedOutcome[] = [];
    for (const operation of operations) {
      try {
        outcomes.push({ operation, result: await this.#call(part, operation, signal) });
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        outcomes.push({ operation, result: error });
      }
    }
    return outcomes;
  }

  /** How long until the part's contested objects may be put back; undefined where none is contested. */
  waitMs(seen: readonly Seen[]): number | undefined {
    const waits = seen.map((each) => this.#repairs.waitMs(nameOf(each))).filter((ms) => ms > 0);
    return waits.length > 0 ? Math.min(...waits) : undefined;
  }

  #watch(resource: Resource): KindWatch<{ resource: Resource }> {
    const { client, ownerId, log } = this.#options;
    const kind = `${resource.kind}.${resource.group}`;
    const watch =
      this.#watches.get(kind) ??
      new KindWatch({
        kind: { resource },
        client,
        labelSelector: MADE,
        holderOf: (object) => holderOf(object, ownerId),
        log,
        onChange: (_ref, holder) => {
          if (holder) for (const handler of this.#handlers) handler(holder);
        },
      });
    this.#watches.set(kind, watch);
    return watch;
  }

  async #call(part: Part, operation: OwnedOperation, signal: AbortSignal): Promise<KubeObject | 'Done'> {
    const { action, seen, desired, repairs } = operation;
    const { client } = this.#options;
    const { resource, ref, object } = seen;
    const uid = object?.metadata.uid;
    const key = nameOf(seen);
    if (action === 'Apply') {
      // The uid makes it fail where the object is another by now; without one, nothing that somebody made is taken over.
      const metadata = { ...ref, ...desired?.metadata, ...(uid && { uid }) };
      const options = { manager: fieldManager, force: object !== undefined, signal };
      const made = await client.apply(resource, { metadata, ...desired?.fields }, options);
      this.#repairs.count(key, repairs);
      return made;
    }
    if (action === 'Delete') await client.delete(resource, ref, { uid, signal });
    else if (object) await client.patch(resource, ref, { metadata: unmarked(object, part.owner) }, { signal });
    this.#repairs.forget(key);
    return 'Done';
  }
}

function unreadable(resource: Resource, error: KubeError): Problem {
  if (error.status !== 404) return kubeProblem(error);
  const { apiVersion, kind } = typeOf(resource);
  return { reason: 'KindNotServed', message: `the cluster has no ${kind} of ${apiVersion}; install what serves it` };
}
