import {
  type PrivateLinkEndpoint,
  type PrivateLinkEndpointSpec,
  privatelinkendpoints,
} from '../../src/api/private-link-endpoint.gen.js';
import { type InterceptionOptions, interceptionReconciler } from '../../src/interception/controller.js';
import { type Cluster, type Manifest, privateLinkEndpoint } from './cluster.js';
import { LoneController } from './lone-controller.js';

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
export class Interceptions extends LoneController<PrivateLinkEndpoint> {
  readonly #written: () => Promise<unknown>;

  constructor(cluster: Cluster, { allowed, ...options }: Partial<InterceptionOptions> & { allowed?: number } = {}) {
    let writing: Promise<unknown> = Promise.resolve();
    const report: InterceptionOptions['report'] = (key, told) => {
      if (!told) return;
      const { generation: observedGeneration, finding, status } = told;
      const at = { lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration };
      const fields = { interception: status, conditions: [{ type: 'Intercepted', ...finding, ...at }] };
      const [namespace = '', name = ''] = key.split('/');
      const object = { metadata: { namespace, name }, status: fields };
      const how = { manager: 'sallyport', subresource: 'status' } as const;
      // One after another, and it may have gone meanwhile.
      writing = writing.then(() => cluster.client.apply(privatelinkendpoints, object, how)).catch(() => {});
    };
    const more = { isAwsHere: true, proofMs: 60_000, wake: () => {}, report, ...options };
    const lone = { name: 'interception', resource: privatelinkendpoints, object: 'gitlab', allowed };
    super(cluster, lone, ({ hands }) => interceptionReconciler({ ...hands, ...more }));
    this.#written = () => writing;
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.#written();
  }
}
