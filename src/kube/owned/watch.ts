import type { Logger } from '../../telemetry/log.js';
import type { KubeClient } from '../client.js';
import { KubeError } from '../error.js';
import { Reflector } from '../reflector.js';
import { type KubeObject, type ObjectRef, objectKey, type Resource } from '../resource.js';

export interface KindWatchOptions<Kind> {
  kind: Kind;
  client: KubeClient;
  /** Selects what any install has made. */
  labelSelector: string;
  /** What an object was made for; undefined where it isn't ours. */
  holderOf(object: KubeObject): string | undefined;
  log: Logger;
  /** Hears of each object that changes; the holder is the one that it is, or was, for. */
  onChange(ref: ObjectRef, holder: string | undefined): void;
}

/** What a look needs of it. */
export type KindView<Kind extends { resource: Resource }> = Pick<KindWatch<Kind>, keyof KindWatch<Kind>>;

/** The objects of one kind that carry our mark, from when they are first asked for: who uses none needs no permission. */
export class KindWatch<Kind extends { resource: Resource }> {
  readonly kind: Kind;
  readonly #client: KubeClient;
  readonly #reflector: Reflector<KubeObject, 'holder'>;
  #running: Promise<void> | undefined;
  #ready = false;

  constructor({ kind, client, labelSelector, holderOf, log, onChange }: KindWatchOptions<Kind>) {
    const indexes = { holder: (object: KubeObject) => [holderOf(object)].filter((name) => name !== undefined) };
    this.kind = kind;
    this.#client = client;
    this.#reflector = new Reflector({ client, log, resource: kind.resource, labelSelector, indexes });
    this.#reflector.onChange((_key, before, after) => {
      for (const object of [before, after]) if (object) onChange(object.metadata, holderOf(object));
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

  madeFor(holder: string): KubeObject[] {
    return this.#reflector.store.by('holder', holder);
  }

  /** Ours as last seen, somebody's as it is now. */
  async get(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined> {
    return this.#reflector.store.get(objectKey(ref)) ?? this.#client.get(this.kind.resource, ref, { signal });
  }
}
