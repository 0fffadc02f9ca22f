import ipaddr from 'ipaddr.js';
import { parseCidr } from '../net/cidr.js';

/** What can't be asked. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/**
 * The canonical CIDR (see net/cidr) that `203.0.113.20`, `203.0.113.0/24` or `2001:db8::1` names.
 * @throws QueryError
 */
export function parseQuery(text: string): string {
  const cidr = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
  const [spelled = ''] = cidr.split('/');
  const parsed = parseCidr(cidr);
  // The library takes 10.1 and 0x0a.0.0.1 for addresses too.
  if (!parsed || !(spelled.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(spelled))) {
    throw new QueryError(`${text} is no address; write one like 203.0.113.20, 203.0.113.0/24 or 2001:db8::/32`);
  }
  const [address] = ipaddr.parseCIDR(cidr);
  const [network] = ipaddr.parseCIDR(parsed.text);
  if (address.toNormalizedString() === network.toNormalizedString()) return parsed.text;
  throw new QueryError(`${text} has host bits set; write ${parsed.text}, or ${spelled} for one address`);
}

/** Without the prefix length where it is a single address. */
export function addressText(cidr: string): string {
  return cidr.replace(cidr.includes(':') ? /\/128$/ : /\/32$/, '');
}
