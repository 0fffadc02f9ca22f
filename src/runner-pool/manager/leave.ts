import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { KubeClient } from '../../kube/client.js';
import type { OwnedOperation } from '../../kube/owned/plan.js';
import { deployments } from '../../kube/owned/resources.js';
import type { KubeObject, Resource } from '../../kube/resource.js';
import { selectorOf } from './objects.js';

const pods: Resource<KubeObject> = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };

/** Managers that run, or finish their jobs. */
export async function managerPods(pool: RunnerPool, client: KubeClient, signal: AbortSignal): Promise<number> {
  const { namespace } = pool.metadata;
  const labelSelector = Object.entries(selectorOf(pool))
    .map((label) => label.join('='))
    .join();
  return (await client.list(pods, { namespace, labelSelector, signal })).items.length;
}

/** Of what removes a manager, what may be done now: it finishes its jobs with the permissions that it has. */
export function leaveOrder(operations: readonly OwnedOperation[], running: number): OwnedOperation[] {
  const first = operations.filter(({ seen }) => seen.resource === deployments);
  return first.length > 0 || running > 0 ? first : [...operations];
}
