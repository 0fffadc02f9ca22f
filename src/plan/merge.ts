import { isDeepStrictEqual } from 'node:util';
import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { FINALIZER } from '../cidr-set/estate.js';
import { type KubeObject, objectKey } from '../kube/resource.js';

export interface Declared {
  sets: CidrSet[];
  endpoints: PrivateLinkEndpoint[];
  accounts: AwsAccount[];
  pools: RunnerPool[];
}

/** Any time does. */
const PRUNED = '1970-01-01T00:00:00Z';

/**
 * What the cluster has once the manifests are applied to it.
 * @param prune sets, PrivateLinkEndpoints and RunnerPools that no manifest declares count as deleted
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
    pools: pruned(cluster.pools, manifests.pools),
  };
}

function merged<T extends KubeObject>(cluster: readonly T[], manifests: readonly T[]): T[] {
  const there = new Map(cluster.map((object) => [objectKey(object.metadata), object]));
  for (const object of manifests) {
    const key = objectKey(object.metadata);
    there.set(key, overlaid(there.get(key), ordered(object)));
  }
  return [...there.values()];
}

/** Of what is there a manifest leaves the status, and of metadata what others wrote: annotations, deletion. */
function overlaid<T extends KubeObject>(there: T | undefined, manifest: T): T {
  if (!there) return manifest;
  const { labels = {}, annotations } = manifest.metadata;
  const { generation = 0 } = there.metadata;
  const metadata = {
    ...there.metadata,
    ...(!isDeepStrictEqual(specOf(there), specOf(manifest)) && { generation: generation + 1 }),
    labels,
    annotations: { ...there.metadata.annotations, ...annotations },
  };
  return { ...there, ...manifest, ...('status' in there && { status: there.status }), metadata };
}

function specOf(object: KubeObject & { spec?: unknown }): unknown {
  return object.spec;
}

/** As the API server gives it: what is made of a resource is compared byte by byte with what was. */
function ordered<T>(value: T): T {
  if (Array.isArray(value)) return value.map(ordered) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, ordered(each)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))) as T;
}

/** The operator puts it on each set before it does anything for it. */
function withFinalizer(set: CidrSet): CidrSet {
  return { ...set, metadata: { ...set.metadata, finalizers: [FINALIZER] } };
}
