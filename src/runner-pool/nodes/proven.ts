import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { KubeClient } from '../../kube/client.js';
import { KubeError } from '../../kube/error.js';
import { hasJobs } from '../jobs/objects.js';
import { UNPROVEN } from '../pool.js';
import { isTrue, type Node, nodes } from './fleet.js';

/** Of JobsIsolated, while which no further node takes jobs: the first probe is under way, or it has seen what is not to be. */
const WAITS = ['Probing', 'MetadataReachable', 'WrongRole'];

/** Nodes that are to take jobs and don't yet: they are Ready, and no probe says that jobs there can do what they must not. */
export function provenNodes(pool: RunnerPool, all: readonly Node[]): Node[] {
  const isolation = pool.status?.conditions?.find(({ type }) => type === 'JobsIsolated');
  // Before the first look at its jobs, a pool that has some is one whose probe is to come.
  if (isolation ? WAITS.includes(isolation.reason) : hasJobs(pool)) return [];
  return all.filter((node) => isUnproven(node) && isTrue(node, 'Ready'));
}

export function isUnproven({ spec }: Node): boolean {
  return spec.taints?.some(({ key }) => key === UNPROVEN.key) === true;
}

/** Takes the taint off; or, where somebody changed the node meanwhile, leaves it to the next look. */
export async function release(client: KubeClient, node: Node, signal: AbortSignal): Promise<'Released' | KubeError> {
  const taints = node.spec.taints?.filter(({ key }) => key !== UNPROVEN.key);
  const { resourceVersion } = node.metadata;
  try {
    await client.patch(nodes, node.metadata, { metadata: { resourceVersion }, spec: { taints } }, { signal });
    return 'Released';
  } catch (error) {
    if (error instanceof KubeError) return error;
    throw error;
  }
}
