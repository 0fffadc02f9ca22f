import { groupBy } from '../group-by.js';
import type { AccessList, AccessRule } from '../overview/overview.js';
import type { Grant } from './data.js';
import { inOrder } from './in-order.js';

/** Gives equal lists the same place. */
export class CidrLists {
  readonly all: string[][] = [];
  readonly #places = new Map<string, number>();

  placeOf(cidrs: readonly string[]): number {
    const list = [...new Set(cidrs)].sort();
    const key = list.join(' ');
    const place = this.#places.get(key) ?? this.all.push(list) - 1;
    this.#places.set(key, place);
    return place;
  }
}

/**
 * What a list lets in, and out to sets, in an order of its own: sets by name, what others made last, out after in. Where
 * others let members of a group out to is not told: AWS lets each new group out to everywhere.
 */
export function grantsOf({ rules }: AccessList, lists: CidrLists): Grant[] {
  const told = rules.filter(({ owned, sets, direction }) => owned || sets.length > 0 || direction !== 'Egress');
  const inOneOrder = inOrder(told, ({ sets, direction, ports = '', peer }) => [
    ...(sets.length > 0 ? sets : ['~']),
    direction === 'Egress' ? 'out' : 'in',
    ports,
    peer,
  ]);
  const alike = groupBy(inOneOrder, (rule) =>
    JSON.stringify([rule.direction, rule.owned, rule.sets, listOf(rule), rule.except]),
  );
  return [...alike.values()].flatMap(mergedByPorts).flatMap((rules) => {
    const [first] = rules;
    return first ? [grantOf(first, rules, lists)] : [];
  });
}

/** Those at several ports with the same peers go together. */
function mergedByPorts(rules: AccessRule[]): AccessRule[][] {
  const byPorts = groupBy(rules, ({ ports }) => ports);
  const merged = groupBy(byPorts.values(), (each) => each.map(({ peer }) => peer).join(' '));
  return [...merged.values()].map((alike) => alike.flat());
}

function grantOf(first: AccessRule, rules: readonly AccessRule[], lists: CidrLists): Grant {
  const { sets, owned, direction, except } = first;
  const via = listOf(first);
  const ports = new Set(rules.flatMap(({ ports }) => ports ?? []));
  const description = [...new Set(rules.map(({ description }) => description))].filter(Boolean).join(', ');
  return {
    sets,
    ...(owned && { owned: true }),
    ...(direction === 'Egress' && { out: true }),
    ports: [...ports].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    cidrs: lists.placeOf(rules.flatMap(({ peer, entries = [] }) => (via ? entries : [peer]))),
    ...(except && { except }),
    ...(via && { via }),
    ...(!owned && description && { description }),
  };
}

/** The prefix list that is the rule's peer. */
function listOf({ peer }: AccessRule): string | undefined {
  return peer.includes('/') ? undefined : peer;
}
