import { type Actions, type EdgeCall, json, Refusal } from './call.js';
import { pageOf } from './page.js';

export const RULES_PER_GROUP = 'L-0EA8095F';
export const GROUPS_PER_INTERFACE = 'L-2AFB9258';
export const ENDPOINTS_PER_VPC = 'L-29B6F2EB';

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html, security groups and VPC endpoints */
const VPC: Record<string, { QuotaName: string; Value: number }> = {
  [RULES_PER_GROUP]: { QuotaName: 'Inbound or outbound rules per security group', Value: 60 },
  [GROUPS_PER_INTERFACE]: { QuotaName: 'Security groups per network interface', Value: 5 },
  [ENDPOINTS_PER_VPC]: { QuotaName: 'Interface VPC endpoints per VPC', Value: 50 },
  'L-E79EC296': { QuotaName: 'VPC security groups per Region', Value: 2500 },
};

/** Service Quotas; moto's can neither be changed nor listed. */
export class Quotas {
  readonly #values = new Map<string, number>();

  /** What AWS granted an account, in all its regions. */
  set(accountId: string, code: string, value: number): void {
    this.#values.set(`${accountId} ${code}`, value);
  }

  of(accountId: string, code: string): number {
    return this.#values.get(`${accountId} ${code}`) ?? VPC[code]?.Value ?? 0;
  }

  reset(): void {
    this.#values.clear();
  }

  readonly actions: Actions = {
    /** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html */
    GetServiceQuota: (call) => {
      checkService(call);
      const code = String(call.input.QuotaCode);
      if (!VPC[code]) throw noSuchResource();
      return json({ Quota: this.#quota(call, code) });
    },

    /** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html */
    ListServiceQuotas: (call) => {
      checkService(call);
      const { MaxResults, NextToken } = call.input;
      const { items, next } = pageOf(Object.keys(VPC), MaxResults, NextToken);
      return json({ Quotas: items.map((code) => this.#quota(call, code)), NextToken: next });
    },
  };

  #quota({ accountId, region }: EdgeCall, QuotaCode: string) {
    return {
      ServiceCode: 'vpc',
      ServiceName: 'Amazon Virtual Private Cloud (Amazon VPC)',
      QuotaArn: `arn:aws:servicequotas:${region}:${accountId}:vpc/${QuotaCode}`,
      QuotaCode,
      QuotaName: VPC[QuotaCode]?.QuotaName,
      Value: this.of(accountId, QuotaCode),
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
    };
  }
}

function checkService({ input }: EdgeCall): void {
  if (input.ServiceCode !== 'vpc') throw noSuchResource();
}

function noSuchResource(): Refusal {
  return new Refusal(
    400,
    'NoSuchResourceException',
    'The request failed because the specified resource does not exist.',
  );
}
