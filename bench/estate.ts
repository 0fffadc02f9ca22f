import { AuthorizeSecurityGroupIngressCommand, type EC2Client } from '@aws-sdk/client-ec2';
import pMap from 'p-map';
import { OWNER_TAG } from '../src/api/marks.js';
import { describeRule } from '../src/cidr-set/targets/security-groups/description.js';
import { makeGroup } from '../test/support/company.js';

/** As many calls at once as the operator makes. */
const concurrency = 16;
export const apiVersion = 'sallyport.dev/v1alpha1';
export const tags = { team: 'bench' };

export const ownerId = 'bench';
export const accountId = '555555555555';
export const region = 'eu-west-1';

/** A rule for tcp/443 that every group is to have, and the names of the sets that want it. */
export interface WantedRule {
  cidr: string;
  sets: string[];
}

/** One set wants all the rules; of more sets than there are rules each wants one, so that a rule is wanted by several. */
export function wantedRules(sets: number, rules: number): WantedRule[] {
  const wanted = Array.from({ length: rules }, (_, n): WantedRule => ({ cidr: `203.0.113.${2 * n}/32`, sets: [] }));
  for (let n = 0; n < Math.max(sets, rules); n++) wanted[n % rules]?.sets.push(`set-${n % sets}`);
  return wanted;
}

/** The account, and the sets, each of which selects every group. */
export function resources(wanted: readonly WantedRule[]): object[] {
  const roleArn = `arn:aws:iam::${accountId}:role/sallyport`;
  const account = { metadata: { name: 'bench' }, spec: { accountId, roleArn, regions: [region] } };
  const targets = { securityGroups: [{ name: 'all', tags, ports: ['tcp/443'] }] };
  const sets = [...new Set(wanted.flatMap((rule) => rule.sets))].map((name) => {
    const cidrs = wanted.filter((rule) => rule.sets.includes(name)).map(({ cidr }) => ({ cidr }));
    return { apiVersion, kind: 'CidrSet', metadata: { name }, spec: { cidrs, targets } };
  });
  return [{ apiVersion, kind: 'AwsAccount', ...account }, ...sets];
}

/** Groups without rules. Resolves to their ids. */
export function makeGroups(ec2: EC2Client, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `group-${index}`);
  return pMap(names, (name) => makeGroup(ec2, { name, tags }), { concurrency });
}

/** Makes the operator's calls for these rules in its place, without its limiter. Resolves to the seconds they took. */
export async function authorizeDirectly(ec2: EC2Client, groupIds: string[], wanted: WantedRule[]): Promise<number> {
  const IpRanges = wanted.map(({ cidr, sets }) => ({ CidrIp: cidr, Description: describeRule(sets, '') }));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges }];
  const Tags = [{ Key: OWNER_TAG, Value: ownerId }];
  const TagSpecifications = [{ ResourceType: 'security-group-rule' as const, Tags }];
  const start = performance.now();
  const authorize = (GroupId: string) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions, TagSpecifications }));
  await pMap(groupIds, authorize, { concurrency });
  return (performance.now() - start) / 1000;
}
