import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { FINALIZER } from '../cidr-set/estate.js';
import { type KubeObject, objectKey } from '../kube/resource.js';

export interface Declared {
  sets: CidrSet[];
  accounts: AwsAccount[];
}

/** Any time does. */
const PRUNED = '1970-01-01T00:00:00Z';

/**
 * What the cluster has once the manifests are applied to it.
 * @param prune sets that no manifest declares count as deleted
 */
export function applied(cluster: Declared, manifests: Declared, prune: boolean): Declared {
  const declared = new Set(manifests.sets.map(({ metadata }) => metadata.name));
  const sets = merged(cluster.sets, manifests.sets).map((set) => {
    const gone = prune && !declared.has(set.metadata.name);
    return gone ? { ...set, metadata: { ...set.metadata, deletionTimestamp: PRUNED } } : set;
  });
  return { sets: sets.map(withFinalizer), accounts: merged(cluster.accounts, manifests.accounts) };
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
