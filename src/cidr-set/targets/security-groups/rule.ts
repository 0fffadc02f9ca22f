import type { Family } from '../../../net/cidr.js';
import { type Ports, portsText } from './ports.js';

export type Direction = 'Ingress' | 'Egress';

/** One security group rule whose peer is a CIDR, as EC2 tells rules apart: the description is no part of its identity. */
export interface Rule extends Ports {
  direction: Direction;
  /** Canonical, see net/cidr. */
  cidr: string;
}

export function ruleKey(rule: Rule): string {
  return `${rule.direction} ${rule.protocol} ${rule.fromPort} ${rule.toPort} ${rule.cidr}`;
}

/** For people, e.g. `tcp/443 203.0.113.0/24`, and with `egress` before it where that is the direction. */
export function ruleText(rule: Rule): string {
  return `${rule.direction === 'Egress' ? 'egress ' : ''}${portsText(rule)} ${rule.cidr}`;
}

export function familyOf(rule: Rule): Family {
  return rule.cidr.includes(':') ? 6 : 4;
}
