import type { Scope as WafScope } from '@aws-sdk/client-wafv2';

export interface ObservedIpSet {
  id: string;
  arn: string;
  name: string;
  scope: WafScope;
  lockToken: string;
  /** The set that it is for; absent where this install didn't make it: then its addresses are not read. */
  set?: string;
  /** Its description has been let go of, and its tags not yet. */
  isLeft?: true;
  /** Canonical, see net/cidr. */
  addresses: string[];
}

/** A name is taken once in each WAF scope, whatever the IP family. */
export function keyOf({ scope, name }: Pick<ObservedIpSet, 'scope' | 'name'>): string {
  return `${scope}/${name}`;
}
