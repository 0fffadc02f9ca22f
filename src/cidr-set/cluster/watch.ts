import type { KubeClient } from '../../kube/client.js';
import { KubeError } from '../../kube/error.js';
import { Reflector } from '../../kube/reflector.js';
import type { KubeObject, ObjectRef } from '../../kube/resource.js';
import { objectKey } from '../../kube/resource.js';
import type { Logger } from '../../telemetry/log.js';
import type { ClusterKind } from './kind.js';
import { holderOf, MARKED } from './mark.js';

export interface KindWatchOptions {
  kind: ClusterKind;
  client: KubeClient;
  ownerId: string;
  log: Logger;
  /** Hears of an object that changed, by `namespace/name`, and of the set that it is or was for. */
  onChange(key: string, set: string | undefined): void;
  onSynced(): void;
}

/** The objects of one kind that this install made, from when they are first asked for: who uses none needs no permission. */
export class KindWatch {
  readonly kind: ClusterKind;
  readonly #options: KindWatchOptions;
  readonly #reflector: Reflector<KubeObject, 'set'>;
  #running: Promise<void> | undefined;
  #synced = false;

  constructor(options: KindWatchOptions) {
    const { kind, client, ownerId, log, onChange, onSynced } = options;
    const sets = (object: KubeObject) => holderOf(object, ownerId) ?? [];
    this.kind = kind;
    this.#options = options;
    this.#reflector = new Reflector({
      client,
      log,
      resource: kind.resource,
      labelSelector: MARKED,
      indexes: { set: (object) => [sets(object)].flat() },
    });
    this.#reflector.onChange((key, before, after) => {
      for (const object of [before, after]) if (object) onChange(key, holderOf(object, ownerId));
    });
    void this.#reflector.synced.then(() => {
      this.#synced = true;
      onSynced();
    });
  }

  /** Whether the objects are known. Begins to watch them when it is asked first. */
  ready(signal: AbortSignal): boolean {
    this.#running ??= this.#reflector.run(signal);
    return this.#synced;
  }

  /** What the API server said when it would not tell of them. */
  get refusal(): KubeError | undefined {
    const { error } = this.#reflector;
    return error instanceof KubeError && (error.status === 403 || !this.#synced) ? error : undefined;
  }

  of(set: string): KubeObject[] {
    return this.#reflector.store.by('set', set);
  }

  /** Ours as last seen, or somebody's as it is now. */
  async get(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined> {
    const { client, kind } = this.#options;
    return this.#reflector.store.get(objectKey(ref)) ?? client.get(kind.resource, ref, { signal });
  }
}
