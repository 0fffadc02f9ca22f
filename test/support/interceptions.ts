import {
  type PrivateLinkEndpoint,
  type PrivateLinkEndpointSpec,
  privatelinkendpoints,
} from '../../src/api/private-link-endpoint.gen.js';
import { type InterceptionOptions, interceptionReconciler } from '../../src/interception/controller.js';
import { Controller } from '../../src/kube/controller.js';
import { OwnedObjects } from '../../src/kube/owned/objects.js';
import { Recorder } from '../../src/kube/recorder.js';
import { Reflector } from '../../src/kube/reflector.js';
import { recordedLog } from '../unit/kube/recorded-log.js';
import { type Cluster, type Manifest, privateLinkEndpoint } from './cluster.js';
import { eventually } from './eventually.js';
import { MortalClient } from './proxies.js';

export const gitlab = { public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' };
export const registryHost = { public: 'registry.example.com', private: 'registry.privatelink.example.com' };

type Mode = NonNullable<PrivateLinkEndpointSpec['interception']>['mode'];

/** As in a cluster of runners: names that are led to an endpoint that others have made. */
export function intercepted(name: string, mode: Mode, hosts: PrivateLinkEndpointSpec['hosts'] = [gitlab]): Manifest {
  return privateLinkEndpoint(name, {
    zone: 'privatelink.example.com',
    hosts,
    service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
    consumers: [],
    interception: { mode },
  });
}

/** The controller by itself, with no AWS; it writes its own status. */
export class Interceptions {
  readonly client: MortalClient;
  readonly #recorder: Recorder;
  readonly #end = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(cluster: Cluster, { allowed, ...options }: Partial<InterceptionOptions> & { allowed?: number } = {}) {
    const { log } = recordedLog();
    const { client: outlives } = cluster;
    this.client = new MortalClient(cluster, allowed);
    this.#recorder = new Recorder({ client: outlives, log });
    const resources = new Reflector<PrivateLinkEndpoint>({ client: this.client, resource: privatelinkendpoints, log });
    const reconcile = interceptionReconciler({
      isAwsHere: true,
      resources: resources.store,
      client: this.client,
      owned: new OwnedObjects({ client: this.client, ownerId: 'test', log }),
      recorder: this.#recorder,
      ownerId: 'test',
      planOnly: false,
      intervalMs: 200,
      pollMs: 200,
      proofMs: 10_000,
      wake: () => {},
      report: (key, report) => {
        if (!report) return;
        const { generation: observedGeneration, finding, status } = report;
        const at = { lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration };
        const fields = { interception: status, conditions: [{ type: 'Intercepted', ...finding, ...at }] };
        const [namespace = '', name = ''] = key.split('/');
        const options = { manager: 'sallyport', subresource: 'status' } as const;
        // It may have gone meanwhile.
        void outlives
          .apply(privatelinkendpoints, { metadata: { namespace, name }, status: fields }, options)
          .catch(() => {});
      },
      log,
      ...options,
    });
    const controller = new Controller({ name: 'interception', concurrency: 1, reconcile, log });
    resources.onChange((key) => controller.enqueue(key));
    const { signal } = this.#end;
    this.#running = Promise.all([resources.run(signal), controller.run(signal)]);
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
    await this.#recorder.flush();
  }
}
