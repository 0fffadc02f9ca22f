import { containsCidr, excludeCidr, overlapCidr } from 'cidr-tools';

// The library reads most of what is no CIDR as some number, so only canonical text goes in, see net/cidr.

/** Whether every address of `inner` is in `outer`. */
export function covers(outer: string, inner: string): boolean {
  return containsCidr(outer, inner);
}

/** Whether every address of `inner` is in one or another of `outer`. */
export function coveredTogether(outer: readonly string[], inner: string): boolean {
  return excludeCidr(inner, [...outer]).length === 0;
}

/** What is left of `cidr` when `holes` are taken out. */
export function without(cidr: string, holes: readonly string[]): string[] {
  return excludeCidr(cidr, [...holes]);
}

/** Whether any address is in both. */
export function overlaps(a: string, b: string): boolean {
  return overlapCidr(a, b);
}

/** Whether one of `cidrs` has the address in it, e.g. `203.0.113.9`. */
export function coversAddress(cidrs: readonly string[], address: string): boolean {
  return cidrs.some((cidr) => containsCidr(cidr, address));
}
