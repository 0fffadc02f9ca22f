import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { QuotasScope } from './services.js';

/** Quotas of Amazon VPC in one account and region. */
export interface Quotas {
  /** "Inbound or outbound rules per security group": for each direction and IP family. */
  rulesPerSecurityGroup: number;
  /** "Security groups per network interface"; times the rules of each it must not exceed 1,000. */
  securityGroupsPerInterface: number;
  /** Who says how many rules a group may have. */
  source: 'AwsAccount' | 'ServiceQuotas' | 'Default';
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
const RULES_PER_SECURITY_GROUP = { code: 'L-0EA8095F', value: 60 };
const SECURITY_GROUPS_PER_INTERFACE = { code: 'L-2AFB9258', value: 5 };

/** What Service Quotas says, or what every account begins with; `settled` unless asking again soon may tell more. */
export async function readQuotas(road: QuotasScope): Promise<{ quotas: Quotas; settled: boolean }> {
  const ask = ({ code }: { code: string }) =>
    road.send(new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: code }));
  const [rules, groups] = await Promise.all([ask(RULES_PER_SECURITY_GROUP), ask(SECURITY_GROUPS_PER_INTERFACE)]);
  const rulesValue = rules.ok ? rules.value.Quota?.Value : undefined;
  const groupsValue = groups.ok ? groups.value.Quota?.Value : undefined;
  return {
    quotas: {
      rulesPerSecurityGroup: rulesValue ?? RULES_PER_SECURITY_GROUP.value,
      securityGroupsPerInterface: groupsValue ?? SECURITY_GROUPS_PER_INTERFACE.value,
      source: rulesValue === undefined ? 'Default' : 'ServiceQuotas',
    },
    settled: [rules, groups].every((answer) => answer.ok || !['Throttled', 'Transient'].includes(answer.error.class)),
  };
}
