import { type PrivateLinkEndpoint, privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { type Deployment, deployments, type Service, services } from '../../src/kube/owned/resources.js';
import type { PartReport } from '../../src/kube/reports.js';
import type { Resource } from '../../src/kube/resource.js';
import { type ProxyOptions, proxyReconciler } from '../../src/proxy/controller.js';
import type { ProxyStatus } from '../../src/proxy/deployment/report.js';
import type { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { LoneController } from './lone-controller.js';

/** The proxy's controller by itself; nobody writes its reports into status. */
export class Proxies extends LoneController<PrivateLinkEndpoint> {
  readonly #reports: ReadonlyMap<string, PartReport<ProxyStatus> | undefined>;

  constructor(cluster: Cluster, { allowed, ...options }: Partial<ProxyOptions> & { allowed?: number } = {}) {
    const reports = new Map<string, PartReport<ProxyStatus> | undefined>();
    const report: ProxyOptions['report'] = (key, told) => reports.set(key, told);
    const lone = { name: 'proxy', resource: privatelinkendpoints, object: 'gitlab', allowed };
    super(cluster, lone, ({ hands }) => proxyReconciler({ ...hands, report, ...options }));
    this.#reports = reports;
  }

  report(): PartReport<ProxyStatus> | undefined {
    return this.#reports.get('default/gitlab');
  }

  /** Until it is told `False RollingOut: ...`. */
  told(words: string): Promise<PartReport<ProxyStatus>> {
    return eventually(() => {
      const report = this.report();
      const { status, reason, message } = report?.finding ?? {};
      const text = `${status} ${reason}: ${message}`;
      if (report && text.startsWith(words)) return report;
      throw new Error(`told: ${text}\nawaited: ${words}`);
    });
  }
}

const ref = { namespace: 'default', name: 'gitlab-proxy' };

/** What the controllers of a whole cluster, and its nodes, would do: all pods are there and answer. */
export async function rollOut({ client }: Cluster): Promise<void> {
  const { metadata, spec } = (await client.get<Deployment>(deployments, ref)) ?? {};
  const { replicas } = spec ?? {};
  const status = {
    observedGeneration: metadata?.generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
  await client.apply(deployments, { metadata: ref, status }, { manager: 'kubelet', subresource: 'status' });
}

/** What the controller of its class does: the Service has a load balancer. */
export async function giveLoadBalancer({ client }: Cluster, hostname: string): Promise<void> {
  const status = { loadBalancer: { ingress: [{ hostname }] } };
  await client.apply<Service>(services, { metadata: ref, status }, { manager: 'load-balancer', subresource: 'status' });
}

/** `Deployment`, `Service`, ... of the namespace that the proxy's objects are called after. */
export async function kindsThere(
  cluster: Cluster,
  kinds: readonly Resource[],
  name = 'gitlab-proxy',
): Promise<string[]> {
  const found = kinds.map(async (resource) =>
    (await cluster.client.get(resource, { ...ref, name })) ? resource.kind : [],
  );
  return (await Promise.all(found)).flat();
}
