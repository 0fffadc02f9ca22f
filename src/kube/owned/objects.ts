import type { Logger } from '../../telemetry/log.js';
import type { KubeClient } from '../client.js';
import { KubeError } from '../error.js';
import type { KubeObject, Resource } from '../resource.js';
import { fieldManager } from '../status.js';
import { type ObservedPart, observePart } from './observe.js';
import { type Desired, holderOf, MADE, type Part, partKey, unmarked } from './part.js';
import { nameOf, type OwnedOperation, type Seen } from './plan.js';
import { Repairs } from './repairs.js';
import { KindWatch } from './watch.js';

export interface OwnedObjectsOptions {
  client: KubeClient;
  ownerId: string;
  log: Logger;
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
  /** By name, until its watch tells of it: an owner that is deleted right after it was made must not leave it behind. */
  readonly #made = new Map<string, Pick<Seen, 'resource' | 'ref'> & { part: string }>();
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
    const watches = kinds.map((resource) => this.#watch(resource));
    for (const watch of watches) watch.start(signal);
    const holder = partKey(part);
    for (const watch of watches) {
      for (const { metadata } of watch.madeFor(holder)) this.#made.delete(nameOf({ ...watch.kind, ref: metadata }));
    }
    const made = [...this.#made.values()].filter((each) => each.part === holder);
    return observePart({ part, desired, views: watches, repairs: this.#repairs, made }, signal);
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
      this.#made.set(key, { resource, ref, part: partKey(part) });
      return made;
    }
    if (action === 'Delete') await client.delete(resource, ref, { uid, signal });
    else if (object) await client.patch(resource, ref, { metadata: unmarked(object, part.owner) }, { signal });
    this.#repairs.forget(key);
    this.#made.delete(key);
    return 'Done';
  }
}
