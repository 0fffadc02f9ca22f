import { KubeConfig } from '@kubernetes/client-node';
import { awsaccounts } from '../api/aws-account.gen.js';
import { cidrsets } from '../api/cidr-set.gen.js';
import { privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
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

/** The cluster that KUBECONFIG, ~/.kube/config or a service account leads to; undefined where there is none of these. */
export function knownCluster(): KubeConfig | undefined {
  const config = new KubeConfig();
  config.loadFromDefault();
  const cluster = config.getCurrentCluster();
  // What client-node makes up where it finds nothing.
  return cluster && cluster.server !== 'http://localhost:8080' ? config : undefined;
}

export async function readCluster(config: KubeConfig, namespace: string): Promise<ClusterState> {
  const client = new KubeClient(config);
  const [sets, endpoints, accounts, memories] = await Promise.all([
    itemsOf(client, cidrsets),
    itemsOf(client, privatelinkendpoints),
    itemsOf(client, awsaccounts),
    client.list(configMaps, { namespace, labelSelector: MEMORY_LABEL }),
  ]);
  return { client, namespace, sets, endpoints, accounts, memories: memories.items };
}

/** None, too, where the CRD isn't applied yet. */
async function itemsOf<T extends KubeObject>(client: KubeClient, resource: Resource<T>): Promise<T[]> {
  try {
    return (await client.list(resource)).items;
  } catch (error) {
    if (error instanceof KubeError && error.reason === 'NotFound') return [];
    throw error;
  }
}
