import { covers } from '../../../net/cover.js';
import type { SetWish } from '../../wish.js';
import type { ObservedCluster } from './observed.js';

/** What one set wants of one cluster. */
export interface ClusterWish {
  wish: SetWish;
  /** Names of the targets that name the cluster. */
  targets: string[];
  acceptLockout: boolean;
}

export function wishesForCluster(cluster: string, wishes: ReadonlyMap<string, SetWish>): ClusterWish[] {
  return [...wishes.values()].flatMap((wish) => {
    const naming = wish.targets.eksPublicAccess?.filter(({ clusters }) => clusters.includes(cluster)) ?? [];
    const targets = naming.map(({ name }) => name);
    return naming.length > 0 ? [{ wish, targets, acceptLockout: naming.some((target) => target.acceptLockout) }] : [];
  });
}

/**
 * Addresses from which nobody comes to a public endpoint. EKS refuses a list with any of them:
 * https://docs.aws.amazon.com/eks/latest/userguide/config-cluster-endpoint.html
 */
const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  'fe80::/10',
];

/** The CIDRs of a set: those that the cluster's endpoint can let in, and the others by why it can't. */
export function sortedOut({ cidrs }: SetWish, { dualStack }: ObservedCluster) {
  const all = cidrs.map(({ cidr }) => cidr);
  const unroutable = all.filter((cidr) => PRIVATE.some((network) => covers(network, cidr)));
  const ipv6 = all.filter((cidr) => !dualStack && cidr.includes(':') && !unroutable.includes(cidr));
  return { accepted: all.filter((cidr) => !unroutable.includes(cidr) && !ipv6.includes(cidr)), ipv6, unroutable };
}
