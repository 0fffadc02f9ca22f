import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type SecurityGroupRule,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { AwsResult } from '../../../aws/call.js';
import type { Ec2Scope } from '../../../aws/services.js';
import { groupBy } from '../../../group-by.js';
import { parseCidr } from '../../../net/cidr.js';
import { OWNER_TAG } from '../mark.js';
import type { ObservedGroup, ObservedRule } from './observed.js';
import { canonicalPorts } from './ports.js';

/** EC2 API reference: both reads take 5 to 1000. */
const MaxResults = 1000;

/**
 * All security groups of a scope with all their rules. Two paged reads, whatever the number of sets: filters would make
 * it a read a set, and would hide our rules on groups that are no longer selected.
 */
export async function observeGroups(ec2: Ec2Scope, ownerId: string): Promise<AwsResult<ObservedGroup[]>> {
  const [groups, rules] = await Promise.all([
    ec2.all(
      (NextToken) => new DescribeSecurityGroupsCommand({ MaxResults, NextToken }),
      (page) => page.SecurityGroups,
    ),
    ec2.all(
      (NextToken) => new DescribeSecurityGroupRulesCommand({ MaxResults, NextToken }),
      // Page by page, for as EC2 answers them they take twice the memory.
      (page) => page.SecurityGroupRules?.map((rule) => ({ groupId: rule.GroupId, rule: observedRule(rule, ownerId) })),
    ),
  ]);
  if (!groups.ok) return groups;
  if (!rules.ok) return rules;

  const byGroup = groupBy(rules.value, ({ groupId }) => groupId);
  return {
    ok: true,
    value: groups.value.map(({ GroupId = '', GroupName = '', Tags }) => ({
      id: GroupId,
      name: GroupName,
      tags: tagsOf(Tags),
      rules: (byGroup.get(GroupId) ?? []).map(({ rule }) => rule),
    })),
  };
}

function observedRule(rule: SecurityGroupRule, ownerId: string): ObservedRule {
  const direction = rule.IsEgress ? 'Egress' : 'Ingress';
  const cidr = parseCidr(rule.CidrIpv4 ?? rule.CidrIpv6 ?? '');
  return {
    id: rule.SecurityGroupRuleId ?? '',
    direction,
    ...(cidr && {
      rule: { direction, ...canonicalPorts(rule.IpProtocol ?? '-1', rule.FromPort, rule.ToPort), cidr: cidr.text },
    }),
    description: rule.Description ?? '',
    owned: tagsOf(rule.Tags)[OWNER_TAG] === ownerId,
  };
}

function tagsOf(tags: Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
