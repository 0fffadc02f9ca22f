import type { Family } from '../../../net/cidr.js';
import { type Ports, portsText } from './ports.js';

export type Direction = 'Ingress' | 'Egress';

/** One security group rule that lets a network or a prefix list in or out, as EC2 tells rules apart: without its description. */
export interface Rule extends Ports {
  direction: Direction;
  /** A canonical CIDR, see net/cidr, or a prefix list: `pl-0123456789abcdef0`, or the name of one that isn't made yet. */
  peer: string;
}

/** What a rule counts for in a group's quotas: those of the two IP families are apart. */
export type Weight = Readonly<Record<Family, number>>;

const ONE: Record<Family, Weight> = { 4: weightOf(4, 1), 6: weightOf(6, 1) };
/** A rule whose peer is a group, or a list that nothing is known of, counts once in each family. */
export const BOTH: Weight = { 4: 1, 6: 1 };

export function weightOf(family: Family, weight: number): Weight {
  return family === 4 ? { 4: weight, 6: 0 } : { 4: 0, 6: weight };
}

export function weightOfCidr(cidr: string): Weight {
  return ONE[cidr.includes(':') ? 6 : 4];
}

export function isCidr(peer: string): boolean {
  return peer.includes('/');
}

export function ruleKey(rule: Rule): string {
  return `${rule.direction} ${rule.protocol} ${rule.fromPort} ${rule.toPort} ${rule.peer}`;
}

/** For people, e.g. `tcp/443 203.0.113.0/24`, and with `egress` before it where that is the direction. */
export function ruleText(rule: Rule): string {
  return `${rule.direction === 'Egress' ? 'egress ' : ''}${portsText(rule)} ${rule.peer}`;
}
