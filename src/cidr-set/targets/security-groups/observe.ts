import {
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type SecurityGroupRule,
  type Tag,
} from '@aws-sdk/client-ec2';
import { OWNER_TAG } from '../../../api/marks.js';
import type { AwsResult } from '../../../aws/call.js';
import type { Ec2Scope } from '../../../aws/services.js';
import { groupBy } from '../../../group-by.js';
import { parseCidr } from '../../../net/cidr.js';
import { weightOfList } from '../prefix-lists/weight.js';
import type { ObservedGroup, ObservedRule } from './observed.js';
import { canonicalPorts } from './ports.js';
import { BOTH, type Weight, weightOfCidr } from './rule.js';

/** EC2 API reference: both reads take 5 to 1000. */
const MaxResults = 1000;

/**
 * All security groups of a scope with all their rules. Two paged reads, whatever the number of sets: filters would make
 * it a read a set, and would hide our rules on groups that are no longer selected. A third where rules refer to lists.
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
      (page) =>
        page.SecurityGroupRules?.map((rule) => ({
          groupId: rule.GroupId,
          listId: rule.PrefixListId,
          rule: observedRule(rule, ownerId),
        })),
    ),
  ]);
  if (!groups.ok) return groups;
  if (!rules.ok) return rules;

  const referring = rules.value.filter(({ listId }) => listId);
  if (referring.length > 0) {
    const weights = await listWeights(ec2);
    if (!weights.ok) return weights;
    for (const { listId = '', rule } of referring) rule.weight = weights.value.get(listId) ?? rule.weight;
  }

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

/** Who may not read lists goes without their weights: each counts once then, and AWS itself counts right. */
async function listWeights(ec2: Ec2Scope): Promise<AwsResult<Map<string, Weight>>> {
  const lists = await ec2.all(
    (NextToken) => new DescribeManagedPrefixListsCommand({ MaxResults: 100, NextToken }),
    (page) => page.PrefixLists,
  );
  if (!lists.ok) return lists.error.class === 'Denied' ? { ok: true, value: new Map() } : lists;
  return { ok: true, value: new Map(lists.value.map((list) => [list.PrefixListId ?? '', weightOfList(list)])) };
}

function observedRule(rule: SecurityGroupRule, ownerId: string): ObservedRule {
  const direction = rule.IsEgress ? 'Egress' : 'Ingress';
  const cidr = parseCidr(rule.CidrIpv4 ?? rule.CidrIpv6 ?? '')?.text;
  const peer = cidr ?? rule.PrefixListId;
  return {
    id: rule.SecurityGroupRuleId ?? '',
    direction,
    ...(peer && {
      rule: { direction, ...canonicalPorts(rule.IpProtocol ?? '-1', rule.FromPort, rule.ToPort), peer },
    }),
    weight: cidr ? weightOfCidr(cidr) : BOTH,
    description: rule.Description ?? '',
    owned: tagsOf(rule.Tags)[OWNER_TAG] === ownerId,
  };
}

function tagsOf(tags: Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
