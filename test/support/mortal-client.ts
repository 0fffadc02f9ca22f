import { type ApplyOptions, type DeleteOptions, KubeClient } from '../../src/kube/client.js';
import type { KubeObject, ObjectRef, Resource } from '../../src/kube/resource.js';
import type { Cluster } from './cluster.js';

/** Counts its mutating calls, and ends with the last that it is allowed: that one is carried out, and its answer lost. */
export class MortalClient extends KubeClient {
  readonly calls: string[] = [];
  #ended = 0;
  readonly #allowed: number;

  constructor(cluster: Cluster, allowed = Number.POSITIVE_INFINITY) {
    super(cluster.kubeConfig);
    this.#allowed = allowed;
  }

  get mutations(): number {
    return this.calls.length;
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
    this.calls.push(call);
    const made = await make().finally(() => this.#ended++);
    if (this.isDead) throw new Error('dead');
    return made;
  }
}
