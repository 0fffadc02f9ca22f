import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { FINALIZER } from '../cidr-set/estate.js';
import { type KubeObject, objectKey } from '../kube/resource.js';

export interface Declared {
  sets: CidrSet[];
  endpoints: PrivateLinkEndpoint[];
  accounts: AwsAccount[];
}

/** Any time does. */
const PRUNED = '1970-01-01T00:00:00Z';

/**
 * What the cluster has once the manifests are applied to it.
 * @param prune sets and PrivateLinkEndpoints that no manifest declares count as deleted
 */
export function applied(cluster: Declared, manifests: Declared, prune: boolean): Declared {
  function pruned<T extends KubeObject>(there: readonly T[], declared: readonly T[]): T[] {
    const keys = new Set(declared.map(({ metadata }) => objectKey(metadata)));
    return merged(there, declared).map((object) => {
      const gone = prune && !keys.has(objectKey(object.metadata));
      return gone ? { ...object, metadata: { ...object.metadata, deletionTimestamp: PRUNED } } : object;
    });
  }
  return {
    sets: pruned(cluster.sets, manifests.sets).map(withFinalizer),
    endpoints: pruned(cluster.endpoints, manifests.endpoints),
    accounts: merged(cluster.accounts, manifests.accounts),
  };
}

function merged<T extends KubeObject>(cluster: readonly T[], manifests: readonly T[]): T[] {
  const there = new Map(cluster.map((object) => [objectKey(object.metadata), object]));
  for (const object of manifests) {
    const key = objectKey(object.metadata);
    there.set(key, overlaid(there.get(key), object));
  }
  return [...there.values()];
}

/** Of what is there a manifest leaves the status, and of metadata what others wrote: annotations, deletion. */
function overlaid<T extends KubeObject>(there: T | undefined, manifest: T): T {
  if (!there) return manifest;
  const { labels = {}, annotations } = manifest.metadata;
  const metadata = {
    ...there.metadata,
    labels,
    annotations: { ...there.metadata.annotations, ...annotations },
  };
  return { ...there, ...manifest, ...('status' in there && { status: there.status }), metadata };
}

/** The operator puts it on each set before it does anything for it. */
function withFinalizer(set: CidrSet): CidrSet {
  return { ...set, metadata: { ...set.metadata, finalizers: [FINALIZER] } };
}
