import type { KubeClient } from '../../kube/client.js';
import { KubeError } from '../../kube/error.js';
import { Reflector } from '../../kube/reflector.js';
import { type KubeObject, type ObjectRef, objectKey } from '../../kube/resource.js';
import type { Logger } from '../../telemetry/log.js';
import type { ClusterKind } from './kind.js';
import { holderOf, MARKED } from './mark.js';

export interface KindWatchOptions {
  kind: ClusterKind;
  client: KubeClient;
  ownerId: string;
  log: Logger;
  /** Hears of each object that changes; the set is the one that it is, or was, for. */
  onChange(ref: ObjectRef, set: string | undefined): void;
}

/** What a look needs of it. */
export type KindView = Pick<KindWatch, keyof KindWatch>;

/** The objects of one kind that carry our mark, from when they are first asked for: who uses none needs no permission. */
export class KindWatch {
  readonly kind: ClusterKind;
  readonly #client: KubeClient;
  readonly #reflector: Reflector<KubeObject, 'set'>;
  #running: Promise<void> | undefined;
  #ready = false;

  constructor({ kind, client, ownerId, log, onChange }: KindWatchOptions) {
    const set = (object: KubeObject) => holderOf(object, ownerId);
    const indexes = { set: (object: KubeObject) => [set(object)].filter((name) => name !== undefined) };
    this.kind = kind;
    this.#client = client;
    this.#reflector = new Reflector({ client, log, resource: kind.resource, labelSelector: MARKED, indexes });
    this.#reflector.onChange((_key, before, after) => {
      for (const object of [before, after]) if (object) onChange(object.metadata, set(object));
    });
    void this.#reflector.synced.then(() => {
      this.#ready = true;
    });
  }

  start(signal: AbortSignal): void {
    this.#running ??= this.#reflector.run(signal);
  }

  /** Whether the objects are known. */
  get ready(): boolean {
    return this.#ready;
  }

  /** What keeps them from being known, or from being seen to change. */
  get refusal(): KubeError | undefined {
    const { error } = this.#reflector;
    return error instanceof KubeError && (error.status === 403 || !this.#ready) ? error : undefined;
  }

  madeFor(set: string): KubeObject[] {
    return this.#reflector.store.by('set', set);
  }

  /** Ours as last seen, somebody's as it is now. */
  async get(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined> {
    return this.#reflector.store.get(objectKey(ref)) ?? this.#client.get(this.kind.resource, ref, { signal });
  }
}
