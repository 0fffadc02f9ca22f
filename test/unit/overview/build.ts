import type { CidrSet } from '../../../src/api/cidr-set.gen.js';
import { parseCidr } from '../../../src/net/cidr.js';
import type { Access, AccessList, AccessRule, Overview, SetEntry } from '../../../src/overview/overview.js';
import { cidrSet } from '../cidr-set/resources.js';

export function named(name: string, include: string[] = []): CidrSet {
  return cidrSet({ include }, { metadata: { name } });
}

/** Entries without descriptions: `203.0.113.0/26`, or with one: `203.0.113.0/26 Berlin`. */
export function entries(...texts: string[]): SetEntry[] {
  return texts.map((text) => {
    const [cidr = '', ...words] = text.split(' ');
    return { cidr, family: parseCidr(cidr)?.family ?? 4, description: words.join(' ') };
  });
}

/**
 * `tcp/443 203.0.113.0/24`, with `egress ` before it, or just a CIDR or list. With sets it is ours. `pl-1` holds what
 * `more` says.
 */
export function rule(text: string, sets?: string[], more: Partial<AccessRule> = {}): AccessRule {
  const words = text.split(' ');
  const [peer = '', ports] = words.reverse();
  const direction = words.includes('egress') ? 'Egress' : 'Ingress';
  return {
    ...(ports && { direction, ports }),
    peer,
    description: '',
    owned: sets !== undefined,
    sets: sets ?? [],
    ...more,
  };
}

/** A security group in shared/eu-west-1, unless `more` says otherwise. */
export function list(name: string, rules: AccessRule[], more: Partial<AccessList> = {}): AccessList {
  return {
    target: 'securityGroups',
    account: 'shared',
    region: 'eu-west-1',
    id: `sg-${name}`,
    name,
    askedBy: [],
    rules,
    peerRules: 0,
    changes: [],
    ...more,
  };
}

export function overview(
  sets: CidrSet[],
  entriesOf: Record<string, SetEntry[]>,
  ...lists: AccessList[]
): Overview & { access: Access } {
  const read = { accounts: 1, scopes: 1, calls: 3 };
  return {
    accounts: [],
    sets,
    endpoints: [],
    pools: [],
    access: { entries: entriesOf, lists, unread: [], unreadLists: {}, read },
  };
}
