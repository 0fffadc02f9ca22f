import type { EdgeCall } from '../call.js';
import { askedTags, strings, structures } from '../ec2-wire.js';
import type { Question } from './evaluate.js';

/**
 * What IAM is asked about a call: its resources, condition keys and further actions, as the Service Authorization
 * Reference has them. About what is not here IAM is asked for the action of its name and no resource.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function questionsOf(call: EdgeCall): Question[] {
  const own = `${call.service}:${call.action}`;
  const asked = QUESTIONS[own]?.(call) ?? [ANY];
  return asked.map(({ action = own, resource, keys = {} }) => ({ action, resource, keys }));
}

type Asked = Pick<Question, 'resource'> & Partial<Question>;
type Ask = (call: EdgeCall) => Asked[];

const ANY: Asked = { resource: '*' };

function arn({ service, region, accountId }: EdgeCall, rest: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${rest}`;
}

function tagKeys(tags: readonly (readonly [key: string, value?: string | undefined])[]): Question['keys'] {
  const values = tags.flatMap(([key, value]) => (value === undefined ? [] : [[`aws:RequestTag/${key}`, [value]]]));
  return { ...Object.fromEntries(values), 'aws:TagKeys': tags.map(([key]) => key) };
}

/** Resources of EC2 that parameters name, one or a list. */
function ec2(type: string, ...parameters: string[]): Ask {
  return (call) => {
    const { params } = call;
    const ids = parameters.flatMap((name) => [
      ...(params.get(name) ? [params.get(name)] : []),
      ...strings(params, name),
    ]);
    return ids.map((id) => ({ resource: arn(call, `${type}/${id}`) }));
  };
}

/** What EC2 makes, and the tags that it writes onto it in the same call. */
function ec2Made(type: string): Ask {
  return (call) => {
    const resource = arn(call, `${type}/*`);
    const tags = [...askedTags(call.params)];
    if (tags.length === 0) return [{ resource }];
    const keys = tagKeys(tags);
    return [
      { resource, keys },
      { action: 'ec2:CreateTags', resource, keys: { ...keys, 'ec2:CreateAction': [call.action] } },
    ];
  };
}

/** By what the ids of resources begin with. */
const EC2_TYPES: [RegExp, string][] = [
  [/^sgr-/, 'security-group-rule'],
  [/^sg-/, 'security-group'],
  [/^pl-/, 'prefix-list'],
  [/^vpce-svc-/, 'vpc-endpoint-service'],
  [/^vpce-/, 'vpc-endpoint'],
];

const ec2Tags: Ask = (call) => {
  const tags = structures(call.params, 'Tag').map(({ Key = '', Value }) => [Key, Value] as const);
  return strings(call.params, 'ResourceId').map((id) => {
    const [, type = 'unknown'] = EC2_TYPES.find(([beginning]) => beginning.test(id)) ?? [];
    return { resource: arn(call, `${type}/${id}`), keys: tagKeys(tags) };
  });
};

function all(...asks: Ask[]): Ask {
  return (call) => asks.flatMap((ask) => ask(call));
}

/** Where a parameter names another region than the call's. */
function otherRegions(type: string, ...parameters: string[]): Ask {
  return (call) => {
    const { params, region } = call;
    const named = parameters.flatMap((name) => [params.get(name) ?? region, ...strings(params, name)]);
    const resource = arn(call, `${type}/*`);
    return named.some((each) => each !== region) ? [{ action: 'vpce:AllowMultiRegion', resource }] : [];
  };
}

const privateDns: Ask = ({ params }) =>
  params.get('PrivateDnsEnabled') === 'true' ? [{ action: 'route53:AssociateVPCWithHostedZone', resource: '*' }] : [];

const authorizeRules: Ask = all(ec2('security-group', 'GroupId'), (call) =>
  call.params.has('TagSpecification.1.Tag.1.Key') ? ec2Made('security-group-rule')(call) : [],
);
const endpointService = ec2('vpc-endpoint-service', 'ServiceId');

const zone: Ask = ({ input }) => [{ resource: `arn:aws:route53:::hostedzone/${input.id}` }];
const zoneAndVpcs: Ask = all(zone, () => [{ ...ANY, action: 'ec2:DescribeVpcs' }]);

interface Shared {
  resourceShareArn?: string;
  resourceArns?: string[];
  principals?: string[];
  tags?: { key: string; value: string }[];
  tagKeys?: string[];
}

