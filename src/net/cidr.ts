import ipaddr from 'ipaddr.js';

export type Family = 4 | 6;

/** A network in its canonical spelling: host bits cleared, IPv6 as RFC 5952 writes it. Equal networks have equal text. */
export interface Cidr {
  family: Family;
  text: string;
}

/** The network that `text` names, or undefined when it names none. AWS and people spell the same network in many ways. */
export function parseCidr(text: string): Cidr | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [address, prefix] = ipaddr.parseCIDR(text);
  if (address instanceof ipaddr.IPv4) {
    return { family: 4, text: `${ipaddr.IPv4.networkAddressFromCIDR(text)}/${prefix}` };
  }
  return { family: 6, text: `${ipaddr.IPv6.networkAddressFromCIDR(text).toRFC5952String()}/${prefix}` };
}
