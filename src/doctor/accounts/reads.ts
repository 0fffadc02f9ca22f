import * as ec2 from '@aws-sdk/client-ec2';
import * as eks from '@aws-sdk/client-eks';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as ram from '@aws-sdk/client-ram';
import * as route53 from '@aws-sdk/client-route-53';
import * as quotas from '@aws-sdk/client-service-quotas';
import * as wafv2 from '@aws-sdk/client-wafv2';
import { type Trial, trial } from './trial.js';

const DryRun = true;

/** Reads: of EC2 without an answer, of the others with the smallest page. */
export const readTrials: readonly Trial[] = [
  trial('ec2:DescribeSecurityGroups', [], (aws) => aws.ec2.send(new ec2.DescribeSecurityGroupsCommand({ DryRun }))),
  trial('ec2:DescribeSecurityGroupRules', [], (aws) =>
    aws.ec2.send(new ec2.DescribeSecurityGroupRulesCommand({ DryRun })),
  ),
  trial('ec2:DescribeManagedPrefixLists', [], (aws) =>
    aws.ec2.send(new ec2.DescribeManagedPrefixListsCommand({ DryRun })),
  ),
  trial('ec2:GetManagedPrefixListEntries', ['ownList'], (aws, { ownList: PrefixListId }) =>
    aws.ec2.send(new ec2.GetManagedPrefixListEntriesCommand({ DryRun, PrefixListId })),
  ),
  trial('ec2:GetManagedPrefixListAssociations', ['ownList'], (aws, { ownList: PrefixListId }) =>
    aws.ec2.send(new ec2.GetManagedPrefixListAssociationsCommand({ DryRun, PrefixListId })),
  ),
  trial('ec2:DescribeNatGateways', [], (aws) => aws.ec2.send(new ec2.DescribeNatGatewaysCommand({ DryRun }))),
  trial('ec2:DescribeAddresses', [], (aws) => aws.ec2.send(new ec2.DescribeAddressesCommand({ DryRun }))),
  trial('ec2:DescribeVpcs', [], (aws) => aws.ec2.send(new ec2.DescribeVpcsCommand({ DryRun }))),
  trial('ec2:DescribeSubnets', [], (aws) => aws.ec2.send(new ec2.DescribeSubnetsCommand({ DryRun }))),
  trial('ec2:DescribeVpcEndpoints', [], (aws) => aws.ec2.send(new ec2.DescribeVpcEndpointsCommand({ DryRun }))),
  trial('ec2:DescribeVpcEndpointServices', [], (aws) =>
    aws.ec2.send(new ec2.DescribeVpcEndpointServicesCommand({ DryRun })),
  ),
  trial('ec2:DescribeVpcEndpointServiceConfigurations', [], (aws) =>
    aws.ec2.send(new ec2.DescribeVpcEndpointServiceConfigurationsCommand({ DryRun })),
  ),
  trial('ec2:DescribeVpcEndpointConnections', [], (aws) =>
    aws.ec2.send(new ec2.DescribeVpcEndpointConnectionsCommand({ DryRun })),
  ),
  trial('ec2:DescribeVpcEndpointServicePermissions', ['ownService'], (aws, { ownService: ServiceId }) =>
    aws.ec2.send(new ec2.DescribeVpcEndpointServicePermissionsCommand({ DryRun, ServiceId })),
  ),
  trial('ec2:DescribeLaunchTemplateVersions', ['launchTemplate'], (aws, { launchTemplate: LaunchTemplateId }) =>
    aws.ec2.send(new ec2.DescribeLaunchTemplateVersionsCommand({ DryRun, LaunchTemplateId })),
  ),
  trial('elasticloadbalancing:DescribeLoadBalancers', [], (aws) =>
    aws.elasticLoadBalancing.send(new elb.DescribeLoadBalancersCommand({ PageSize: 1 })),
  ),
  trial('elasticloadbalancing:DescribeTags', ['loadBalancer'], (aws, { loadBalancer }) =>
    aws.elasticLoadBalancing.send(new elb.DescribeTagsCommand({ ResourceArns: [loadBalancer] })),
  ),
  trial('eks:DescribeCluster', ['cluster'], (aws, { cluster: name }) =>
    aws.eks.send(new eks.DescribeClusterCommand({ name })),
  ),
  trial('eks:ListPodIdentityAssociations', ['cluster'], (aws, { cluster: clusterName }) =>
    aws.eks.send(new eks.ListPodIdentityAssociationsCommand({ clusterName, maxResults: 1 })),
  ),
  trial('ram:GetResourceShares', [], (aws) =>
    aws.ram.send(new ram.GetResourceSharesCommand({ resourceOwner: 'SELF', maxResults: 1 })),
  ),
  trial('ram:GetResourceShareAssociations', [], (aws) =>
    aws.ram.send(new ram.GetResourceShareAssociationsCommand({ associationType: 'PRINCIPAL', maxResults: 1 })),
  ),
  trial('route53:ListHostedZones', [], (aws) => aws.route53.send(new route53.ListHostedZonesCommand({ MaxItems: 1 }))),
  trial('route53:GetHostedZone', ['zone'], (aws, { zone: Id }) =>
    aws.route53.send(new route53.GetHostedZoneCommand({ Id })),
  ),
  trial('route53:ListResourceRecordSets', ['zone'], (aws, { zone: HostedZoneId }) =>
    aws.route53.send(new route53.ListResourceRecordSetsCommand({ HostedZoneId, MaxItems: 1 })),
  ),
  trial('route53:ListVPCAssociationAuthorizations', ['zone'], (aws, { zone: HostedZoneId }) =>
    aws.route53.send(new route53.ListVPCAssociationAuthorizationsCommand({ HostedZoneId, MaxResults: 1 })),
  ),
  trial('servicequotas:GetServiceQuota', [], (aws) =>
    aws.serviceQuotas.send(new quotas.GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: 'L-0EA8095F' })),
  ),
  trial('wafv2:ListIPSets', [], (aws) => aws.wafv2.send(new wafv2.ListIPSetsCommand({ Scope: 'REGIONAL', Limit: 1 }))),
];
