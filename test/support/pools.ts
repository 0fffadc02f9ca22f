import { setMaxListeners } from 'node:events';
import { awsaccounts } from '../../src/api/aws-account.gen.js';
import { type PrivateLinkEndpoint, privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { type RunnerPool, runnerpools } from '../../src/api/runner-pool.gen.js';
import { Places } from '../../src/aws/places.js';
import { Sessions } from '../../src/aws/session.js';
import { Controller } from '../../src/kube/controller.js';
import { OwnedObjects } from '../../src/kube/owned/objects.js';
import { Recorder } from '../../src/kube/recorder.js';
import { Reflector } from '../../src/kube/reflector.js';
import { aborted } from '../../src/kube/signal.js';
import { runnerPoolReconciler } from '../../src/runner-pool/controller.js';
import type { RunnerPoolOptions } from '../../src/runner-pool/hands.js';
import { AddressBook } from '../../src/runner-pool/jobs/addresses.js';
import { Fleet } from '../../src/runner-pool/nodes/fleet.js';
import { recordedLog } from '../unit/kube/recorded-log.js';
import type { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { MortalClient } from './proxies.js';

/** The RunnerPools' controller by itself. */
export class Pools {
  readonly client: MortalClient;
  readonly log = recordedLog();
  readonly #controller: Controller;
  readonly #recorder: Recorder;
  readonly #end = new AbortController();
  readonly #running: Promise<unknown>;
  #looks = 0;

  constructor(cluster: Cluster, { allowed, ...options }: Partial<RunnerPoolOptions> & { allowed?: number } = {}) {
    const { log } = this.log;
    this.client = new MortalClient(cluster, allowed);
    const { client } = this;
    this.#recorder = new Recorder({ client: cluster.client, log });
    const resources = new Reflector<RunnerPool>({ client, resource: runnerpools, log });
    const endpoints = new Reflector<PrivateLinkEndpoint>({ client, resource: privatelinkendpoints, log });
    const accounts = new Reflector({ client, resource: awsaccounts, log });
    const owned = new OwnedObjects({ client, ownerId: 'test', log });
    const enqueue = (key: string) => this.#controller.enqueue(key);
    const reconcile = runnerPoolReconciler({
      resources: resources.store,
      endpoints: endpoints.store,
      places: new Places(accounts.store, new Sessions()),
      fleet: new Fleet({ pools: resources.store, client, log, onChange: enqueue }),
      client,
      owned,
      recorder: this.#recorder,
      ownerId: 'test',
      addresses: new AddressBook(client, 100),
      setOf: () => undefined,
      planOnly: false,
      releaseAfterMs: 60_000,
      intervalMs: 200,
      pollMs: 200,
      log,
      ...options,
    });
    this.#controller = new Controller({
      name: 'runner-pool',
      concurrency: 1,
      reconcile: async (key, signal) => {
        const result = await reconcile(key, signal);
        this.#looks++;
        return result;
      },
      log,
    });
    resources.onChange(enqueue);
    owned.onChange((part) => enqueue(part.split(' ')[1] ?? ''));
    const { signal } = this.#end;
    // As of the operator: each call listens to it.
    setMaxListeners(0, signal);
    const reflectors = [resources, endpoints, accounts];
    const synced = Promise.all(reflectors.map((each) => each.synced));
    this.#running = Promise.all([
      ...reflectors.map((each) => each.run(signal)),
      Promise.race([synced, aborted(signal)]).then(() => this.#controller.run(signal)),
    ]);
  }

  /** Until it has looked two times more from beginning to end, or is dead. */
  async look(name = 'builders'): Promise<void> {
    const awaited = this.#looks + 2;
    await eventually(() => {
      this.#controller.enqueue(`default/${name}`);
      if (this.#looks < awaited && !this.client.isDead) throw new Error('no look');
    });
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
    await this.#recorder.flush();
  }
}
