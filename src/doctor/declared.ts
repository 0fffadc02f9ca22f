import { awsaccounts } from '../api/aws-account.gen.js';
import { cidrsets } from '../api/cidr-set.gen.js';
import { privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import { type RunnerPool, runnerpools } from '../api/runner-pool.gen.js';
import type { KubeClient } from '../kube/client.js';
import { KubeError } from '../kube/error.js';
import { type KubeObject, objectKey, type Resource } from '../kube/resource.js';
import { itemsOf } from '../plan/cluster.js';
import type { Manifests } from '../plan/manifests.js';
import { applied, type Declared as Planned } from '../plan/merge.js';
import { checkManifest } from '../plan/schema.js';

/** Resources of all four kinds. */
export interface Declared extends Planned {
  pools: RunnerPool[];
}

/** What the cluster has once the manifests are applied to it, and which kinds couldn't be read. */
export async function readDeclared(
  client: KubeClient,
  manifests: Manifests,
): Promise<{ declared: Declared; unread: KubeError[] }> {
  const unread: KubeError[] = [];
  async function read<T extends KubeObject>(resource: Resource<T>): Promise<T[]> {
    try {
      const items = await itemsOf(client, resource);
      // Defaults of fields that an older CRD doesn't know.
      for (const item of items) checkManifest(`${item.apiVersion} ${item.kind}`, item);
      return items;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      unread.push(error);
      return [];
    }
  }
  const [sets, endpoints, accounts, pools] = await Promise.all([
    read(cidrsets),
    read(privatelinkendpoints),
    read(awsaccounts),
    read(runnerpools),
  ]);
  const byKey = new Map([...pools, ...manifests.pools].map((pool) => [objectKey(pool.metadata), pool]));
  return {
    declared: { ...applied({ sets, endpoints, accounts }, manifests, false), pools: [...byKey.values()] },
    unread,
  };
}
