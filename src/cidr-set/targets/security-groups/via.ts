import type { Family } from '../../../net/cidr.js';
import { plural } from '../../../plural.js';
import type { SetWish } from '../../wish.js';
import type { PlanInput } from '../kind.js';
import type { ObservedPrefixList } from '../prefix-lists/observed.js';
import { baseName, fittingSize, listName, MAX_ENTRIES } from '../prefix-lists/size.js';
import type { ObservedGroup } from './observed.js';
import { portsFor } from './ports.js';
import { type Direction, ruleKey } from './rule.js';
import { type GroupTarget, portsOf, targetSelects } from './select.js';

/** From so many groups on, `Auto` takes a prefix list: a change is then one call instead of one for each. */
export const AUTO_GROUPS = 5;

/** A group that a target with `via: Auto` selects. */
export interface AutoGroup {
  /** Whether rules there refer to the set's list already. */
  refers: boolean;
  /** Why rules that refer to the list have no room there; absent where they have. */
  tight?: string;
}

export interface ViaChoice {
  via: 'Rules' | 'PrefixList';
  /** For people. */
  why: string;
}

/** What `Auto` comes to. A list that is in use stays while it fits, so that a group more or less doesn't turn it round. */
export function chooseVia(groups: readonly AutoGroup[]): ViaChoice {
  const tight = groups.find((group) => group.tight)?.tight;
  if (tight) return { via: 'Rules', why: tight };
  if (groups.length >= AUTO_GROUPS) return { via: 'PrefixList', why: `it selects ${plural(groups.length, 'group')}` };
  if (groups.some(({ refers }) => refers)) return { via: 'PrefixList', why: 'the list is there and fits' };
  return { via: 'Rules', why: `it selects ${plural(groups.length, 'group')}, fewer than ${AUTO_GROUPS}` };
}

/** How a target's rules let the set in. */
export function viaOf(target: GroupTarget, wish: SetWish, { observed, quotas }: PlanInput): ViaChoice {
  if (target.via !== 'Auto') return { via: target.via, why: 'as the set says' };
  const lists = new Map(
    observed.prefixLists?.ok
      ? observed.prefixLists.value.lists.filter(({ set }) => set === wish.set).map((list) => [list.name, list])
      : [],
  );
  if (!observed.securityGroups?.ok)
    return { via: lists.size > 0 ? 'PrefixList' : 'Rules', why: 'groups were not read' };
  const needs = ([4, 6] as const).map((family) => needOf(family, target, wish, lists));
  const chosen = observed.securityGroups.value.filter((group) => targetSelects(target, group));
  return chooseVia(chosen.map((group) => autoGroup(group, target.direction, needs, quotas.rulesPerSecurityGroup)));
}

/** What a target's rules of one family are, with a list and without. */
interface Need {
  family: Family;
  entries: number;
  /** What the rules that refer to the list weigh together. */
  weight: number;
  references: Set<string>;
  direct: Set<string>;
}

function needOf(
  family: Family,
  { ports: texts, direction }: GroupTarget,
  { set, cidrs }: SetWish,
  lists: ReadonlyMap<string, ObservedPrefixList>,
): Need {
  const own = cidrs.filter((cidr) => cidr.family === family);
  const list = lists.get(listName(baseName(set), family));
  const ports = portsOf(texts).map((each) => ({ direction, ...portsFor(family, each) }));
  const size = own.length > 0 || list ? fittingSize(own.length, list?.maxEntries) : 0;
  return {
    family,
    entries: own.length,
    weight: size * ports.length,
    references: new Set(list ? ports.map((each) => ruleKey({ ...each, peer: list.id })) : []),
    direct: new Set(ports.flatMap((each) => own.map(({ cidr }) => ruleKey({ ...each, peer: cidr })))),
  };
}

function autoGroup(group: ObservedGroup, direction: Direction, needs: readonly Need[], quota: number): AutoGroup {
  const rules = group.rules.filter((rule) => rule.direction === direction);
  const keys = new Map(rules.map((rule) => [rule, rule.rule ? ruleKey(rule.rule) : '']));
  const isIn = (which: 'references' | 'direct', key = '') => needs.some((need) => need[which].has(key));
  const refers = rules.some((rule) => isIn('references', keys.get(rule)));
  // On the way to a list both are there; once it is there, what it replaces goes.
  const others = rules.filter((rule) => {
    const key = keys.get(rule);
    return !isIn('references', key) && !(refers && rule.owned && isIn('direct', key));
  });
  for (const { family, entries, weight } of needs) {
    if (entries > MAX_ENTRIES) return { refers, tight: `a list holds up to ${MAX_ENTRIES} entries, not ${entries}` };
    const used = others.reduce((sum, rule) => sum + rule.weight[family], 0);
    if (weight > 0 && used + weight > quota) {
      const room = `${group.id} (${group.name}) has ${used} of ${quota} IPv${family} rules`;
      return { refers, tight: `${room}, and the list would weigh ${weight} more` };
    }
  }
  return { refers };
}