/** RAM asks for each resource and each principal by itself. */
const shared: Ask = ({ input }) => {
  const { resourceShareArn: resource = '*', resourceArns = [], principals = [], tags = [] }: Shared = input;
  const keys = tagKeys(tags.map(({ key, value }) => [key, value] as const));
  const types = resourceArns.map((each) => (each.includes(':prefix-list/') ? 'ec2:PrefixList' : 'unknown'));
  return [
    ...principals.map((each) => ({ resource, keys: { ...keys, 'ram:Principal': [each] } })),
    ...types.map((each) => ({ resource, keys: { ...keys, 'ram:RequestedResourceType': [each] } })),
  ];
};

const share: Ask = ({ input }) => {
  const { resourceShareArn: resource = '*', tagKeys: keys = [] }: Shared = input;
  return [{ resource, keys: tagKeys(keys.map((key) => [key] as const)) }];
};

interface IpSet {
  Name?: string;
  Scope?: string;
  Id?: string;
  ResourceARN?: string;
  Tags?: { Key: string; Value: string }[];
  TagKeys?: string[];
}

const ipSet: Ask = (call) => {
  const { Name, Scope, Id = '*', Tags = [] }: IpSet = call.input;
  const scope = Scope === 'CLOUDFRONT' ? 'global' : 'regional';
  return [
    {
      resource: arn(call, `${scope}/ipset/${Name}/${Id}`),
      keys: tagKeys(Tags.map(({ Key, Value }) => [Key, Value] as const)),
    },
  ];
};

interface Eks {
  name?: string;
  associationId?: string;
  resourceArn?: string;
  tags?: Record<string, string>;
  tagKeys?: string | string[];
  roleArn?: string;
}

const cluster: Ask = (call) => {
  const { name, tags = {} }: Eks = call.input;
  return [{ resource: arn(call, `cluster/${name}`), keys: tagKeys(Object.entries(tags)) }];
};

const association: Ask = (call) => {
  const { name, associationId = '*', tags = {} }: Eks = call.input;
  const resource = arn(call, `podidentityassociation/${name}/${associationId}`);
  return [{ resource, keys: tagKeys(Object.entries(tags)) }];
};

const eksTags: Ask = ({ input }) => {
  const { resourceArn: resource = '*', tags = {}, tagKeys: keys = [] }: Eks = input;
  return [{ resource, keys: tagKeys([...Object.entries(tags), ...[keys].flat().map((key) => [key] as const)]) }];
};

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html */
const passedRole: Ask = ({ input }) => {
  const { roleArn: resource }: Eks = input;
  const keys = { 'iam:PassedToService': ['pods.eks.amazonaws.com'] };
  return resource
    ? [
        { action: 'iam:PassRole', resource, keys },
        { action: 'iam:GetRole', resource },
      ]
    : [];
};

function also(action: string, ask: Ask): Ask {
  return (call) => ask(call).map((asked) => ({ ...asked, action }));
}

