import type { Access, AccessList, AccessListRef, AccessRule, Overview } from '../overview/overview.js';
import type { ReadError } from '../plan/report.js';
import { type Membership, memberships } from './membership.js';
import { type Miss, missOf } from './miss.js';
import { type Reach, reachOf } from './reach.js';

/** What `sallyport explain --output json` prints. */
export interface Explanation {
  /** Of this shape: fields may be added to it, none is taken away or gets another meaning. */
  version: 1;
  /** What was asked for: a canonical CIDR. */
  cidr: string;
  /** Sets that it is in. */
  sets: Membership[];
  /** What lets it in. */
  reaches: Reach[];
  /** What may call it, by rules of sets. */
  reachedFrom: Reach[];
  /** Prefix lists and WAF IP sets of sets that have it: who refers to them decides what follows. */
  listedIn: Reach[];
  /** With `--to`: what doesn't let in all of it. */
  doesNotReach: Miss[];
  /** With `--to`: how many things have the id or the name. */
  named?: number;
  read: Access['read'];
  /** What could not be read: the answer lacks what is there. */
  errors: ReadError[];
}

const LISTS: readonly AccessList['target'][] = ['prefixLists', 'wafIpSets'];

/** Who lets `cidr` in, where, because of which set. @param to an id, a name, or a part of names */
export function explain(cidr: string, { sets, access }: Overview & { access: Access }, to?: string): Explanation {
  const members = memberships(cidr, sets, access.entries);
  const lists = to === undefined ? access.lists : named(access.lists, to);
  const reaching = (which: (rule: AccessRule) => boolean) =>
    lists.flatMap((list) => reachOf({ ...list, rules: list.rules.filter(which) }, cidr, members) ?? []);
  const inward = reaching(({ direction }) => direction !== 'Egress');
  const inwardOf = new Map(inward.map((reach) => [keyOf(reach), reach]));
  const missed = (list: AccessList) => inwardOf.get(keyOf(list))?.extent !== 'Whole';
  const unknown = new Set(inward.flatMap(({ by }) => by.flatMap(({ unread }) => unread)));
  return {
    version: 1,
    cidr,
    sets: members,
    reaches: inward.filter(({ target }) => !LISTS.includes(target)),
    reachedFrom: reaching(({ direction, owned }) => direction === 'Egress' && owned),
    listedIn: inward.filter(({ target }) => LISTS.includes(target)),
    doesNotReach:
      to === undefined
        ? []
        : lists.filter(missed).map((list) => missOf(list, cidr, members, inwardOf.get(keyOf(list)))),
    ...(to !== undefined && { named: lists.length }),
    read: access.read,
    errors: [...access.unread, ...[...unknown].flatMap((id) => access.unreadLists[id] ?? [])],
  };
}

function keyOf({ target, account, region, id }: AccessListRef): string {
  return `${target} ${account}/${region} ${id}`;
}

/** Those with the id or the whole name, `shared/eu-west-1/gitlab-nlb` too; if none has, those with a part of the name. */
function named(lists: readonly AccessList[], to: string): AccessList[] {
  const exact = lists.filter(({ account, region, id, name }) =>
    [id, name, `${account}/${region}/${name}`].includes(to),
  );
  if (exact.length > 0) return exact;
  const part = to.toLowerCase();
  return lists.filter(({ name }) => name.toLowerCase().includes(part));
}
