import { paginateDescribeSecurityGroupRules, type SecurityGroupRule } from '@aws-sdk/client-ec2';
import { setsOf } from '../../src/cidr-set/description.js';
import { OWNER_TAG } from '../../src/cidr-set/observe.js';
import { canonicalPorts, portsText } from '../../src/cidr-set/ports.js';
import { companyAccounts } from '../../test/support/company.js';
import type { Stage } from './stage.js';

/** One rule as AWS itself holds it. */
export interface HeldRule {
  account: string;
  region: string;
  /** Name of the security group. */
  group: string;
  /** `tcp/443 203.0.113.0/26` */
  text: string;
  /** It has an owner's tag. */
  ours: boolean;
  /** It lets in, on a group of the company, and is not ours. */
  byHand: boolean;
  /** The sets that it stands for. */
  sets: string[];
  rule: SecurityGroupRule;
}

/** What one security group holds. */
export interface Holding {
  account: string;
  region: string;
  group: string;
  ours: number;
  byHand: number;
  /** The sets that our rules stand for. */
  sets: string[];
  /** What our rules let in: `tcp/443`. */
  ports: string[];
}

export const scopes = companyAccounts.flatMap(({ name: account, accountId, regions }) =>
  regions.map((region) => ({ account, accountId, region })),
);

/** All rules of an account, or of all, asked of AWS as someone who is not the operator. */
export async function readRules({ edge, company }: Stage, account?: string): Promise<HeldRule[]> {
  const names = new Map([...company.ids].map(([key, id]) => [id, key.split('/')[2] ?? id]));
  const found: HeldRule[] = [];
  for (const scope of scopes) {
    if (account && scope.account !== account) continue;
    const client = edge.clientFor(scope.accountId, scope.region);
    for await (const { SecurityGroupRules = [] } of paginateDescribeSecurityGroupRules({ client }, {})) {
      found.push(...SecurityGroupRules.map((rule) => heldRule(rule, scope, names)));
    }
  }
  return found;
}

function heldRule(
  rule: SecurityGroupRule,
  { account, region }: Pick<HeldRule, 'account' | 'region'>,
  names: ReadonlyMap<string, string>,
): HeldRule {
  const { GroupId = '', IpProtocol = '-1', FromPort, ToPort, CidrIpv4, CidrIpv6, IsEgress, Description = '' } = rule;
  const ours = (rule.Tags ?? []).some(({ Key }) => Key === OWNER_TAG);
  return {
    account,
    region,
    group: names.get(GroupId) ?? GroupId,
    text: `${portsText(canonicalPorts(IpProtocol, FromPort, ToPort))} ${CidrIpv4 ?? CidrIpv6}`,
    ours,
    byHand: !ours && !IsEgress && names.has(GroupId),
    sets: ours ? [...(setsOf(Description) ?? [])] : [],
    rule,
  };
}

/** Groups that hold rules of ours, in the order of the rules. */
export function holdingsOf(rules: readonly HeldRule[]): Holding[] {
  const holdings = new Map<string, Holding>();
  for (const { account, region, group, text, ours, byHand, sets } of rules) {
    const key = `${account}/${region}/${group}`;
    const holding = holdings.get(key) ?? { account, region, group, ours: 0, byHand: 0, sets: [], ports: [] };
    holdings.set(key, holding);
    if (byHand) holding.byHand += 1;
    if (!ours) continue;
    holding.ours += 1;
    holding.sets = [...new Set([...holding.sets, ...sets])];
    holding.ports = [...new Set([...holding.ports, text.split(' ')[0] ?? ''])];
  }
  return [...holdings.values()].filter(({ ours }) => ours > 0);
}
