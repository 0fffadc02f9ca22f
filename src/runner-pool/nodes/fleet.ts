import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { KubeClient } from '../../kube/client.js';
import type { Condition } from '../../kube/conditions.js';
import { listedView } from '../../kube/owned/listed.js';
import { type KindView, KindWatch } from '../../kube/owned/watch.js';
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
        holderOf,
        log,
        onChange: (_ref, id) => id && wake(id),
      });
    this.#nodes = watch(nodes);
    this.#nodeClaims = watch(nodeclaims);
  }

  crewOf(pool: RunnerPool, signal: AbortSignal): Crew {
    const watches = { nodes: this.#nodes, nodeClaims: this.#nodeClaims };
    for (const watch of viewsFor(pool, watches)) watch.start(signal);
    return crewIn(pool, watches);
  }
}

interface FleetViews {
  nodes: KindView<{ resource: Resource<Node> }>;
  nodeClaims: KindView<{ resource: Resource<NodeClaim> }>;
}

/** The fleet, read once. */
export async function listedFleet(client: KubeClient): Promise<Pick<Fleet, 'crewOf'>> {
  const listed = <T extends KubeObject>(resource: Resource<T>) => listedView({ resource }, client, POOL_KEY, holderOf);
  const views = { nodes: await listed(nodes), nodeClaims: await listed(nodeclaims) };
  return { crewOf: (pool) => crewIn(pool, views) };
}

function crewIn(pool: RunnerPool, views: FleetViews): Crew {
  const id = poolId(pool);
  const asked = viewsFor(pool, views);
  return {
    nodes: views.nodes.madeFor(id) as Node[],
    nodeClaims: views.nodeClaims.madeFor(id) as NodeClaim[],
    problems: asked.flatMap(({ refusal }) => (refusal && refusal.status !== 404 ? [kubeProblem(refusal)] : [])),
    unread: asked.some(({ ready, refusal }) => !ready && !refusal),
  };
}

function viewsFor({ spec }: RunnerPool, { nodes, nodeClaims }: FleetViews) {
  return spec.nodes.provisioner === 'Karpenter' ? [nodes, nodeClaims] : [nodes];
}

function holderOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[POOL_KEY];
}

/** Whether a condition of it is True. */
export function isTrue({ status }: Node | NodeClaim, type: string): boolean {
  return status?.conditions?.some((each) => each.type === type && each.status === 'True') === true;
}
