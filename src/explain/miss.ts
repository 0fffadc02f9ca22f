import type { HoldReason } from '../cidr-set/targets/kind.js';
import { cut } from '../cut.js';
import { overlaps } from '../net/cover.js';
import type { AccessList, AccessListRef } from '../overview/overview.js';
import { HELD } from '../plan/words.js';
import { plural } from '../plural.js';
import type { Membership } from './membership.js';
import { type Reach, refOf } from './reach.js';

/** What the address does not get into, or not all of the range. */
export interface Miss extends AccessListRef {
  /** Sets that its targets or rules let in. */
  takes: string[];
  /** Sets with the address that are to be let in, and are not yet. */
  awaited: { sets: string[]; ports?: string; held?: HoldReason }[];
  /** A sentence. */
  why: string;
}

/** @param partly what it gets into of the range, if anything */
export function missOf(list: AccessList, cidr: string, members: readonly Membership[], partly?: Reach): Miss {
  const { target, rules, askedBy, changes, peerRules } = list;
  const letIn = rules.filter(({ direction }) => direction !== 'Egress').flatMap(({ sets }) => sets);
  const takes = [...new Set([...askedBy, ...letIn])].sort();
  const has = members.map(({ set }) => set);
  const awaited = changes
    .filter(({ sign, value, sets }) => sign === '+' && sets.some((set) => has.includes(set)) && concerns(value, cidr))
    .map(({ sets, ports, held }) => ({ sets, ...(ports && { ports }), ...(held && { held }) }));
  const peers =
    peerRules > 0 ? `; ${plural(peerRules, 'rule')} there let in other groups or pods, whatever their addresses` : '';
  const why =
    awaited.length > 0 ? awaitedWords(awaited) : partly ? partlyWords(partly) : takesWords(NOUNS[target], takes, has);
  return { ...refOf(list), takes, awaited, why: why + peers };
}

const NOUNS: Record<AccessList['target'], string> = {
  securityGroups: 'group',
  prefixLists: 'list',
  wafIpSets: 'IP set',
  eksPublicAccess: 'cluster',
  networkPolicies: 'policy',
};

/** A rule that refers to a prefix list has that as its value. */
function concerns(value: string, cidr: string): boolean {
  return !value.includes('/') || overlaps(value, cidr);
}

function awaitedWords(awaited: Miss['awaited']): string {
  const sentences = awaited.map(({ sets, ports, held }) => {
    const state = held ? HELD[held] : 'the operator has it still to do';
    return `${sets.join(', ')} is to be let in${ports ? ` at ${ports}` : ''}: ${state}`;
  });
  return cut([...new Set(sentences)], 3);
}

function partlyWords({ by }: Reach): string {
  const [cidrs, unread] = [by.flatMap((each) => each.cidrs), by.flatMap((each) => each.unread)];
  if (unread.length > 0) return `perhaps by ${cut([...new Set(unread)], 3)}, which could not be read`;
  return `only ${cut([...new Set(cidrs)], 5)} of it is let in`;
}

function takesWords(noun: string, takes: readonly string[], has: readonly string[]): string {
  if (takes.length === 0) return `that ${noun} takes no set`;
  const common = takes.filter((set) => has.includes(set));
  if (common.length > 0) return `that ${noun} takes ${cut(common, 5)}, but has no rule for it yet`;
  return `that ${noun} takes ${cut(takes, 5)} only`;
}
