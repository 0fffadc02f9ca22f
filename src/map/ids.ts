import type { ObjectMeta } from '../kube/resource.js';

export function endpointId({ namespace, name }: ObjectMeta): string {
  return `endpoint/${namespace}/${name}`;
}

export function poolId({ namespace, name }: ObjectMeta): string {
  return `pool/${namespace}/${name}`;
}

/** Of a region of an account; without both, of the cluster's NetworkPolicies. */
export function placeId({ account, region }: { account?: string; region?: string }): string {
  return account ? `region/${account}/${region}` : 'cluster/policies';
}
