import * as ec2 from '@aws-sdk/client-ec2';
import { OWNER_TAG } from '../../api/marks.js';
import { type Trial, trial } from './trial.js';

const DryRun = true;
/** Of a range for documentation, RFC 5737: no group has it. */
const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 9, ToPort: 9, IpRanges: [{ CidrIp: '192.0.2.255/32' }] }];

/** What is made carries the mark, as policies ask for it. */
function marked(ResourceType: ec2.ResourceType, Value: string): { TagSpecifications: ec2.TagSpecification[] } {
  return { TagSpecifications: [{ ResourceType, Tags: [{ Key: OWNER_TAG, Value }] }] };
}

/** Calls that would change something, all of them with DryRun: EC2's alone, as no other service has it. */
export const writeTrials: readonly Trial[] = [
  trial('ec2:AuthorizeSecurityGroupIngress ec2:CreateTags', ['group'], (aws, { group: GroupId, ownerId }) =>
    aws.ec2.send(
      new ec2.AuthorizeSecurityGroupIngressCommand({
        DryRun,
        GroupId,
        IpPermissions,
        ...marked('security-group-rule', ownerId),
      }),
    ),
  ),
  trial('ec2:AuthorizeSecurityGroupEgress ec2:CreateTags', ['group'], (aws, { group: GroupId, ownerId }) =>
    aws.ec2.send(
      new ec2.AuthorizeSecurityGroupEgressCommand({
        DryRun,
        GroupId,
        IpPermissions,
        ...marked('security-group-rule', ownerId),
      }),
    ),
  ),
  trial('ec2:UpdateSecurityGroupRuleDescriptionsIngress', ['group'], (aws, { group: GroupId }) =>
    aws.ec2.send(new ec2.UpdateSecurityGroupRuleDescriptionsIngressCommand({ DryRun, GroupId, IpPermissions })),
  ),
  trial('ec2:UpdateSecurityGroupRuleDescriptionsEgress', ['group'], (aws, { group: GroupId }) =>
    aws.ec2.send(new ec2.UpdateSecurityGroupRuleDescriptionsEgressCommand({ DryRun, GroupId, IpPermissions })),
  ),
  trial('ec2:RevokeSecurityGroupIngress', ['group'], (aws, { group: GroupId }) =>
    aws.ec2.send(new ec2.RevokeSecurityGroupIngressCommand({ DryRun, GroupId, IpPermissions })),
  ),
  trial('ec2:RevokeSecurityGroupEgress', ['group'], (aws, { group: GroupId }) =>
    aws.ec2.send(new ec2.RevokeSecurityGroupEgressCommand({ DryRun, GroupId, IpPermissions })),
  ),
  trial('ec2:DeleteTags', ['ownRule'], (aws, { ownRule, ownerId: Value }) =>
    aws.ec2.send(new ec2.DeleteTagsCommand({ DryRun, Resources: [ownRule], Tags: [{ Key: OWNER_TAG, Value }] })),
  ),
  trial('ec2:CreateManagedPrefixList ec2:CreateTags', [], (aws, { ownerId }) =>
    aws.ec2.send(
      new ec2.CreateManagedPrefixListCommand({
        DryRun,
        PrefixListName: 'sallyport-doctor',
        MaxEntries: 1,
        AddressFamily: 'IPv4',
        ...marked('prefix-list', ownerId),
      }),
    ),
  ),
  trial('ec2:ModifyManagedPrefixList', ['ownList'], (aws, { ownList: PrefixListId }) =>
    aws.ec2.send(new ec2.ModifyManagedPrefixListCommand({ DryRun, PrefixListId })),
  ),
  trial('ec2:DeleteManagedPrefixList', ['ownList'], (aws, { ownList: PrefixListId }) =>
    aws.ec2.send(new ec2.DeleteManagedPrefixListCommand({ DryRun, PrefixListId })),
  ),
  trial(
    'ec2:CreateVpcEndpointServiceConfiguration ec2:CreateTags',
    ['loadBalancer'],
    (aws, { loadBalancer, ownerId }) =>
      aws.ec2.send(
        new ec2.CreateVpcEndpointServiceConfigurationCommand({
          DryRun,
          NetworkLoadBalancerArns: [loadBalancer],
          ...marked('vpc-endpoint-service', ownerId),
        }),
      ),
  ),
  trial('ec2:ModifyVpcEndpointServiceConfiguration', ['ownService'], (aws, { ownService: ServiceId }) =>
    aws.ec2.send(new ec2.ModifyVpcEndpointServiceConfigurationCommand({ DryRun, ServiceId })),
  ),
  trial('ec2:ModifyVpcEndpointServicePermissions', ['ownService'], (aws, { ownService: ServiceId }) =>
    aws.ec2.send(new ec2.ModifyVpcEndpointServicePermissionsCommand({ DryRun, ServiceId })),
  ),
  trial(
    'ec2:AcceptVpcEndpointConnections',
    ['ownService', 'ownEndpoint'],
    (aws, { ownService: ServiceId, ownEndpoint }) =>
      aws.ec2.send(new ec2.AcceptVpcEndpointConnectionsCommand({ DryRun, ServiceId, VpcEndpointIds: [ownEndpoint] })),
  ),
  trial(
    'ec2:RejectVpcEndpointConnections',
    ['ownService', 'ownEndpoint'],
    (aws, { ownService: ServiceId, ownEndpoint }) =>
      aws.ec2.send(new ec2.RejectVpcEndpointConnectionsCommand({ DryRun, ServiceId, VpcEndpointIds: [ownEndpoint] })),
  ),
  trial('ec2:DeleteVpcEndpointServiceConfigurations', ['ownService'], (aws, { ownService }) =>
    aws.ec2.send(new ec2.DeleteVpcEndpointServiceConfigurationsCommand({ DryRun, ServiceIds: [ownService] })),
  ),
  trial('ec2:StartVpcEndpointServicePrivateDnsVerification', ['ownService'], (aws, { ownService: ServiceId }) =>
    aws.ec2.send(new ec2.StartVpcEndpointServicePrivateDnsVerificationCommand({ DryRun, ServiceId })),
  ),
  trial('ec2:CreateVpcEndpoint ec2:CreateTags', ['vpc', 'serviceName'], (aws, { vpc: VpcId, serviceName, ownerId }) =>
    aws.ec2.send(
      new ec2.CreateVpcEndpointCommand({
        DryRun,
        VpcEndpointType: 'Interface',
        VpcId,
        ServiceName: serviceName,
        ...marked('vpc-endpoint', ownerId),
      }),
    ),
  ),
  trial('ec2:ModifyVpcEndpoint', ['ownEndpoint'], (aws, { ownEndpoint: VpcEndpointId }) =>
    aws.ec2.send(new ec2.ModifyVpcEndpointCommand({ DryRun, VpcEndpointId })),
  ),
  trial('ec2:DeleteVpcEndpoints', ['ownEndpoint'], (aws, { ownEndpoint }) =>
    aws.ec2.send(new ec2.DeleteVpcEndpointsCommand({ DryRun, VpcEndpointIds: [ownEndpoint] })),
  ),
  trial('ec2:CreateSecurityGroup ec2:CreateTags', ['vpc'], (aws, { vpc: VpcId, ownerId }) =>
    aws.ec2.send(
      new ec2.CreateSecurityGroupCommand({
        DryRun,
        VpcId,
        GroupName: 'sallyport-doctor',
        Description: 'never made',
        ...marked('security-group', ownerId),
      }),
    ),
  ),
  trial('ec2:DeleteSecurityGroup', ['ownGroup'], (aws, { ownGroup: GroupId }) =>
    aws.ec2.send(new ec2.DeleteSecurityGroupCommand({ DryRun, GroupId })),
  ),
  trial('ec2:CreateLaunchTemplateVersion', ['launchTemplate'], (aws, { launchTemplate: LaunchTemplateId }) =>
    aws.ec2.send(new ec2.CreateLaunchTemplateVersionCommand({ DryRun, LaunchTemplateId, LaunchTemplateData: {} })),
  ),
];
