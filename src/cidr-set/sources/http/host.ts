import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

export interface HostAddress {
  address: string;
  family: number;
  /** What the address is for, as ipaddr.js names it: `unicast` is public; see rangeOf. */
  range: string;
}

/** All addresses of a host name; an address stands for itself. */
export type ResolveHost = (host: string) => Promise<HostAddress[]>;

/** IANA: of all IPv6 only this is global unicast so far; the library takes all that it knows no use of for public. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** RFC 6052, section 2.1: what NAT64 and DNS64 put before a public IPv4 address, those of AWS too. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

export async function resolveHost(host: string): Promise<HostAddress[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family, range: rangeOf(address) }));
}

/** What an address is for. An IPv4 address that is reached through NAT64 is for what it is for by itself. */
export function rangeOf(address: string): string {
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (!(parsed instanceof ipaddr.IPv6)) return range;
  if (parsed.match(NAT64)) return ipaddr.fromByteArray(parsed.toByteArray().slice(12)).range();
  return range === 'unicast' && !parsed.match(GLOBAL_UNICAST) ? 'reserved' : range;
}
