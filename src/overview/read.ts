import { awsaccounts } from '../api/aws-account.gen.js';
import { cidrsets } from '../api/cidr-set.gen.js';
import { privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import { runnerpools } from '../api/runner-pool.gen.js';
import { KubeClient } from '../kube/client.js';
import { KubeError } from '../kube/error.js';
import { type KubeObject, objectKey, type Resource } from '../kube/resource.js';
import { itemsOf, knownCluster, NoClusterError } from '../plan/cluster.js';
import type { Overview } from './overview.js';

/** @param context of the kubeconfig; absent: its current one. @throws NoClusterError */
export function clusterClient(context?: string): KubeClient {
  const config = knownCluster(context);
  if (config) return new KubeClient(config);
  throw new NoClusterError(
    context
      ? `the kubeconfig has no context ${context}`
      : 'there is no kubeconfig; set KUBECONFIG, or name a --context',
  );
}

const NEXT_STEPS: Record<string, string> = {
  NoAnswer: '; kubectl cluster-info tells which cluster that is',
  Forbidden: '; docs/status.md has roles that are enough',
};

/** What stopped a command before it could answer, and what to do; undefined for what is not expected. */
export function failureText(error: unknown): string | undefined {
  if (error instanceof NoClusterError) return error.message;
  if (error instanceof KubeError) return error.message + (NEXT_STEPS[error.reason] ?? '');
  return undefined;
}

/**
 * What the cluster holds of ours; one list call a kind, and none where a CRD isn't applied.
 * @param namespace of endpoints and pools; absent: all
 * @throws KubeError
 */
export async function readOverview(client: KubeClient, namespace?: string): Promise<Overview> {
  const [accounts, sets, endpoints, pools] = await Promise.all([
    read(client, awsaccounts),
    read(client, cidrsets),
    read(client, privatelinkendpoints, namespace),
    read(client, runnerpools, namespace),
  ]);
  return { accounts, sets, endpoints, pools };
}

async function read<T extends KubeObject>(client: KubeClient, resource: Resource<T>, namespace?: string): Promise<T[]> {
  const items = await itemsOf(client, resource, namespace);
  return items.sort((a, b) => (objectKey(a.metadata) < objectKey(b.metadata) ? -1 : 1));
}
