import type { ClusterTargetName } from '../cidr-set/cluster/kind.js';
import type { AwsSourceKind } from '../cidr-set/sources/source.js';
import type { TargetName } from '../cidr-set/targets/kind.js';
import type { Feature } from '../iam/permission.js';
import { permissions } from '../iam/permissions.js';

type Read = Exclude<TargetName, ClusterTargetName> | AwsSourceKind | 'privateLinkEndpoints' | 'runnerPools';

const FEATURES = {
  securityGroups: ['securityGroups'],
  prefixLists: ['prefixLists', 'shareWith'],
  wafIpSets: ['wafIpSets'],
  eksPublicAccess: ['eksPublicAccess'],
  privateLinkEndpoints: ['service', 'provider.privateDns', 'endpoints', 'names'],
  runnerPools: ['launchTemplate', 'podIdentity'],
  natGateways: ['natGateways'],
  elasticIps: ['elasticIps'],
  vpcs: ['vpcs'],
} as const satisfies Record<Read, readonly Feature[]>;

/** The IAM actions that reading takes. Each role also needs to be one that the caller may assume. */
export const READS = Object.fromEntries(
  Object.entries(FEATURES).map(([what, features]) => [what, actionsOf(features)]),
) as Record<Read, string[]>;

function actionsOf(features: readonly Feature[]): string[] {
  const read = permissions.filter(({ feature, access }) => access === 'Read' && features.includes(feature));
  return [...new Set(read.flatMap(({ actions }) => actions))];
}

export function isRead(name: string): name is Read {
  return name in READS;
}
