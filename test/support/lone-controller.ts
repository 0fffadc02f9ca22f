import { setMaxListeners } from 'node:events';
import { Controller, type ControllerOptions } from '../../src/kube/controller.js';
import { OwnedObjects } from '../../src/kube/owned/objects.js';
import { Recorder } from '../../src/kube/recorder.js';
import { Reflector } from '../../src/kube/reflector.js';
import type { KubeObject, Resource } from '../../src/kube/resource.js';
import { aborted } from '../../src/kube/signal.js';
import type { ReadonlyStore } from '../../src/kube/store.js';
import type { Logger } from '../../src/telemetry/log.js';
import { recordedLog } from '../unit/kube/recorded-log.js';
import type { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { MortalClient } from './mortal-client.js';

export interface LoneOptions<T extends KubeObject> {
  /** Of the controller. */
  name: string;
  /** What it reconciles. */
  resource: Resource<T>;
  /** The object, of the namespace default, that is looked at. */
  object: string;
  /** Mutating calls until it dies. */
  allowed?: number | undefined;
}

/** What all controllers are given, and how they come by more. */
export interface LoneHands<T extends KubeObject> {
  hands: {
    client: MortalClient;
    resources: ReadonlyStore<T>;
    owned: OwnedObjects;
    recorder: Recorder;
    ownerId: string;
    planOnly: boolean;
    intervalMs: number;
    pollMs: number;
    log: Logger;
  };
  /** Has it watch a further kind. */
  watch<Other extends KubeObject>(resource: Resource<Other>): ReadonlyStore<Other>;
  enqueue(key: string): void;
}

/** One controller by itself, as if in a process of its own. Events are told even after its death. */
export class LoneController<T extends KubeObject> {
  readonly client: MortalClient;
  readonly log = recordedLog();
  readonly #key: string;
  readonly #controller: Controller;
  readonly #recorder: Recorder;
  readonly #end = new AbortController();
  readonly #running: Promise<unknown>;
  #looks = 0;

  constructor(
    cluster: Cluster,
    { name, resource, object, allowed }: LoneOptions<T>,
    reconciler: (lone: LoneHands<T>) => ControllerOptions['reconcile'],
  ) {
    const { log } = this.log;
    const client = new MortalClient(cluster, allowed);
    const recorder = new Recorder({ client: cluster.client, log });
    const owned = new OwnedObjects({ client, ownerId: 'test', log });
    const enqueue = (key: string) => this.#controller.enqueue(key);
    const { signal } = this.#end;
    // As of the operator: each call listens to it.
    setMaxListeners(0, signal);
    const watches: Promise<void>[] = [];
    const synced: Promise<void>[] = [];
    function watch<Other extends KubeObject>(other: Resource<Other>, hear = (_key: string) => {}) {
      const reflector = new Reflector({ client, resource: other, log });
      reflector.onChange(hear);
      watches.push(reflector.run(signal));
      synced.push(reflector.synced);
      return reflector.store;
    }
    const common = { ownerId: 'test', planOnly: false, intervalMs: 200, pollMs: 200, log };
    const hands = { client, resources: watch(resource, enqueue), owned, recorder, ...common };
    const reconcile = reconciler({ hands, watch, enqueue });
    this.client = client;
    this.#key = `default/${object}`;
    this.#recorder = recorder;
    this.#controller = new Controller({
      name,
      concurrency: 1,
      reconcile: async (key, signal) => {
        const result = await reconcile(key, signal);
        this.#looks++;
        return result;
      },
      log,
    });
    owned.onChange((part) => enqueue(part.split(' ')[1] ?? ''));
    const begun = Promise.race([Promise.all(synced), aborted(signal)]);
    this.#running = Promise.all([...watches, begun.then(() => this.#controller.run(signal))]);
  }

  /** Until it has looked two times more from beginning to end, or is dead. */
  async look(): Promise<void> {
    const awaited = this.#looks + 2;
    await eventually(() => {
      this.#controller.enqueue(this.#key);
      if (this.#looks < awaited && !this.client.isDead) throw new Error('no look');
    });
  }

  /** Until all events that it has told of are there. */
  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  /** Until it was killed at the last call that it was allowed. */
  async death(): Promise<void> {
    try {
      await eventually(() => {
        if (!this.client.isDead) throw new Error(`alive, after ${this.client.calls}`);
      });
    } finally {
      await this.stop();
    }
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
    await this.flush();
  }
}
