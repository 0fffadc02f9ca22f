import { AuthorizeSecurityGroupIngressCommand, type EC2Client } from '@aws-sdk/client-ec2';
import pMap from 'p-map';
import { describeRule } from '../src/cidr-set/description.js';
import { OWNER_TAG } from '../src/cidr-set/observe.js';
import { makeGroup } from '../test/support/company.js';

/** As many at once as the operator itself. */
const concurrency = 16;

export const accountId = '555555555555';
export const region = 'eu-west-1';
const tags = { team: 'bench' };

export const awsAccount = {
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'AwsAccount',
  metadata: { name: 'bench' },
  spec: { accountId, roleArn: `arn:aws:iam::${accountId}:role/bench`, regions: [region] },
};

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

/** The sets, each of which selects every group. */
export function cidrSets(wanted: readonly WantedRule[]): object[] {
  const names = new Set(wanted.flatMap(({ sets }) => sets));
  return [...names].map((name) => ({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'CidrSet',
    metadata: { name },
    spec: {
      cidrs: wanted.filter(({ sets }) => sets.includes(name)).map(({ cidr }) => ({ cidr })),
      targets: { securityGroups: [{ name: 'all', tags, ports: ['tcp/443'] }] },
    },
  }));
}

/** Groups without rules. Resolves to their ids. */
export function makeGroups(ec2: EC2Client, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `group-${index}`);
  return pMap(names, (name) => makeGroup(ec2, { name, tags }), { concurrency });
}

/** Makes the operator's calls for these rules in its place, without its limiter. Resolves to the seconds they took. */
export async function authorizeDirectly(
  ec2: EC2Client,
  groupIds: readonly string[],
  wanted: readonly WantedRule[],
  ownerId: string,
): Promise<number> {
  const IpRanges = wanted.map(({ cidr, sets }) => ({ CidrIp: cidr, Description: describeRule(sets, '') }));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges }];
  const TagSpecifications = [
    { ResourceType: 'security-group-rule' as const, Tags: [{ Key: OWNER_TAG, Value: ownerId }] },
  ];
  const start = performance.now();
  await pMap(
    groupIds,
    (GroupId) => ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions, TagSpecifications })),
    { concurrency },
  );
  return (performance.now() - start) / 1000;
}
