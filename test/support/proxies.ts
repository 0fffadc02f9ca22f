import { type PrivateLinkEndpoint, privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { type ApplyOptions, type DeleteOptions, KubeClient } from '../../src/kube/client.js';
import { Controller } from '../../src/kube/controller.js';
import { OwnedObjects } from '../../src/kube/owned/objects.js';
import type { Deployment, Service } from '../../src/kube/owned/resources.js';
import { deployments, services } from '../../src/kube/owned/resources.js';
import { Recorder } from '../../src/kube/recorder.js';
import { Reflector } from '../../src/kube/reflector.js';
import type { PartReport } from '../../src/kube/reports.js';
import type { KubeObject, ObjectRef, Resource } from '../../src/kube/resource.js';
import { type ProxyOptions, proxyReconciler } from '../../src/proxy/controller.js';
import type { ProxyStatus } from '../../src/proxy/deployment/report.js';
import { recordedLog } from '../unit/kube/recorded-log.js';
import type { Cluster } from './cluster.js';
import { eventually } from './eventually.js';

/** Counts its mutating calls, and ends with the last that it is allowed: that one is carried out, and its answer lost. */
export class MortalClient extends KubeClient {
  mutations = 0;
  readonly calls: string[] = [];
  #ended = 0;
  readonly #allowed: number;

  constructor(cluster: Cluster, allowed = Number.POSITIVE_INFINITY) {
    super(cluster.kubeConfig);
    this.#allowed = allowed;
  }

  /** Its last call has been carried out. */
  get isDead(): boolean {
    return this.#ended >= this.#allowed;
  }

  override apply<T extends KubeObject>(
    resource: Resource<T>,
    fields: { metadata: KubeObject['metadata'] } & Record<string, unknown>,
    options: ApplyOptions,
  ): Promise<T> {
    return this.#mutate(`apply ${resource.kind}`, () => super.apply(resource, fields, options));
  }

  override patch<T extends KubeObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    body: Record<string, unknown>,
  ): Promise<T> {
    return this.#mutate(`patch ${resource.kind}`, () => super.patch(resource, ref, body));
  }

  override delete<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, options?: DeleteOptions): Promise<void> {
    return this.#mutate(`delete ${resource.kind}`, () => super.delete(resource, ref, options));
  }

  async #mutate<T>(call: string, make: () => Promise<T>): Promise<T> {
    if (this.mutations >= this.#allowed) throw new Error('dead');
    this.mutations++;
    this.calls.push(call);
    const made = await make().finally(() => this.#ended++);
    if (this.isDead) throw new Error('dead');
    return made;
  }
}

/** The proxy's controller by itself; nobody writes its reports into status. */
export class Proxies {
  readonly client: MortalClient;
  readonly log = recordedLog();
  readonly #controller: Controller;
  readonly #recorder: Recorder;
  readonly #end = new AbortController();
  readonly #reports = new Map<string, PartReport<ProxyStatus> | undefined>();
  readonly #running: Promise<unknown>;
  #looks = 0;

  constructor(cluster: Cluster, { allowed, ...options }: Partial<ProxyOptions> & { allowed?: number } = {}) {
    const { log } = this.log;
    this.client = new MortalClient(cluster, allowed);
    this.#recorder = new Recorder({ client: cluster.client, log });
    const resources = new Reflector<PrivateLinkEndpoint>({ client: this.client, resource: privatelinkendpoints, log });
    const owned = new OwnedObjects({ client: this.client, ownerId: 'test', log });
    const reconcile = proxyReconciler({
      resources: resources.store,
      client: this.client,
      owned,
      recorder: this.#recorder,
      ownerId: 'test',
      planOnly: false,
      intervalMs: 200,
      pollMs: 200,
      report: (key, report) => this.#reports.set(key, report),
      log,
      ...options,
    });
    this.#controller = new Controller({
      name: 'proxy',
      concurrency: 1,
      reconcile: async (key, signal) => {
        const result = await reconcile(key, signal);
        this.#looks++;
        return result;
      },
      log,
    });
    resources.onChange((key) => this.#controller.enqueue(key));
    owned.onChange((part) => this.#controller.enqueue(part.split(' ')[1] ?? ''));
    const { signal } = this.#end;
    this.#running = Promise.all([resources.run(signal), this.#controller.run(signal)]);
  }

  report(name = 'gitlab'): PartReport<ProxyStatus> | undefined {
    return this.#reports.get(`default/${name}`);
  }

  /** Until it is told `False RollingOut: ...`. */
  told(words: string | RegExp, name = 'gitlab'): Promise<PartReport<ProxyStatus>> {
    return eventually(() => {
      const report = this.report(name);
      const { status, reason, message } = report?.finding ?? {};
      const text = `${status} ${reason}: ${message}`;
      if (report && (typeof words === 'string' ? text.startsWith(words) : words.test(text))) return report;
      throw new Error(`told: ${text}\nawaited: ${words}`);
    });
  }

  /** Until it has looked two times more from beginning to end. */
  async look(name = 'gitlab'): Promise<void> {
    const awaited = this.#looks + 2;
    this.#controller.enqueue(`default/${name}`);
    await eventually(() => {
      if (this.#looks < awaited) throw new Error('no look');
    });
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
    await this.#recorder.flush();
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
