import * as ec2 from '@aws-sdk/client-ec2';
import {
  SetSecurityGroupsCommand,
  type SetSecurityGroupsCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as route53 from '@aws-sdk/client-route-53';
import type { AwsScope } from '../aws/services.js';

/** Every call that changes something, by AWS's name of it. An operation is one of these with its input. */
export const CALLS = {
  CreateVpcEndpointServiceConfiguration: (
    aws: AwsScope,
    input: ec2.CreateVpcEndpointServiceConfigurationCommandInput,
  ) => aws.ec2.send(new ec2.CreateVpcEndpointServiceConfigurationCommand(input)),
  ModifyVpcEndpointServiceConfiguration: (
    aws: AwsScope,
    input: ec2.ModifyVpcEndpointServiceConfigurationCommandInput,
  ) => aws.ec2.send(new ec2.ModifyVpcEndpointServiceConfigurationCommand(input)),
  ModifyVpcEndpointServicePermissions: (aws: AwsScope, input: ec2.ModifyVpcEndpointServicePermissionsCommandInput) =>
    aws.ec2.send(new ec2.ModifyVpcEndpointServicePermissionsCommand(input)),
  StartVpcEndpointServicePrivateDnsVerification: (
    aws: AwsScope,
    input: ec2.StartVpcEndpointServicePrivateDnsVerificationCommandInput,
  ) => aws.ec2.send(new ec2.StartVpcEndpointServicePrivateDnsVerificationCommand(input)),
  AcceptVpcEndpointConnections: (aws: AwsScope, input: ec2.AcceptVpcEndpointConnectionsCommandInput) =>
    aws.ec2.send(new ec2.AcceptVpcEndpointConnectionsCommand(input)),
  RejectVpcEndpointConnections: (aws: AwsScope, input: ec2.RejectVpcEndpointConnectionsCommandInput) =>
    aws.ec2.send(new ec2.RejectVpcEndpointConnectionsCommand(input)),
  DeleteVpcEndpointServiceConfigurations: (
    aws: AwsScope,
    input: ec2.DeleteVpcEndpointServiceConfigurationsCommandInput,
  ) => aws.ec2.send(new ec2.DeleteVpcEndpointServiceConfigurationsCommand(input)),
  SetSecurityGroups: (aws: AwsScope, input: SetSecurityGroupsCommandInput) =>
    aws.elasticLoadBalancing.send(new SetSecurityGroupsCommand(input)),
  CreateSecurityGroup: (aws: AwsScope, input: ec2.CreateSecurityGroupCommandInput) =>
    aws.ec2.send(new ec2.CreateSecurityGroupCommand(input)),
  DeleteSecurityGroup: (aws: AwsScope, input: ec2.DeleteSecurityGroupCommandInput) =>
    aws.ec2.send(new ec2.DeleteSecurityGroupCommand(input)),
  CreateTags: (aws: AwsScope, input: ec2.CreateTagsCommandInput) => aws.ec2.send(new ec2.CreateTagsCommand(input)),
  DeleteTags: (aws: AwsScope, input: ec2.DeleteTagsCommandInput) => aws.ec2.send(new ec2.DeleteTagsCommand(input)),
  CreateVpcEndpoint: (aws: AwsScope, input: ec2.CreateVpcEndpointCommandInput) =>
    aws.ec2.send(new ec2.CreateVpcEndpointCommand(input)),
  ModifyVpcEndpoint: (aws: AwsScope, input: ec2.ModifyVpcEndpointCommandInput) =>
    aws.ec2.send(new ec2.ModifyVpcEndpointCommand(input)),
  DeleteVpcEndpoints: (aws: AwsScope, input: ec2.DeleteVpcEndpointsCommandInput) =>
    aws.ec2.send(new ec2.DeleteVpcEndpointsCommand(input)),
  CreateHostedZone: (aws: AwsScope, input: route53.CreateHostedZoneCommandInput) =>
    aws.route53.send(new route53.CreateHostedZoneCommand(input)),
  DeleteHostedZone: (aws: AwsScope, input: route53.DeleteHostedZoneCommandInput) =>
    aws.route53.send(new route53.DeleteHostedZoneCommand(input)),
  CreateVPCAssociationAuthorization: (aws: AwsScope, input: route53.CreateVPCAssociationAuthorizationCommandInput) =>
    aws.route53.send(new route53.CreateVPCAssociationAuthorizationCommand(input)),
  AssociateVPCWithHostedZone: (aws: AwsScope, input: route53.AssociateVPCWithHostedZoneCommandInput) =>
    aws.route53.send(new route53.AssociateVPCWithHostedZoneCommand(input)),
  DeleteVPCAssociationAuthorization: (aws: AwsScope, input: route53.DeleteVPCAssociationAuthorizationCommandInput) =>
    aws.route53.send(new route53.DeleteVPCAssociationAuthorizationCommand(input)),
  DisassociateVPCFromHostedZone: (aws: AwsScope, input: route53.DisassociateVPCFromHostedZoneCommandInput) =>
    aws.route53.send(new route53.DisassociateVPCFromHostedZoneCommand(input)),
  ChangeResourceRecordSets: (aws: AwsScope, input: route53.ChangeResourceRecordSetsCommandInput) =>
    aws.route53.send(new route53.ChangeResourceRecordSetsCommand(input)),
};

export type Action = keyof typeof CALLS;
type InputOf<A extends Action> = Parameters<(typeof CALLS)[A]>[1];

/** A call as data. */
export type Request = { [A in Action]: { action: A; input: InputOf<A> } }[Action];
