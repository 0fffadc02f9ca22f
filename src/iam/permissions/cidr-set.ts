import { OWNER_TAG } from '../../api/marks.js';
import { SET_TAG } from '../../cidr-set/targets/mark.js';
import { asMadeBy, type Condition, MARKED, OWN, onlyTags, type Permission, permissionsOf } from '../permission.js';

const of = permissionsOf('cidr-set');

const GROUP = 'ec2:*:*:security-group/*';
const RULE = 'ec2:*:*:security-group-rule/*';
const PREFIX_LIST = 'ec2:*:*:prefix-list/*';
const SHARE = 'ram:*:*:resource-share/*';
const IP_SETS = ['wafv2:*:*:regional/ipset/*/*', 'wafv2:*:*:global/ipset/*/*'];
const CLUSTER = 'eks:*:*:cluster/*';

const securityGroups = of('securityGroups', [
  {
    sid: 'ReadGroups',
    actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules', 'ec2:DescribeManagedPrefixLists'],
    // EC2's Describe calls have neither resources nor tags in IAM.
    resources: ['*'],
    why: 'see groups and their rules, and how much room the prefix lists in them take',
  },
  {
    sid: 'ReadQuotas',
    actions: ['servicequotas:GetServiceQuota'],
    resources: ['servicequotas:*:*:vpc/L-0EA8095F', 'servicequotas:*:*:vpc/L-2AFB9258'],
    why: "know the account's own quotas, without which 60 rules a group count",
  },
  {
    sid: 'AddRules',
    actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress'],
    // Groups are those of others. Their own tags could narrow this, but only you know which.
    resources: [GROUP],
    why: 'add rules to groups',
  },
  {
    sid: 'AddMarkedRules',
    actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress'],
    // AWS asks for it where a call has tags, and for the group alone where it has none.
    resources: [RULE],
    conditions: [MARKED],
    why: 'add rules with its mark',
  },
  {
    sid: 'MarkRules',
    actions: ['ec2:CreateTags'],
    resources: [RULE],
    conditions: [asMadeBy('AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress')],
    why: 'mark rules as they are made',
  },
  {
    sid: 'ChangeRules',
    actions: [
      'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
      'ec2:UpdateSecurityGroupRuleDescriptionsEgress',
      'ec2:RevokeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupEgress',
    ],
    // Both calls know the group alone as a resource, so IAM can't tell our rules from those of others.
    resources: [GROUP],
    why: 'describe and remove rules',
  },
  {
    sid: 'UnmarkRules',
    actions: ['ec2:DeleteTags'],
    resources: [RULE],
    conditions: [OWN, onlyTags(OWNER_TAG)],
    why: 'leave rules in place: deletionPolicy Retain',
  },
]);

const prefixLists = of('prefixLists', [
  {
    sid: 'FindPrefixLists',
    actions: ['ec2:DescribeManagedPrefixLists'],
    resources: ['*'],
    why: 'find prefix lists',
  },
  {
    sid: 'ReadPrefixLists',
    actions: ['ec2:GetManagedPrefixListEntries', 'ec2:GetManagedPrefixListAssociations'],
    resources: [PREFIX_LIST],
    conditions: [OWN],
    why: 'read what is in its prefix lists, and what refers to them',
  },
  {
    sid: 'MakePrefixLists',
    actions: ['ec2:CreateManagedPrefixList'],
    resources: [PREFIX_LIST],
    conditions: [MARKED],
    why: 'make prefix lists',
  },
  {
    sid: 'MarkPrefixLists',
    actions: ['ec2:CreateTags'],
    resources: [PREFIX_LIST],
    conditions: [asMadeBy('CreateManagedPrefixList')],
    why: 'mark prefix lists as they are made',
  },
  {
    sid: 'ChangePrefixLists',
    actions: ['ec2:ModifyManagedPrefixList', 'ec2:DeleteManagedPrefixList'],
    resources: [PREFIX_LIST],
    conditions: [OWN],
    why: 'change and delete its prefix lists',
  },
  {
    sid: 'UnmarkPrefixLists',
    actions: ['ec2:DeleteTags'],
    resources: [PREFIX_LIST],
    conditions: [OWN, onlyTags(OWNER_TAG, SET_TAG)],
    why: 'leave prefix lists in place: deletionPolicy Retain',
  },
]);

/**
 * RAM asks for each principal and each resource by itself, and gives a type only for the latter.
 * @see https://docs.aws.amazon.com/ram/latest/userguide/security-iam-policies-examples.html
 */
const PREFIX_LISTS_ALONE: Condition = {
  operator: 'StringEqualsIfExists',
  key: 'ram:RequestedResourceType',
  values: ['ec2:PrefixList'],
};

