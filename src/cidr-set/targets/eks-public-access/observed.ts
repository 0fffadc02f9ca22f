import { OWNER_TAG, SET_TAG } from '../mark.js';

export interface ObservedCluster {
  name: string;
  arn: string;
  /** EKS's: `ACTIVE`, `UPDATING` ... */
  status: string;
  publicAccess: boolean;
  privateAccess: boolean;
  /** Whether its endpoints have IPv6 addresses, without which they let no IPv6 in. */
  dualStack: boolean;
  /** Canonical, see net/cidr. */
  publicAccessCidrs: string[];
  tags: Record<string, string>;
}

/** The set of this install that has the cluster's access list. */
export function holderOf({ tags }: ObservedCluster, ownerId: string): string | undefined {
  return tags[OWNER_TAG] === ownerId ? tags[SET_TAG] : undefined;
}

/** Whether another install has the list. */
export function isForeign({ tags }: ObservedCluster, ownerId: string): boolean {
  return tags[OWNER_TAG] !== undefined && tags[OWNER_TAG] !== ownerId;
}
