import type { KubeClient } from '../client.js';
import { KubeError } from '../error.js';
import { type KubeObject, objectKey, type Resource } from '../resource.js';
import { type ObservedPart, observePart } from './observe.js';
import { type Desired, holderOf, MADE, type Part } from './part.js';
import { Repairs } from './repairs.js';
import type { KindView } from './watch.js';

/** What a KindWatch sees of a kind, read once: it takes no permission to watch. */
export async function listedView<Kind extends { resource: Resource }>(
  kind: Kind,
  client: KubeClient,
  labelSelector: string,
  heldBy: (object: KubeObject) => string | undefined,
): Promise<KindView<Kind>> {
  let items: KubeObject[] = [];
  let refusal: KubeError | undefined;
  try {
    ({ items } = await client.list(kind.resource, { labelSelector }));
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    refusal = error;
  }
  return {
    kind,
    ready: refusal === undefined,
    refusal,
    start() {},
    madeFor: (holder) => items.filter((object) => heldBy(object) === holder),
    get: async (ref, signal) =>
      items.find(({ metadata }) => objectKey(metadata) === objectKey(ref)) ??
      client.get(kind.resource, ref, { signal }),
  };
}

/** What OwnedObjects observes, from one list of each kind. */
export class ListedObjects {
  readonly #client: KubeClient;
  readonly #ownerId: string;
  readonly #views = new Map<Resource, Promise<KindView<{ resource: Resource }>>>();

  constructor(client: KubeClient, ownerId: string) {
    this.#client = client;
    this.#ownerId = ownerId;
  }

  async observe(
    part: Part,
    desired: readonly Desired[],
    kinds: readonly Resource[],
    signal: AbortSignal,
  ): Promise<ObservedPart> {
    const views = await Promise.all(kinds.map((resource) => this.#view(resource)));
    return observePart({ part, desired, views, repairs: new Repairs() }, signal);
  }

  #view(resource: Resource): Promise<KindView<{ resource: Resource }>> {
    const known = this.#views.get(resource);
    if (known) return known;
    const view = listedView({ resource }, this.#client, MADE, (object) => holderOf(object, this.#ownerId));
    this.#views.set(resource, view);
    return view;
  }
}
