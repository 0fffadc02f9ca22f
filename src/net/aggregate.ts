import { mergeCidr, parseCidr } from 'cidr-tools';
import type { Family } from './cidr.js';

export interface DescribedCidr {
  /** Canonical, see net/cidr. */
  cidr: string;
  family: Family;
  description: string;
}

interface Origin {
  family: Family;
  start: bigint;
  description: string;
}

/** How many descriptions a CIDR that stands for several keeps; the others are counted. */
const MAX_DESCRIPTIONS = 3;

/**
 * The fewest CIDRs that cover exactly the addresses of `cidrs`: IPv4 before IPv6, in the order of their addresses.
 * One that stands for several has their distinct descriptions: `Berlin, Paris, Rome and 2 more`.
 */
export function aggregate(cidrs: readonly DescribedCidr[]): DescribedCidr[] {
  const origins = cidrs.map(originOf).sort(inOrder);
  let next = 0;
  return mergeCidr(cidrs.map(({ cidr }) => cidr)).map((cidr) => {
    const { version: family, end } = parseCidr(cidr);
    const descriptions = new Set<string>();
    for (let origin = origins[next]; origin?.family === family && origin.start <= end; origin = origins[++next]) {
      if (origin.description) descriptions.add(origin.description);
    }
    return { cidr, family, description: summary([...descriptions]) };
  });
}

function originOf({ cidr, family, description }: DescribedCidr): Origin {
  return { family, start: parseCidr(cidr).start, description };
}

function inOrder(a: Origin, b: Origin): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return a.description < b.description ? -1 : 1;
}

function summary(descriptions: readonly string[]): string {
  const shown = descriptions.slice(0, MAX_DESCRIPTIONS).join(', ');
  const more = descriptions.length - MAX_DESCRIPTIONS;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
