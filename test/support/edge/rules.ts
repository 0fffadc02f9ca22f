import type { SecurityGroup, SecurityGroupRule } from '@aws-sdk/client-ec2';

/** A rule of a group and direction. */
export interface Rule {
  /** What tells it apart; the description doesn't. */
  identity: string;
  /** What it counts for in the quota of each family. */
  weight: Weight;
}

export interface Weight {
  IPv4: number;
  IPv6: number;
}

export type PeerKind = 'CidrIp' | 'CidrIpv6' | 'GroupId' | 'PrefixListId';

const PROTOCOLS: Record<string, string> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };

/**
 * IPv4 and IPv6 are counted apart; a rule that refers to a group counts in both, one that refers to a prefix list for
 * as many as that may hold.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 * https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
 */
export function weightOfPeer(kind: PeerKind, peer: string, weightOfList: (id: string) => Weight): Weight {
  if (kind === 'PrefixListId') return weightOfList(peer);
  return { IPv4: kind === 'CidrIpv6' ? 0 : 1, IPv6: kind === 'CidrIp' ? 0 : 1 };
}

export function rulesOf(
  { IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup,
  egress: boolean,
  weightOfList: (id: string) => Weight,
): Rule[] {
  return (egress ? IpPermissionsEgress : IpPermissions).flatMap((permission) => {
    const rule = (kind: PeerKind, peer = ''): Rule => ({
      identity: identityOf(permission.IpProtocol ?? '', permission.FromPort, permission.ToPort, peer),
      weight: weightOfPeer(kind, peer, weightOfList),
    });
    return [
      ...(permission.IpRanges ?? []).map(({ CidrIp }) => rule('CidrIp', CidrIp)),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => rule('CidrIpv6', CidrIpv6)),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => rule('GroupId', GroupId)),
      ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => rule('PrefixListId', PrefixListId)),
    ];
  });
}

/** Whether rules of one group and direction are within the quota of each family. */
export function fits(rules: readonly Rule[], quota: number): boolean {
  return (['IPv4', 'IPv6'] as const).every(
    (family) => rules.reduce((sum, { weight }) => sum + weight[family], 0) <= quota,
  );
}

export function identityOfRule(rule: SecurityGroupRule): string {
  const peer = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? '';
  return identityOf(rule.IpProtocol ?? '', rule.FromPort, rule.ToPort, peer);
}

export function identityOf(protocol: string, from: unknown, to: unknown, peer: string): string {
  const name = PROTOCOLS[protocol] ?? protocol.toLowerCase();
  return name === '-1' || name === 'all' ? `all ${peer}` : `${name} ${from}-${to} ${peer}`;
}