const shareWith = of('shareWith', [
  {
    sid: 'ReadShares',
    actions: ['ram:GetResourceShares', 'ram:GetResourceShareAssociations'],
    // RAM's Get calls have no resources in IAM.
    resources: ['*'],
    why: 'see its resource shares, and whom they are for',
  },
  {
    sid: 'MakeShares',
    actions: ['ram:CreateResourceShare'],
    // RAM knows no resource for it.
    resources: ['*'],
    conditions: [MARKED, PREFIX_LISTS_ALONE],
    why: 'share prefix lists',
  },
  {
    sid: 'MarkShares',
    actions: ['ram:TagResource'],
    resources: [SHARE],
    conditions: [MARKED],
    why: 'mark resource shares as they are made',
  },
  {
    sid: 'ChangeShares',
    actions: ['ram:AssociateResourceShare', 'ram:DisassociateResourceShare'],
    resources: [SHARE],
    conditions: [OWN, PREFIX_LISTS_ALONE],
    why: 'change its resource shares',
  },
  {
    sid: 'DeleteShares',
    actions: ['ram:DeleteResourceShare'],
    resources: [SHARE],
    conditions: [OWN],
    why: 'delete its resource shares',
  },
  {
    sid: 'UnmarkShares',
    actions: ['ram:UntagResource'],
    resources: [SHARE],
    conditions: [OWN, onlyTags(OWNER_TAG, SET_TAG)],
    why: 'leave resource shares in place: deletionPolicy Retain',
  },
]);

const wafIpSets = of('wafIpSets', [
  {
    sid: 'ListIPSets',
    actions: ['wafv2:ListIPSets'],
    // WAF has no resource for it.
    resources: ['*'],
    why: 'find IP sets',
  },
  {
    sid: 'ReadIPSets',
    actions: ['wafv2:GetIPSet'],
    resources: IP_SETS,
    conditions: [OWN],
    why: 'read what is in its IP sets',
  },
  {
    sid: 'ReadLeftIPSets',
    actions: ['wafv2:ListTagsForResource'],
    // Those that were let go of have none.
    resources: IP_SETS,
    why: 'see whether IP sets that it let go of are without its tags',
  },
  {
    sid: 'MakeIPSets',
    actions: ['wafv2:CreateIPSet', 'wafv2:TagResource'],
    resources: IP_SETS,
    conditions: [MARKED],
    why: 'make IP sets, and mark them as they are made',
  },
  {
    sid: 'ChangeIPSets',
    actions: ['wafv2:UpdateIPSet', 'wafv2:DeleteIPSet'],
    resources: IP_SETS,
    conditions: [OWN],
    why: 'change and delete its IP sets',
  },
  {
    sid: 'UnmarkIPSets',
    actions: ['wafv2:UntagResource'],
    resources: IP_SETS,
    conditions: [OWN, onlyTags(OWNER_TAG, SET_TAG)],
    why: 'leave IP sets in place: deletionPolicy Retain',
  },
]);

const eksPublicAccess = of('eksPublicAccess', [
  {
    sid: 'ReadClusters',
    actions: ['eks:DescribeCluster', 'eks:DescribeUpdate'],
    // Clusters are those of others.
    resources: [CLUSTER],
    why: 'see the access lists of EKS clusters, and what becomes of a change',
  },
  {
    sid: 'ClaimClusters',
    actions: ['eks:TagResource'],
    resources: [CLUSTER],
    conditions: [MARKED, onlyTags(OWNER_TAG, SET_TAG)],
    why: 'mark the clusters whose access list it keeps',
  },
  {
    sid: 'ChangeClusters',
    actions: ['eks:UpdateClusterConfig'],
    resources: [CLUSTER],
    conditions: [OWN],
    why: 'write the access lists of clusters that it marked before',
  },
  {
    sid: 'ReleaseClusters',
    actions: ['eks:UntagResource'],
    resources: [CLUSTER],
    conditions: [OWN, onlyTags(OWNER_TAG, SET_TAG)],
    why: 'take the mark from clusters that no set names any more',
  },
]);

const discovery = [
  ...of('natGateways', [
    {
      sid: 'FindNatGateways',
      actions: ['ec2:DescribeNatGateways'],
      resources: ['*'],
      why: 'find the addresses of NAT gateways',
    },
  ]),
  ...of('elasticIps', [
    {
      sid: 'FindElasticIps',
      actions: ['ec2:DescribeAddresses'],
      resources: ['*'],
      why: 'find elastic IP addresses',
    },
  ]),
  ...of('vpcs', [
    {
      sid: 'FindVpcs',
      actions: ['ec2:DescribeVpcs'],
      resources: ['*'],
      why: 'find the CIDRs of VPCs',
    },
  ]),
];

export const cidrSetPermissions: readonly Permission[] = [
  ...securityGroups,
  ...prefixLists,
  ...shareWith,
  ...wafIpSets,
  ...eksPublicAccess,
  ...discovery,
];
