import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as route53 from '@aws-sdk/client-route-53';
import type { Command, MetadataBearer } from '@smithy/types';
import type { AwsResult, ServiceScope } from '../aws/call.js';
import type { AwsScope } from '../aws/services.js';

const byEc2 = by((aws) => aws.ec2);
const byElb = by((aws) => aws.elasticLoadBalancing);
const byRoute53 = by((aws) => aws.route53);

/** Every call that changes something, by AWS's name of it. An operation is one of these with its input. */
export const CALLS = {
  CreateVpcEndpointServiceConfiguration: byEc2(ec2.CreateVpcEndpointServiceConfigurationCommand),
  ModifyVpcEndpointServiceConfiguration: byEc2(ec2.ModifyVpcEndpointServiceConfigurationCommand),
  ModifyVpcEndpointServicePermissions: byEc2(ec2.ModifyVpcEndpointServicePermissionsCommand),
  StartVpcEndpointServicePrivateDnsVerification: byEc2(ec2.StartVpcEndpointServicePrivateDnsVerificationCommand),
  AcceptVpcEndpointConnections: byEc2(ec2.AcceptVpcEndpointConnectionsCommand),
  RejectVpcEndpointConnections: byEc2(ec2.RejectVpcEndpointConnectionsCommand),
  DeleteVpcEndpointServiceConfigurations: byEc2(ec2.DeleteVpcEndpointServiceConfigurationsCommand),
  SetSecurityGroups: byElb(elb.SetSecurityGroupsCommand),
  CreateSecurityGroup: byEc2(ec2.CreateSecurityGroupCommand),
  DeleteSecurityGroup: byEc2(ec2.DeleteSecurityGroupCommand),
  CreateTags: byEc2(ec2.CreateTagsCommand),
  DeleteTags: byEc2(ec2.DeleteTagsCommand),
  CreateVpcEndpoint: byEc2(ec2.CreateVpcEndpointCommand),
  ModifyVpcEndpoint: byEc2(ec2.ModifyVpcEndpointCommand),
  DeleteVpcEndpoints: byEc2(ec2.DeleteVpcEndpointsCommand),
  CreateHostedZone: byRoute53(route53.CreateHostedZoneCommand),
  DeleteHostedZone: byRoute53(route53.DeleteHostedZoneCommand),
  CreateVPCAssociationAuthorization: byRoute53(route53.CreateVPCAssociationAuthorizationCommand),
  AssociateVPCWithHostedZone: byRoute53(route53.AssociateVPCWithHostedZoneCommand),
  DeleteVPCAssociationAuthorization: byRoute53(route53.DeleteVPCAssociationAuthorizationCommand),
  DisassociateVPCFromHostedZone: byRoute53(route53.DisassociateVPCFromHostedZoneCommand),
  ChangeResourceRecordSets: byRoute53(route53.ChangeResourceRecordSetsCommand),
};

export type Action = keyof typeof CALLS;
type InputOf<A extends Action> = Parameters<(typeof CALLS)[A]>[1];

/** A call as data. */
export type Request = { [A in Action]: { action: A; input: InputOf<A> } }[Action];

function by<In extends object, Out extends MetadataBearer, Config>(
  road: (aws: AwsScope) => ServiceScope<In, Out, Config>,
) {
  return <I extends In, O extends Out>(Called: new (input: I) => Command<In, I, Out, O, Config>) =>
    (aws: AwsScope, input: I): Promise<AwsResult<O>> =>
      road(aws).send(new Called(input));
}
