import ipaddr from 'ipaddr.js';
import { Refusal } from './call.js';

/** As AWS writes it: 10.1.2.3/8 is 10.0.0.0/8, and 2001:DB8:0::/32 is 2001:db8::/32. */
export function canonicalCidr(cidr: string): string {
  if (!ipaddr.isValidCIDR(cidr)) throw new Refusal(400, 'InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  const [address, length] = ipaddr.parseCIDR(cidr);
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${family.networkAddressFromCIDR(cidr)}/${length}`;
}
