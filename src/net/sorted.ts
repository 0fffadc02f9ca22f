import { parseCidr } from 'cidr-tools';

/** Canonical CIDRs, each once: IPv4 before IPv6, in the order of their addresses, wider before narrower. */
export function sorted(cidrs: Iterable<string>): string[] {
  return [...new Set(cidrs)]
    .map((cidr) => ({ ...parseCidr(cidr), cidr }))
    .sort((a, b) => a.version - b.version || order(a.start, b.start) || order(b.end, a.end))
    .map(({ cidr }) => cidr);
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
