import { createHash } from 'node:crypto';
import type { Wire } from './ec2-wire.js';
import { tagSet } from './ec2-wire.js';

export interface Entry {
  cidr: string;
  description: string | undefined;
}

export interface PrefixList {
  readonly id: string;
  readonly ownerId: string;
  readonly region: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly tags: Map<string, string>;
  name: string;
  /** `create-in-progress` and so on. */
  state: string;
  stateMessage?: string;
  /** What it counts for in the quota of whatever refers to it. */
  weight: number;
  /** Of versions 1, 2 and so on. */
  versions: Entry[][];
}

export function arnOf({ id, ownerId, region }: PrefixList): string {
  return `arn:aws:ec2:${region}:${ownerId === 'AWS' ? 'aws' : ownerId}:prefix-list/${id}`;
}

/** As `accountId` sees it: tags are their owner's, and AWS's lists have neither size nor version. */
export function wireOf(list: PrefixList, accountId: string): Wire {
  const own = list.ownerId === accountId;
  return {
    prefixListId: list.id,
    addressFamily: list.family,
    state: list.state,
    stateMessage: list.stateMessage,
    prefixListArn: arnOf(list),
    prefixListName: list.name,
    ...(list.ownerId !== 'AWS' && { maxEntries: list.weight, version: list.versions.length }),
    ownerId: list.ownerId,
    ...(own && { tagSet: tagSet(list.tags) }),
  };
}

/**
 * Some of the lists that AWS keeps in each region, with their weights.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
export function awsPrefixLists(region: string): PrefixList[] {
  const list = (name: string, weight: number, ...cidrs: string[]): PrefixList => ({
    id: `pl-${createHash('sha256').update(`${region} ${name}`).digest('hex').slice(0, 8)}`,
    ownerId: 'AWS',
    region,
    family: cidrs[0]?.includes(':') ? 'IPv6' : 'IPv4',
    tags: new Map(),
    name,
    state: 'create-complete',
    weight,
    versions: [cidrs.map((cidr) => ({ cidr, description: undefined }))],
  });
  return [
    list(`com.amazonaws.${region}.s3`, 1, '52.216.0.0/15', '3.5.0.0/19', '54.231.0.0/16'),
    list(`com.amazonaws.${region}.dynamodb`, 1, '52.94.0.0/22', '52.119.224.0/20'),
    list('com.amazonaws.global.cloudfront.origin-facing', 55, '13.124.199.0/24', '130.176.0.0/18', '15.158.0.0/16'),
    list(`com.amazonaws.${region}.ipv6.vpc-lattice`, 10, 'fd00:ec2:80::/64'),
  ];
}
