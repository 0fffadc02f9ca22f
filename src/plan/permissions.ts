import type { ClusterTargetName } from '../cidr-set/cluster/kind.js';
import type { AwsSourceKind } from '../cidr-set/sources/source.js';
import type { TargetName } from '../cidr-set/targets/kind.js';

type Read = Exclude<TargetName, ClusterTargetName> | AwsSourceKind | 'privateLinkEndpoints';

/** The IAM actions that reading takes. Each role also needs to be one that the caller may assume. */
export const READS: Record<Read, string[]> = {
  securityGroups: [
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSecurityGroupRules',
    'ec2:DescribeManagedPrefixLists',
    'servicequotas:GetServiceQuota',
  ],
  prefixLists: [
    'ec2:DescribeManagedPrefixLists',
    'ec2:GetManagedPrefixListEntries',
    'ec2:GetManagedPrefixListAssociations',
    'ram:GetResourceShares',
    'ram:GetResourceShareAssociations',
  ],
  wafIpSets: ['wafv2:ListIPSets', 'wafv2:GetIPSet'],
  eksPublicAccess: ['eks:DescribeCluster'],
  privateLinkEndpoints: [
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpointConnections',
    'ec2:DescribeVpcEndpointServiceConfigurations',
    'ec2:DescribeVpcEndpointServicePermissions',
    'ec2:DescribeVpcEndpointServices',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcs',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTags',
    'route53:GetHostedZone',
    'route53:ListHostedZones',
    'route53:ListResourceRecordSets',
    'route53:ListVPCAssociationAuthorizations',
  ],
  natGateways: ['ec2:DescribeNatGateways'],
  elasticIps: ['ec2:DescribeAddresses'],
  vpcs: ['ec2:DescribeVpcs'],
};

export function isRead(name: string): name is Read {
  return name in READS;
}
