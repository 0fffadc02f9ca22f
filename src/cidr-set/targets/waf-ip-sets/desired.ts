import type { Scope as WafScope } from '@aws-sdk/client-wafv2';
import type { Family } from '../../../net/cidr.js';
import type { SetWish } from '../../wish.js';

/** Where CloudFront's IP sets live: https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html */
export const CLOUDFRONT_REGION = 'us-east-1';

/** What one target of a set wants an IP set to be. */
export interface WantedIpSet {
  set: string;
  target: string;
  name: string;
  scope: WafScope;
  family: Family;
  /** Canonical, see net/cidr. Empty: an IP set that is there is emptied, but none is made. */
  addresses: string[];
}

export function wantedIpSets({ set, targets, cidrs }: SetWish, region: string): WantedIpSet[] {
  const here = targets.wafIpSets?.filter(({ scope }) => scope === 'REGIONAL' || region === CLOUDFRONT_REGION) ?? [];
  const families = ([4, 6] as const).map((family) => ({
    family,
    addresses: cidrs.filter((cidr) => cidr.family === family).flatMap(({ cidr }) => HALVES[cidr] ?? [cidr]),
  }));
  return here.flatMap(({ name: target, scope, ipSetName = defaultName(set) }) =>
    families.map((part) => ({ set, target, scope, name: `${ipSetName}-ipv${part.family}`, ...part })),
  );
}

/** WAF takes all CIDRs but /0: https://docs.aws.amazon.com/waf/latest/APIReference/API_IPSet.html */
const HALVES: Record<string, string[]> = {
  '0.0.0.0/0': ['0.0.0.0/1', '128.0.0.0/1'],
  '::/0': ['::/1', '8000::/1'],
};

/** The name of a CidrSet may have dots, but no underscores; that of an IP set the other way round. */
function defaultName(set: string): string {
  return `sallyport-${set.replaceAll('.', '_')}`;
}
