import { OWNER_TAG } from '../../../api/marks.js';
import { SET_TAG } from '../mark.js';

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
  /** The update of the list that this process began last, where it failed. */
  failed?: FailedUpdate;
}

export interface FailedUpdate {
  /** What the list was to become. */
  cidrs: readonly string[];
  /** In the words of EKS, as far as it tells. */
  why: string;
  /** Whether it is time to try again. */
  due: boolean;
}

/** The set of this install that has the cluster's access list. */
export function holderOf({ tags }: ObservedCluster, ownerId: string): string | undefined {
  return tags[OWNER_TAG] === ownerId ? tags[SET_TAG] : undefined;
}

/** Whether another install has the list. */
export function isForeign({ tags }: ObservedCluster, ownerId: string): boolean {
  return tags[OWNER_TAG] !== undefined && tags[OWNER_TAG] !== ownerId;
}
