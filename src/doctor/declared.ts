import { awsaccounts } from '../api/aws-account.gen.js';
import { cidrsets } from '../api/cidr-set.gen.js';
import { privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import { runnerpools } from '../api/runner-pool.gen.js';
import type { KubeClient } from '../kube/client.js';
import { KubeError } from '../kube/error.js';
import type { KubeObject, Resource } from '../kube/resource.js';
import { itemsOf } from '../plan/cluster.js';
import type { Manifests } from '../plan/manifests.js';
import { applied, type Declared } from '../plan/merge.js';
import { checkManifest } from '../plan/schema.js';

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
  return { declared: applied({ sets, endpoints, accounts, pools }, manifests, false), unread };
}
