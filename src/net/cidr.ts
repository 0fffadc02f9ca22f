import ipaddr from 'ipaddr.js';

export type Family = 4 | 6;

/** A network in its canonical spelling: host bits cleared, IPv6 as RFC 5952 writes it. Equal networks have equal text. */
export interface Cidr {
  family: Family;
  text: string;
}

/** The network that `text` names, or undefined when it names none. AWS and people spell the same network in many ways. */
export function parseCidr(text: string): Cidr | undefined {
  // Not told the family, the library tries IPv6 first: an exception inside for each IPv4 rule of a look.
  if (text.includes(':')) {
    if (!ipaddr.IPv6.isValidCIDR(text)) return undefined;
    const [, prefix] = ipaddr.IPv6.parseCIDR(text);
    return { family: 6, text: `${ipaddr.IPv6.networkAddressFromCIDR(text).toRFC5952String()}/${prefix}` };
  }
  if (!ipaddr.IPv4.isValidCIDR(text)) return undefined;
  const [, prefix] = ipaddr.IPv4.parseCIDR(text);
  return { family: 4, text: `${ipaddr.IPv4.networkAddressFromCIDR(text)}/${prefix}` };
}

/** Prefix lengths below these take in much of the internet. */
export const WIDEST = { 4: 8, 6: 16 } as const;

/** Whether a set takes the canonical `cidr` only with `allowAnywhere`. */
export function isTooWide({ cidr, family }: { cidr: string; family: Family }): boolean {
  return Number(cidr.split('/')[1]) < WIDEST[family];
}
