import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/log.js';
import { exponential, jittered } from './backoff.js';
import type { KubeClient, ListOptions, WatchEvent } from './client.js';
import { KubeError } from './error.js';
import { type KubeObject, objectKey, type Resource } from './resource.js';
import { type IndexFunction, type ReadonlyStore, Store } from './store.js';

/** `before` is absent for an object not seen so far, `after` for one that is gone. Handlers only enqueue keys. */
export type Handler<T> = (key: string, before: T | undefined, after: T | undefined) => void;

export interface ReflectorOptions<T extends KubeObject, Index extends string> {
  client: KubeClient;
  resource: Resource<T>;
  indexes?: Record<Index, IndexFunction<T>>;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  log: Logger;
  /** See WatchOptions. */
  quietMs?: number;
}

/**
 * Keeps a store equal to what the API server holds of one resource: a list, then a watch from the list's version on,
 * taken up again at the last version heard whenever it ends. It lists anew only when the API server will not go on
 * from there (410 Gone, or any other refusal).
 */
export class Reflector<T extends KubeObject, Index extends string = never> {
  /** Settles when the first list is in the store and was handed to the handlers. Pending if run ends before. */
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<T, Index>;
  readonly #log: Logger;
  readonly #store: Store<T, Index>;
  readonly #handlers: Handler<T>[] = [];
  #resourceVersion: string | undefined;
  #error: unknown;
  #setSynced: () => void = () => {};

  constructor(options: ReflectorOptions<T, Index>) {
    this.#options = options;
    this.#log = options.log.child({ reflector: options.resource.kind });
    this.#store = new Store(options.indexes ?? ({} as Record<Index, IndexFunction<T>>));
    this.synced = new Promise((resolve) => {
      this.#setSynced = resolve;
    });
  }

  get store(): ReadonlyStore<T, Index> {
    return this.#store;
  }

  /** Why the store is not, or no longer, kept up to date; undefined while it is. */
  get error(): unknown {
    return this.#error;
  }

  /** Handlers added before `run` hear of every object. */
  onChange(handler: Handler<T>): void {
    this.#handlers.push(handler);
  }

  /** Settles when the signal aborts, and for no other reason. */
  async run(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector, quietMs = 180_000 } = this.#options;
    const selection = { namespace, labelSelector, fieldSelector, signal };
    let failures = 0;
    while (!signal.aborted) {
      try {
        this.#resourceVersion ??= await this.#list(selection);
        await client.watch(resource, { ...selection, quietMs, resourceVersion: this.#resourceVersion }, (event) => {
          failures = 0;
          this.#hear(event);
        });
      } catch (error) {
        if (signal.aborted) return;
        this.#error = error;
        if (error instanceof KubeError && isFinal(error)) this.#resourceVersion = undefined;
        // Gone is the API server's ordinary way to ask for a new list.
        const level = error instanceof KubeError && error.status === 410 ? 'debug' : 'warn';
        this.#log.log(level, 'watch broken', { failures, error });
      }
      await sleep(jittered(exponential(failures++, 250, 30_000)), undefined, { signal }).catch(() => {});
    }
  }

  async #list(selection: ListOptions) {
    const { items, resourceVersion } = await this.#options.client.list(this.#options.resource, selection);
    const gone = new Set(this.#store.keys());
    for (const item of items) {
      gone.delete(objectKey(item.metadata));
      this.#put(item);
    }
    for (const key of gone) this.#drop(key);
    this.#error = undefined;
    this.#setSynced();
    this.#log.debug('listed', { count: items.length, resourceVersion });
    return resourceVersion;
  }

  #hear({ type, object }: WatchEvent<T>): void {
    this.#error = undefined;
    if (type === 'DELETED') this.#drop(objectKey(object.metadata));
    else if (type !== 'BOOKMARK') this.#put(object);
    this.#resourceVersion = object.metadata.resourceVersion;
  }

  #put(object: T): void {
    const before = this.#store.set(object);
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.#tell(objectKey(object.metadata), before, object);
  }

  #drop(key: string): void {
    const before = this.#store.delete(key);
    if (before) this.#tell(key, before, undefined);
  }

  #tell(key: string, before: T | undefined, after: T | undefined): void {
    for (const handler of this.#handlers) {
      try {
        handler(key, before, after);
      } catch (error) {
        this.#log.error('handler failed', { key, error });
      }
    }
  }
}

/** Whether the API server answered that the same question will never do. */
function isFinal({ status }: KubeError): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