const QUESTIONS: Record<string, Ask> = {
  'ec2:AuthorizeSecurityGroupIngress': authorizeRules,
  'ec2:AuthorizeSecurityGroupEgress': authorizeRules,
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress': ec2('security-group', 'GroupId'),
  'ec2:UpdateSecurityGroupRuleDescriptionsEgress': ec2('security-group', 'GroupId'),
  'ec2:RevokeSecurityGroupIngress': ec2('security-group', 'GroupId'),
  'ec2:RevokeSecurityGroupEgress': ec2('security-group', 'GroupId'),
  'ec2:CreateTags': ec2Tags,
  'ec2:DeleteTags': ec2Tags,
  'ec2:GetManagedPrefixListEntries': ec2('prefix-list', 'PrefixListId'),
  'ec2:GetManagedPrefixListAssociations': ec2('prefix-list', 'PrefixListId'),
  'ec2:CreateManagedPrefixList': ec2Made('prefix-list'),
  'ec2:ModifyManagedPrefixList': ec2('prefix-list', 'PrefixListId'),
  'ec2:DeleteManagedPrefixList': ec2('prefix-list', 'PrefixListId'),
  'ec2:DescribeVpcEndpointServicePermissions': endpointService,
  'ec2:CreateVpcEndpointServiceConfiguration': all(
    ec2Made('vpc-endpoint-service'),
    otherRegions('vpc-endpoint-service', 'SupportedRegion'),
  ),
  'ec2:ModifyVpcEndpointServiceConfiguration': all(
    endpointService,
    otherRegions('vpc-endpoint-service', 'AddSupportedRegion', 'RemoveSupportedRegion'),
  ),
  'ec2:ModifyVpcEndpointServicePermissions': endpointService,
  'ec2:StartVpcEndpointServicePrivateDnsVerification': endpointService,
  'ec2:AcceptVpcEndpointConnections': endpointService,
  'ec2:RejectVpcEndpointConnections': endpointService,
  'ec2:DeleteVpcEndpointServiceConfigurations': endpointService,
  'ec2:CreateVpcEndpoint': all(
    ec2('vpc', 'VpcId'),
    ec2('subnet', 'SubnetId'),
    ec2('security-group', 'SecurityGroupId'),
    ec2Made('vpc-endpoint'),
    otherRegions('vpc-endpoint', 'ServiceRegion'),
    privateDns,
  ),
  'ec2:ModifyVpcEndpoint': all(
    ec2('vpc-endpoint', 'VpcEndpointId'),
    ec2('subnet', 'AddSubnetId', 'RemoveSubnetId'),
    ec2('security-group', 'AddSecurityGroupId', 'RemoveSecurityGroupId'),
    privateDns,
  ),
  'ec2:DeleteVpcEndpoints': ec2('vpc-endpoint', 'VpcEndpointId'),
  'ec2:CreateSecurityGroup': all(ec2('vpc', 'VpcId'), ec2Made('security-group')),
  'ec2:DeleteSecurityGroup': ec2('security-group', 'GroupId'),
  'ec2:CreateLaunchTemplateVersion': ec2('launch-template', 'LaunchTemplateId'),

  'elasticloadbalancing:SetSecurityGroups': ({ params }) => [{ resource: params.get('LoadBalancerArn') ?? '*' }],

  'route53:GetHostedZone': zone,
  'route53:DeleteHostedZone': zone,
  'route53:ListResourceRecordSets': zone,
  'route53:ListVPCAssociationAuthorizations': zone,
  'route53:CreateVPCAssociationAuthorization': zone,
  'route53:DeleteVPCAssociationAuthorization': zone,
  'route53:CreateHostedZone': () => [ANY, { ...ANY, action: 'ec2:DescribeVpcs' }],
  'route53:AssociateVPCWithHostedZone': zoneAndVpcs,
  'route53:DisassociateVPCFromHostedZone': zoneAndVpcs,
  'route53:ChangeResourceRecordSets': (call) => {
    const all = (element: string) =>
      [...call.body.matchAll(new RegExp(`<${element}>([^<]+)</${element}>`, 'g'))].map(([, text = '']) => text);
    const keys = {
      'route53:ChangeResourceRecordSetsRecordTypes': all('Type'),
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': all('Name').map((name) =>
        name.toLowerCase().replace(/\.$/, ''),
      ),
    };
    return zone(call).map((each) => ({ ...each, keys }));
  },

  'ram:CreateResourceShare': all(shared, (call) => {
    const { tags = [] }: Shared = call.input;
    const keys = tagKeys(tags.map(({ key, value }) => [key, value] as const));
    return tags.length > 0 ? [{ action: 'ram:TagResource', resource: arn(call, 'resource-share/*'), keys }] : [];
  }),
  'ram:AssociateResourceShare': shared,
  'ram:DisassociateResourceShare': shared,
  'ram:DeleteResourceShare': share,
  'ram:UntagResource': share,

  'wafv2:CreateIPSet': all(ipSet, also('wafv2:TagResource', ipSet)),
  'wafv2:GetIPSet': ipSet,
  'wafv2:UpdateIPSet': ipSet,
  'wafv2:DeleteIPSet': ipSet,
  'wafv2:ListTagsForResource': ({ input }) => {
    const { ResourceARN: resource = '*' }: IpSet = input;
    return [{ resource }];
  },
  'wafv2:UntagResource': ({ input }) => {
    const { ResourceARN: resource = '*', TagKeys = [] }: IpSet = input;
    return [{ resource, keys: tagKeys(TagKeys.map((key) => [key] as const)) }];
  },

  'eks:DescribeCluster': cluster,
  'eks:DescribeUpdate': cluster,
  'eks:UpdateClusterConfig': cluster,
  'eks:TagResource': eksTags,
  'eks:UntagResource': eksTags,
  'eks:ListPodIdentityAssociations': cluster,
  'eks:CreatePodIdentityAssociation': all(cluster, also('eks:TagResource', association), passedRole),
  'eks:DescribePodIdentityAssociation': association,
  'eks:UpdatePodIdentityAssociation': all(association, passedRole),
  'eks:DeletePodIdentityAssociation': association,

  'servicequotas:GetServiceQuota': (call) => {
    const { ServiceCode, QuotaCode } = call.input;
    return [{ resource: arn(call, `${ServiceCode}/${QuotaCode}`) }];
  },

  // Everybody may: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  'sts:GetCallerIdentity': () => [],
  'sts:AssumeRole': ({ params }) => [{ resource: params.get('RoleArn') ?? '*' }],
};
