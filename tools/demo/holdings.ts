import { paginateDescribeSecurityGroupRules, type SecurityGroupRule } from '@aws-sdk/client-ec2';
import { OWNER_TAG } from '../../src/api/marks.js';
import { setsOf } from '../../src/cidr-set/targets/security-groups/description.js';
import { groupBy } from '../../src/group-by.js';
import { companyAccounts } from '../../test/support/company.js';
import type { Stage } from './stage.js';

/** One rule as AWS itself holds it. */
export interface HeldRule {
  /** `shared/eu-west-1/gitlab-nlb` */
  group: string;
  /** `tcp/443 203.0.113.0/26` */
  text: string;
  /** It has an owner's tag. */
  ours: boolean;
  /** It lets in, and is not ours. */
  byHand: boolean;
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
}

export const scopes = companyAccounts.flatMap(({ name: account, accountId, regions }) =>
  regions.map((region) => ({ account, accountId, region })),
);

/** The rules of the company's groups in an account, or in all, asked of AWS as someone who is not the operator. */
export async function readRules({ edge, company }: Stage, account?: string): Promise<HeldRule[]> {
  const groups = new Map([...company.ids].map(([group, id]) => [id, group]));
  const found: HeldRule[] = [];
  for (const scope of scopes.filter((each) => !account || each.account === account)) {
    const client = edge.clientFor(scope.accountId, scope.region);
    for await (const { SecurityGroupRules = [] } of paginateDescribeSecurityGroupRules({ client }, {})) {
      for (const rule of SecurityGroupRules) {
        const group = groups.get(rule.GroupId ?? '');
        if (group) found.push(heldRule(group, rule));
      }
    }
  }
  return found;
}

function heldRule(group: string, rule: SecurityGroupRule): HeldRule {
  const { IpProtocol, FromPort, CidrIpv4, CidrIpv6, IsEgress, Tags = [] } = rule;
  const text = `${IpProtocol}/${FromPort} ${CidrIpv4 ?? CidrIpv6}`;
  const ours = Tags.some(({ Key }) => Key === OWNER_TAG);
  return { group, text, ours, byHand: !ours && !IsEgress, rule };
}

/** Groups that hold rules of ours. */
export function holdingsOf(rules: readonly HeldRule[]): Holding[] {
  return [...groupBy(rules, ({ group }) => group)].flatMap(([key, held]) => {
    const [account = '', region = '', group = ''] = key.split('/');
    const ours = held.filter((each) => each.ours);
    const sets = new Set(ours.flatMap(({ rule }) => [...(setsOf(rule.Description ?? '') ?? [])]));
    const byHand = held.filter((each) => each.byHand).length;
    return ours.length > 0 ? [{ account, region, group, ours: ours.length, byHand, sets: [...sets] }] : [];
  });
}
