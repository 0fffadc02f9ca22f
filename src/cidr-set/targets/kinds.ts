import type { AwsResult } from '../../aws/call.js';
import type { AwsError } from '../../aws/errors.js';
import { eksPublicAccess } from './eks-public-access/kind.js';
import type { ObservedCluster } from './eks-public-access/observed.js';
import type { TargetKind } from './kind.js';
import { prefixLists } from './prefix-lists/kind.js';
import type { ObservedPrefixLists } from './prefix-lists/observed.js';
import { securityGroups } from './security-groups/kind.js';
import type { ObservedGroup } from './security-groups/observed.js';
import { wafIpSets } from './waf-ip-sets/kind.js';
import type { ObservedIpSet } from './waf-ip-sets/observed.js';

/** What was read of one scope. Absent: nobody asks for the kind there. */
export interface ObservedScope {
  securityGroups?: AwsResult<ObservedGroup[]>;
  prefixLists?: AwsResult<ObservedPrefixLists>;
  wafIpSets?: AwsResult<ObservedIpSet[]>;
  eksPublicAccess?: AwsResult<ObservedCluster[]>;
}

/** The kinds of target in AWS. */
export const kinds: readonly (TargetKind & { name: keyof ObservedScope })[] = [
  securityGroups,
  prefixLists,
  wafIpSets,
  eksPublicAccess,
];

export function readFailures(observed: ObservedScope): AwsError[] {
  return Object.values(observed).flatMap((part: AwsResult<unknown>) => (part.ok ? [] : [part.error]));
}
