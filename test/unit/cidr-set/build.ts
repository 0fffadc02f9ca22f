import type { SetCidr } from '../../../src/cidr-set/sources/resolve.js';
import type { PlanInput } from '../../../src/cidr-set/targets/kind.js';
import type { ObservedPrefixList, ObservedShare } from '../../../src/cidr-set/targets/prefix-lists/observed.js';
import type { ObservedGroup, ObservedRule } from '../../../src/cidr-set/targets/security-groups/observed.js';
import { parsePorts, portsFor } from '../../../src/cidr-set/targets/security-groups/ports.js';
import {
  type Direction,
  isCidr,
  type Weight,
  weightOf,
  weightOfCidr,
} from '../../../src/cidr-set/targets/security-groups/rule.js';
import type { SetWish } from '../../../src/cidr-set/wish.js';
import { parseCidr } from '../../../src/net/cidr.js';

/** `tcp/443 203.0.113.0/24`, or with `egress ` before it; or to an IPv4 list: `tcp/443 pl-1`, which weighs 10. */
export function observedRule(
  text: string,
  more: { owned?: boolean; description?: string; weight?: Weight } = {},
): ObservedRule {
  const words = text.split(' ');
  const direction: Direction = words.length === 3 ? 'Egress' : 'Ingress';
  const [ports = '', peer = ''] = words.slice(-2);
  const network = peer.startsWith('pl-') ? { family: 4 as const, text: peer } : parseCidr(peer);
  const port = parsePorts(ports);
  if (!network || !port) throw new Error(`not a rule: ${text}`);
  return {
    id: `sgr-${text}`,
    direction,
    rule: { direction, ...portsFor(network.family, port), peer: network.text },
    weight: more.weight ?? (isCidr(peer) ? weightOfCidr(network.text) : weightOf(4, 10)),
    description: more.description ?? '',
    owned: more.owned ?? false,
  };
}

export function owned(text: string, description: string): ObservedRule {
  return observedRule(text, { owned: true, description });
}

export function foreign(text: string): ObservedRule {
  return observedRule(text);
}

export function group(
  rules: ObservedRule[],
  tags: Record<string, string> = { app: 'gitlab' },
  id = 'sg-1',
): ObservedGroup {
  return { id, name: `name of ${id}`, tags, rules };
}

function cidrs(texts: string[]): SetCidr[] {
  return texts.map((text) => {
    const parsed = parseCidr(text);
    if (!parsed) throw new Error(`not a CIDR: ${text}`);
    return { cidr: parsed.text, family: parsed.family, description: '' };
  });
}

type SecurityGroupTarget = NonNullable<SetWish['targets']['securityGroups']>[number];

export function securityGroupTarget(more: Partial<SecurityGroupTarget> = {}): SecurityGroupTarget {
  return {
    name: 'gitlab',
    tags: { app: 'gitlab' },
    ports: ['tcp/443'],
    direction: 'Ingress',
    via: 'Rules',
    ...more,
  };
}

/** `sallyport-office-ipv4`, pl-1, with room for two entries more; `cidrs` may have descriptions: `203.0.113.0/24 Berlin`. */
export function prefixList(cidrs: string[], more: Partial<ObservedPrefixList> = {}): ObservedPrefixList {
  const entries = cidrs.map((text) => [text.split(' ')[0] ?? '', text.split(' ').slice(1).join(' ')] as const);
  return {
    id: 'pl-1',
    arn: 'arn:aws:ec2:eu-west-1:111111111111:prefix-list/pl-1',
    name: 'sallyport-office-ipv4',
    family: 4,
    maxEntries: cidrs.length + 2,
    version: 3,
    state: 'modify-complete',
    stateMessage: '',
    set: 'office',
    entries: new Map(entries),
    ...more,
  };
}

/** The same where prefix lists were read too. */
export function listInput(
  wishes: readonly SetWish[],
  lists: ObservedPrefixList[],
  groups: ObservedGroup[] = [],
  { quota = 60, shares = [] }: { quota?: number; shares?: ObservedShare[] } = {},
): PlanInput {
  const input = planInput(wishes, groups, quota);
  return { ...input, observed: { ...input.observed, prefixLists: { ok: true, value: { lists, shares } } } };
}

/** What a plan is made from where only security groups were read. */
export function planInput(wishes: readonly SetWish[], groups: ObservedGroup[], rulesPerSecurityGroup = 60): PlanInput {
  return {
    scope: { account: 'shared', accountId: '111111111111', region: 'eu-west-1' },
    ownerId: 'owner',
    wishes: new Map(wishes.map((wish) => [wish.set, wish])),
    observed: { securityGroups: { ok: true, value: groups } },
    quotas: { rulesPerSecurityGroup, securityGroupsPerInterface: 5, source: 'Default' },
    ownAddresses: [],
  };
}

/** A set that lets `networks` in at tcp/443 wherever app=gitlab. */
export function wish(set: string, networks: string[], more: Partial<SetWish> = {}): SetWish {
  return {
    set,
    mode: 'Enforce',
    complete: true,
    cidrs: cidrs(networks),
    targets: { securityGroups: [securityGroupTarget()] },
    confirmed: [],
    ...more,
  };
}
