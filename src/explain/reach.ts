import { groupBy } from '../group-by.js';
import { overlaps, without } from '../net/cover.js';
import type { AccessList, AccessListRef, AccessRule } from '../overview/overview.js';
import { type Extent, extentOf, type Membership, prefixOf } from './membership.js';

/** What a security group, an EKS cluster, a NetworkPolicy, a prefix list or an IP set has that is about the address. */
export interface Reach extends AccessListRef {
  /** Of what all rules for some ports let in together. */
  extent: Extent;
  by: Admission[];
}

/** Rules of one kind and one maker. */
export interface Admission {
  /** Absent: what is only listed. */
  ports?: string;
  extent: Extent;
  /** Those of its CIDRs that the address is in, or that are in the range. */
  cidrs: string[];
  /** Prefix lists that these are in. */
  lists: string[];
  /** Prefix lists that could not be read: they may have it. */
  unread: string[];
  /** Whether this install made it. */
  owned: boolean;
  /** The sets that it stands for; of what others made, those that it serves all the same. */
  sets: string[];
  /** None of its sets has the address any more: it is to go, or is held. */
  leftOver?: boolean;
  /** Of a rule that others made: how it compares with the set's entry. */
  than?: { set: string; cidr: string; how: 'Wider' | 'Equal' | 'Narrower' };
  description: string;
}

/** Undefined where the list has nothing about `cidr`. */
export function reachOf(list: AccessList, cidr: string, members: readonly Membership[]): Reach | undefined {
  const matches = list.rules.flatMap((rule) => matchOf(rule, cidr) ?? []);
  if (matches.length === 0) return undefined;
  const alike = groupBy(matches, ({ rule: { ports, owned, sets, description } }) =>
    // Each rule of others by itself: somebody has to look at it.
    JSON.stringify(owned ? [ports, sets] : [ports, sets, description]),
  );
  const by = [...alike.values()].map((same) => admission(same, cidr, members));
  const byPorts = [...groupBy(by, ({ ports }) => ports).values()];
  const extents = byPorts.map((same) => {
    const all = same.flatMap(({ cidrs }) => cidrs);
    return extentOf(cidr, all);
  });
  const extent = extents.includes('Whole') ? 'Whole' : 'Part';
  return { ...refOf(list), extent, by };
}

export function refOf({ target, account, region, id, name }: AccessListRef): AccessListRef {
  return { target, ...(account && region && { account, region }), id, name };
}

interface Match {
  rule: AccessRule;
  /** Undefined: a prefix list that could not be read. */
  cidrs?: string[];
}

function matchOf(rule: AccessRule, cidr: string): Match | undefined {
  const { peer, entries, except = [] } = rule;
  const listed = entries ?? (peer.includes('/') ? [peer] : undefined);
  if (!listed) return { rule };
  const open = except.length > 0 ? listed.flatMap((each) => without(each, except)) : listed;
  const cidrs = open.filter((each) => overlaps(each, cidr));
  return cidrs.length > 0 ? { rule, cidrs } : undefined;
}

function admission(same: readonly Match[], cidr: string, members: readonly Membership[]): Admission {
  const [{ rule }] = same as [Match];
  const cidrs = [...new Set(same.flatMap((match) => match.cidrs ?? []))];
  const listsOf = (matches: readonly Match[]) => [
    ...new Set(matches.map((match) => match.rule.peer).filter((peer) => !peer.includes('/'))),
  ];
  const has = new Set(members.map(({ set }) => set));
  const than = rule.owned ? undefined : comparison(cidrs, members);
  return {
    ...(rule.ports && { ports: rule.ports }),
    extent: extentOf(cidr, cidrs),
    cidrs,
    lists: listsOf(same.filter((match) => match.cidrs)),
    unread: listsOf(same.filter((match) => !match.cidrs)),
    owned: rule.owned,
    sets: rule.sets,
    ...(rule.owned && rule.sets.length > 0 && !rule.sets.some((set) => has.has(set)) && { leftOver: true }),
    ...(than && { than }),
    description: rule.description,
  };
}

/** The widest of the rule's CIDRs beside an entry of a set that is the same, or the narrowest around it or in it. */
function comparison(cidrs: readonly string[], members: readonly Membership[]): Admission['than'] {
  const [widest] = [...cidrs].sort((a, b) => prefixOf(a) - prefixOf(b));
  if (!widest) return undefined;
  const near = members.flatMap(({ entries }) => entries).filter((each) => overlaps(each.cidr, widest));
  near.sort((a, b) => prefixOf(b.cidr) - prefixOf(a.cidr));
  const entry = near.find((each) => each.cidr === widest) ?? near[0];
  if (!entry) return undefined;
  const difference = prefixOf(widest) - prefixOf(entry.cidr);
  const how = difference < 0 ? 'Wider' : difference > 0 ? 'Narrower' : 'Equal';
  return { set: entry.path[0] ?? '', cidr: entry.cidr, how };
}
