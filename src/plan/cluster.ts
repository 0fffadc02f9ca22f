import { KubeConfig } from '@kubernetes/client-node';
import { awsaccounts } from '../api/aws-account.gen.js';
import { cidrsets } from '../api/cidr-set.gen.js';
import { privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import { runnerpools } from '../api/runner-pool.gen.js';
import { MEMORY_LABEL } from '../cidr-set/sources/memories.js';
import { KubeClient } from '../kube/client.js';
import { KubeError } from '../kube/error.js';
import { type ConfigMap, configMaps } from '../kube/owned/resources.js';
import type { KubeObject, Resource } from '../kube/resource.js';
import type { Declared } from './merge.js';

/** What a cluster holds of ours. */
export interface ClusterState extends Declared {
  client: KubeClient;
  /** Where the operator runs. */
  namespace: string;
  /** In which the operator keeps what sets' sources gave. */
  memories: ConfigMap[];
}

/** There is no cluster to ask. */
export class NoClusterError extends Error {
  override readonly name = 'NoClusterError';
}

/**
 * The cluster that KUBECONFIG, ~/.kube/config or a service account leads to; undefined where there is none of these.
 * @param context instead of the current one; there is none, too, where it isn't known
 * @throws NoClusterError where the kubeconfig can't be read
 */
export function knownCluster(context?: string): KubeConfig | undefined {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (cause) {
    throw new NoClusterError(`the kubeconfig can't be read: ${(cause as Error).message}`, { cause });
  }
  if (context) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  // What client-node makes up where it finds nothing.
  return cluster && cluster.server !== 'http://localhost:8080' ? config : undefined;
}

export async function readCluster(config: KubeConfig, namespace: string): Promise<ClusterState> {
  const client = new KubeClient(config);
  const [sets, endpoints, accounts, pools, memories] = await Promise.all([
    itemsOf(client, cidrsets),
    itemsOf(client, privatelinkendpoints),
    itemsOf(client, awsaccounts),
    itemsOf(client, runnerpools),
    memoriesOf(client, namespace),
  ]);
  return { client, namespace, sets, endpoints, accounts, pools, memories };
}

/** ConfigMaps in which the operator keeps what sets' sources gave. @param namespace where the operator runs */
export async function memoriesOf(client: KubeClient, namespace: string): Promise<ConfigMap[]> {
  return (await client.list(configMaps, { namespace, labelSelector: MEMORY_LABEL })).items;
}

/** None, too, where the CRD isn't applied yet. */
export async function itemsOf<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  namespace?: string,
): Promise<T[]> {
  try {
    return (await client.list(resource, { namespace })).items;
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return [];
    throw error;
  }
}
