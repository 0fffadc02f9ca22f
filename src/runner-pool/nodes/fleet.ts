import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { KubeClient } from '../../kube/client.js';
import type { Condition } from '../../kube/conditions.js';
import { KindWatch } from '../../kube/owned/watch.js';
import { kubeProblem } from '../../kube/problem.js';
import { type KubeObject, objectKey, type Resource } from '../../kube/resource.js';
import type { ReadonlyStore } from '../../kube/store.js';
import type { Logger } from '../../telemetry/log.js';
import { POOL_KEY, poolId, type Taint } from '../pool.js';

export interface Node extends KubeObject {
  spec: { taints?: Taint[] };
  status?: { conditions?: Pick<Condition, 'type' | 'status'>[] };
}

/** One that Karpenter started, or is about to. */
export interface NodeClaim extends KubeObject {
  status?: { conditions?: Pick<Condition, 'type' | 'status'>[] };
}

export const nodes: Resource<Node> = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };

export const nodeclaims: Resource<NodeClaim> = {
  group: 'karpenter.sh',
  version: 'v1',
  plural: 'nodeclaims',
  kind: 'NodeClaim',
  namespaced: false,
};

/** The nodes of one pool. */
export interface Crew {
  nodes: readonly Node[];
  nodeClaims: readonly NodeClaim[];
  /** What could not be read. */
  problems: readonly Problem[];
  /** They are still being read: look again soon. */
  unread: boolean;
}

export interface FleetOptions {
  pools: ReadonlyStore<RunnerPool>;
  client: KubeClient;
  log: Logger;
  /** Hears keys of pools. */
  onChange(pool: string): void;
}

/** The nodes of all pools, by the label that each has from its start. They are watched once a pool asks. */
export class Fleet {
  readonly #nodes: KindWatch<{ resource: Resource<Node> }>;
  readonly #nodeClaims: KindWatch<{ resource: Resource<NodeClaim> }>;

  constructor({ pools, client, log, onChange }: FleetOptions) {
    const wake = (id: string) => {
      for (const pool of pools.list()) if (poolId(pool) === id) onChange(objectKey(pool.metadata));
    };
    const watch = <T extends KubeObject>(resource: Resource<T>) =>
      new KindWatch({
        kind: { resource },
        client,
        labelSelector: POOL_KEY,
        holderOf: ({ metadata }) => metadata.labels?.[POOL_KEY],
        log,
        onChange: (_ref, id) => id && wake(id),
      });
    this.#nodes = watch(nodes);
    this.#nodeClaims = watch(nodeclaims);
  }

  crewOf(pool: RunnerPool, signal: AbortSignal): Crew {
    const id = poolId(pool);
    const isKarpenters = pool.spec.nodes.provisioner === 'Karpenter';
    const watches = isKarpenters ? [this.#nodes, this.#nodeClaims] : [this.#nodes];
    for (const watch of watches) watch.start(signal);
    return {
      nodes: this.#nodes.madeFor(id) as Node[],
      nodeClaims: this.#nodeClaims.madeFor(id) as NodeClaim[],
      problems: watches.flatMap(({ refusal }) => (refusal && refusal.status !== 404 ? [kubeProblem(refusal)] : [])),
      unread: watches.some(({ ready, refusal }) => !ready && !refusal),
    };
  }
}

/** Whether a condition of it is True. */
export function isTrue({ status }: Node | NodeClaim, type: string): boolean {
  return status?.conditions?.some((each) => each.type === type && each.status === 'True') === true;
}
