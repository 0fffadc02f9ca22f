import type { Quotas } from '../../../aws/quotas.js';
import type { Family } from '../../../net/cidr.js';
import type { ObservedGroup } from './observed.js';
import type { Direction } from './rule.js';

/** What a group's rules of one direction and family weigh together, before and after a plan. */
export interface Usage {
  direction: Direction;
  family: Family;
  before: number;
  adds: number;
  removes: number;
  /** Of `removes`: what can go before anything is added. */
  first: number;
  /** What rules that refer to prefix lists weigh of `before` and `adds`. */
  lists: number;
}

const SOURCES: Record<Quotas['source'], string> = {
  AwsAccount: 'as the AwsAccount says',
  ServiceQuotas: 'as Service Quotas says',
  Default: "which AWS begins with, as Service Quotas can't be read",
};

/** AWS: rules of a group times groups of an interface may not be more. */
const RULES_PER_INTERFACE = 1000;

/** `inbound IPv4 rules` */
export function rulesText({ direction, family }: Pick<Usage, 'direction' | 'family'>): string {
  return `${direction === 'Ingress' ? 'inbound' : 'outbound'} IPv${family} rules`;
}

export function quotaMessage({ id, name }: ObservedGroup, usage: Usage, quotas: Quotas): string {
  const { before, adds, removes, first, lists } = usage;
  const { rulesPerSecurityGroup: quota, securityGroupsPerInterface: groups, source } = quotas;
  const most = Math.floor(RULES_PER_INTERFACE / groups);
  const listed = lists > 0 ? ` (prefix lists weigh ${lists} of it, each as much as it may hold)` : '';
  const late = removes > first ? `, ${removes - first} of them only when the new ones are there` : '';
  return (
    `${id} (${name}) would hold ${before + adds - first} ${rulesText(usage)}${listed}: ${before} now, ${adds} to add, ` +
    `${removes} to remove${late}; the quota is ${quota}, ${SOURCES[source]}. The group is left as it is: let in fewer CIDRs ` +
    `or ports, or raise the quota, to ${most} at most with ${groups} groups an interface`
  );
}
