import type { SetCidr } from '../../../src/cidr-set/sources/resolve.js';
import type { PlanInput } from '../../../src/cidr-set/targets/kind.js';
import type { ObservedGroup, ObservedRule } from '../../../src/cidr-set/targets/security-groups/observed.js';
import { parsePorts, portsFor } from '../../../src/cidr-set/targets/security-groups/ports.js';
import type { Direction } from '../../../src/cidr-set/targets/security-groups/rule.js';
import type { SetWish } from '../../../src/cidr-set/wish.js';
import { parseCidr } from '../../../src/net/cidr.js';

/** `tcp/443 203.0.113.0/24`, or with `egress ` before it. */
export function observedRule(text: string, more: { owned?: boolean; description?: string } = {}): ObservedRule {
  const words = text.split(' ');
  const direction: Direction = words.length === 3 ? 'Egress' : 'Ingress';
  const [ports = '', cidr = ''] = words.slice(-2);
  const network = parseCidr(cidr);
  const port = parsePorts(ports);
  if (!network || !port) throw new Error(`not a rule: ${text}`);
  return {
    id: `sgr-${text}`,
    direction,
    rule: { direction, ...portsFor(network.family, port), cidr: network.text },
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

/** What a plan is made from where only security groups were read. */
export function planInput(wishes: readonly SetWish[], groups: ObservedGroup[], rulesPerSecurityGroup = 60): PlanInput {
  return {
    scope: { account: 'shared', accountId: '111111111111', region: 'eu-west-1' },
    ownerId: 'owner',
    wishes: new Map(wishes.map((wish) => [wish.set, wish])),
    observed: { securityGroups: { ok: true, value: groups } },
    quotas: { rulesPerSecurityGroup, securityGroupsPerInterface: 5 },
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
