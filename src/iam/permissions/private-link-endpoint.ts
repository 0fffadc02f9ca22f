import { asMadeBy, MARKED, OWN, type Permission, permissionsOf } from '../permission.js';

const of = permissionsOf('private-link-endpoint');

const SERVICE = 'ec2:*:*:vpc-endpoint-service/*';
const ENDPOINT = 'ec2:*:*:vpc-endpoint/*';
const GROUP = 'ec2:*:*:security-group/*';
const SUBNET = 'ec2:*:*:subnet/*';
const VPC = 'ec2:*:*:vpc/*';
const ZONE = 'route53:::hostedzone/*';

const service = of('service', [
  {
    sid: 'FindServices',
    actions: ['ec2:DescribeVpcEndpointServiceConfigurations', 'ec2:DescribeVpcEndpointConnections'],
    resources: ['*'],
    why: 'find its endpoint services, and who is connected',
  },
  {
    sid: 'FindLoadBalancers',
    actions: ['elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeTags'],
    resources: ['*'],
    why: 'find the network load balancer',
  },
  {
    sid: 'ReadServices',
    actions: ['ec2:DescribeVpcEndpointServicePermissions'],
    resources: [SERVICE],
    conditions: [OWN],
    why: 'see who may use its endpoint services',
  },
  {
    sid: 'MakeServices',
    actions: ['ec2:CreateVpcEndpointServiceConfiguration'],
    resources: [SERVICE],
    conditions: [MARKED],
    why: 'make endpoint services',
  },
  {
    sid: 'MarkServices',
    actions: ['ec2:CreateTags'],
    resources: [SERVICE],
    conditions: [asMadeBy('CreateVpcEndpointServiceConfiguration')],
    why: 'mark endpoint services as they are made',
  },
  {
    sid: 'ChangeServices',
    actions: [
      'ec2:ModifyVpcEndpointServiceConfiguration',
      'ec2:ModifyVpcEndpointServicePermissions',
      'ec2:AcceptVpcEndpointConnections',
      'ec2:RejectVpcEndpointConnections',
      'ec2:DeleteVpcEndpointServiceConfigurations',
      'ec2:DeleteTags',
    ],
    resources: [SERVICE],
    conditions: [OWN],
    why: 'change and delete its endpoint services, accept and reject connections to them, or leave them in place',
  },
]);

const enforceSecurityGroups = of('enforceSecurityGroups', [
  {
    sid: 'ChangeLoadBalancers',
    actions: ['elasticloadbalancing:SetSecurityGroups'],
    // The load balancer is somebody else's.
    resources: ['elasticloadbalancing:*:*:loadbalancer/net/*/*'],
    why: "have a load balancer's security groups apply to PrivateLink, or not",
  },
]);

const proof = of('provider.privateDns', [
  {
    sid: 'VerifyNames',
    actions: ['ec2:StartVpcEndpointServicePrivateDnsVerification'],
    resources: [SERVICE],
    conditions: [OWN],
    why: 'have AWS look for the proof of a private DNS name',
  },
  {
    sid: 'ReadProofs',
    actions: ['route53:ListResourceRecordSets'],
    resources: [ZONE],
    why: 'see whether the proof is there',
  },
  {
    sid: 'WriteProofs',
    actions: ['route53:ChangeResourceRecordSets'],
    resources: [ZONE],
    conditions: [
      {
        operator: 'ForAllValues:StringEquals',
        key: 'route53:ChangeResourceRecordSetsRecordTypes',
        values: ['TXT'],
      },
    ],
    why: 'write the proof into the public zone',
  },
]);

const endpoints = of('endpoints', [
  {
    sid: 'FindEndpoints',
    actions: [
      'ec2:DescribeVpcEndpoints',
      'ec2:DescribeVpcEndpointServices',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'ec2:DescribeSecurityGroups',
    ],
    resources: ['*'],
    why: 'find its endpoints and groups, VPCs and subnets for them, and the service that is offered',
  },
  {
    sid: 'MakeEndpoints',
    actions: ['ec2:CreateVpcEndpoint', 'ec2:CreateSecurityGroup'],
    resources: [ENDPOINT, GROUP],
    conditions: [MARKED],
    why: 'make endpoints, and groups for them',
  },
  {
    sid: 'MakeEndpointsIn',
    // What an endpoint is made of is somebody else's, as a group may be that is given for it.
    actions: ['ec2:CreateVpcEndpoint', 'ec2:ModifyVpcEndpoint'],
    resources: [VPC, SUBNET, GROUP],
    why: 'place endpoints in VPCs, subnets and groups',
  },
  {
    sid: 'MakeGroupsIn',
    actions: ['ec2:CreateSecurityGroup'],
    resources: [VPC],
    why: 'place groups in VPCs',
  },
  {
    sid: 'MarkEndpoints',
    actions: ['ec2:CreateTags'],
    resources: [ENDPOINT, GROUP],
    conditions: [asMadeBy('CreateVpcEndpoint', 'CreateSecurityGroup')],
    why: 'mark endpoints and groups as they are made',
  },
  {
    sid: 'ChangeEndpoints',
    actions: [
      'ec2:ModifyVpcEndpoint',
      'ec2:DeleteVpcEndpoints',
      'ec2:DeleteSecurityGroup',
      'ec2:CreateTags',
      'ec2:DeleteTags',
    ],
    resources: [ENDPOINT, GROUP],
    conditions: [OWN],
    why: 'change, tag and delete its endpoints and groups, or leave them in place',
  },
]);

const privateDns = of('consumer.privateDns', [
  {
    sid: 'AnswerToPublicName',
    // EC2 does it in the caller's name. What it makes has no ARN that could be known before.
    actions: ['route53:AssociateVPCWithHostedZone'],
    resources: ['*'],
    why: 'have an endpoint answer to its private DNS name in the VPC',
  },
]);

const otherRegions = of('otherRegions', [
  {
    sid: 'UseOtherRegions',
    actions: ['vpce:AllowMultiRegion'],
    resources: [SERVICE, ENDPOINT],
    why: 'serve endpoints of other regions, and make such',
  },
]);

/** Route 53 knows no tags of hosted zones in IAM: what is narrowed here is narrowed by the types of records, and by names where they are known. */
const names = of('names', [
  {
    sid: 'FindZones',
    actions: ['route53:ListHostedZones'],
    resources: ['*'],
    why: 'find private zones',
  },
  {
    sid: 'FindZoneVpcs',
    // Route 53 asks in the caller's name when it makes or associates a zone.
    actions: ['ec2:DescribeVpcs'],
    resources: ['*'],
    why: 'have Route 53 see the VPC of a private zone',
  },
  {
    sid: 'ReadZones',
    actions: ['route53:GetHostedZone', 'route53:ListResourceRecordSets', 'route53:ListVPCAssociationAuthorizations'],
    resources: [ZONE],
    why: 'read private zones',
  },
  {
    sid: 'MakeZones',
    actions: ['route53:CreateHostedZone'],
    resources: ['*'],
    why: 'make private zones',
  },
  {
    sid: 'ChangeZones',
    actions: [
      'route53:DeleteHostedZone',
      'route53:AssociateVPCWithHostedZone',
      'route53:DisassociateVPCFromHostedZone',
      'route53:CreateVPCAssociationAuthorization',
      'route53:DeleteVPCAssociationAuthorization',
    ],
    resources: [ZONE],
    why: 'delete private zones, and bring them into VPCs',
  },
  {
    sid: 'WriteRecords',
    actions: ['route53:ChangeResourceRecordSets'],
    resources: [ZONE],
    conditions: [
      {
        operator: 'ForAllValues:StringEquals',
        key: 'route53:ChangeResourceRecordSetsRecordTypes',
        values: ['A', 'CNAME', 'TXT'],
      },
    ],
    why: 'write records of private names, and whose they are',
  },
]);

export const privateLinkEndpointPermissions: readonly Permission[] = [
  ...service,
  ...enforceSecurityGroups,
  ...proof,
  ...endpoints,
  ...privateDns,
  ...otherRegions,
  ...names,
];
