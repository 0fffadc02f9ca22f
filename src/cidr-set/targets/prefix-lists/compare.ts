import type { Problem } from '../../../api/problem.js';
import { cut } from '../../../cut.js';
import { noteQuotaUse, type SetFacts } from '../../facts.js';
import { holdOf } from '../hold.js';
import type { HoldReason, PlanInput, Sign } from '../kind.js';
import type { ListChange } from './change.js';
import { type ListWish, listWishes } from './desired.js';
import type { ObservedPrefixList } from './observed.js';
import { growthProblem } from './room.js';
import { fittingSize, MAX_ENTRIES } from './size.js';

/** How one list becomes what a set wants. */
export interface ListPlan {
  wish: ListWish;
  /** Absent where it isn't made yet. */
  observed?: ObservedPrefixList;
  /** How many entries it is to have room for. */
  size: number;
  changes: ListChange[];
  /** Why it can't become that, or did not the last time. */
  problem?: Problem;
}

/**
 * | wanted by          | list is there          | changes                                                    |
 * | ------------------ | ---------------------- | ---------------------------------------------------------- |
 * | a set              | no                     | the list, with its entries                                 |
 * | the set of its tag | ours                   | entries, and its size where they don't fit                 |
 * | a set              | another's, or not ours | none                                                       |
 * | none               | ours, not referred to  | it goes, or only our mark for a set deleted with `Retain`  |
 */
export function compareLists(input: PlanInput, facts: Map<string, SetFacts>): ListChange[] {
  const plans = planLists(input);
  for (const { wish, problem } of plans) if (problem) facts.get(wish.set)?.problems.push(problem);
  for (const { wish, observed } of plans) {
    const object = `${observed?.id ?? wish.name} (${wish.name})`;
    noteQuotaUse(facts.get(wish.set), { object, used: wish.entries.size, quota: MAX_ENTRIES, what: 'entries' });
  }
  const ours = observedLists(input).filter(({ set }) => set !== undefined);
  for (const list of ours) countFacts(list, facts);
  const unwanted = ours.filter((list) => !plans.some(({ observed }) => observed === list));
  return [...plans.flatMap(({ changes }) => changes), ...unwanted.map((list) => letGo(list, input, facts))];
}

function observedLists({ observed }: PlanInput): ObservedPrefixList[] {
  return observed.prefixLists?.ok ? observed.prefixLists.value.lists : [];
}

export function planLists(input: PlanInput): ListPlan[] {
  const holders = new Map(observedLists(input).map(({ name, set }) => [name, set]));
  return listWishes(input).map((wish) => {
    if (!holders.has(wish.name)) holders.set(wish.name, wish.set);
    return planList(wish, holders.get(wish.name), input);
  });
}

function planList(wish: ListWish, holder: string | undefined, input: PlanInput): ListPlan {
  const observed = observedLists(input).find(({ name, set }) => name === wish.name && set === wish.set);
  const count = wish.entries.size;
  const there = { wish, size: observed?.maxEntries ?? 0, ...(observed && { observed }) };
  if (!observed && holder !== wish.set) return { ...there, changes: [], problem: taken(wish.name, holder) };
  if (count > MAX_ENTRIES) return { ...there, changes: [], problem: tooMany(wish) };

  const entries = compareEntries(wish, observed);
  if (!observed) {
    const size = fittingSize(count);
    const list = listChange(wish, 'List', '+', `of up to ${size} entries`, planned(wish));
    return { ...there, size, changes: [{ ...list, size, family: wish.family }, ...entries] };
  }
  const signs = entries.filter(({ held }) => !held || held === 'PlanMode').map(({ sign }) => sign);
  const after =
    observed.entries.size + signs.filter((sign) => sign === '+').length - signs.filter((sign) => sign === '-').length;
  const size = fittingSize(after, observed.maxEntries);
  // A list shrinks when it has nothing else to do.
  const resizes = size > observed.maxEntries || (size < observed.maxEntries && entries.length === 0);
  if (!resizes) return { ...there, changes: entries, ...failure(observed, entries) };

  const resize = listChange(wish, 'Size', '~', `${observed.maxEntries} -> ${size} entries`, planned(wish), observed);
  const changes = [{ ...resize, size }, ...entries];
  const problem = growthProblem(observed, size, input);
  if (!problem) return { ...there, size, changes, ...failure(observed, changes) };
  // Not half of what is asked for.
  return { ...there, changes: changes.map((change) => ({ ...change, held: change.held ?? 'QuotaExceeded' })), problem };
}

function compareEntries(wish: ListWish, observed: ObservedPrefixList | undefined): ListChange[] {
  const there = observed?.entries ?? new Map<string, string>();
  const changes: ListChange[] = [];
  for (const [cidr, description] of wish.entries) {
    const known = there.get(cidr);
    if (known === description) continue;
    const sign = known === undefined ? '+' : '~';
    changes.push({ ...listChange(wish, 'Entry', sign, cidr, planned(wish), observed), description });
  }
  const held = wish.complete ? planned(wish) : 'SourcesIncomplete';
  for (const [cidr, description] of there) {
    if (wish.entries.has(cidr)) continue;
    changes.push({ ...listChange(wish, 'Entry', '-', cidr, held, observed), description });
  }
  return changes;
}

/** AWS tells only in the list's state that it could not do what was asked. */
function failure(observed: ObservedPrefixList, changes: readonly ListChange[]): { problem?: Problem } {
  const { id, name, state, stateMessage } = observed;
  if (!state.endsWith('-failed') || changes.length === 0) return {};
  const message = `${id} (${name}) is ${state}: ${stateMessage.replace(/\.$/, '')}; trying again with each look`;
  return { problem: { reason: 'PrefixListFailed', message } };
}

/** A list that no target asks for. */
function letGo(list: ObservedPrefixList, input: PlanInput, facts: ReadonlyMap<string, SetFacts>): ListChange {
  const { id, name, set = '', entries, referrers } = list;
  const wish = input.wishes.get(set);
  const change = (sign: Sign, held: HoldReason | undefined) => {
    const value = entries.size === 1 ? 'of 1 entry' : `of ${entries.size} entries`;
    return { ...listChange({ set, name }, 'List', sign, value, held, list), harmless: true };
  };
  const held = holdOf(wish);
  if (wish?.release === 'Retain') return change('/', held);
  const others = referrers?.filter((referrer) => !isOurRule(referrer, id, input)) ?? [];
  if (!held && others.length > 0) {
    const message = `${id} (${name}) is no longer asked for, and stays as long as something refers to it: ${cut(others, 5)}`;
    facts.get(set)?.problems.push({ reason: 'PrefixListInUse', message });
  }
  const used = referrers?.length === 0 ? undefined : 'Blocked';
  return change('-', held ?? used ?? (isShared(list, input) ? 'Waiting' : undefined));
}

/** Whether what refers to the list is a group that does so by a rule of ours, which goes first. */
function isOurRule(referrer: string, list: string, { observed }: PlanInput): boolean {
  const groups = observed.securityGroups?.ok ? observed.securityGroups.value : [];
  return groups.some(
    ({ id, rules }) => id === referrer && rules.some(({ owned, rule }) => owned && rule?.peer === list),
  );
}

function isShared({ arn }: ObservedPrefixList, { observed }: PlanInput): boolean {
  const shares = observed.prefixLists?.ok ? observed.prefixLists.value.shares : [];
  return shares.some(({ resources }) => resources.includes(arn));
}

function listChange(
  { set, name }: Pick<ListWish, 'set' | 'name'>,
  kind: ListChange['kind'],
  sign: Sign,
  value: string,
  held: HoldReason | undefined,
  observed?: ObservedPrefixList,
): ListChange {
  const noun = { List: 'prefix list', Size: 'size', Entry: 'entry' }[kind];
  const object = { id: observed?.id ?? name, name };
  return { target: 'prefixLists', kind, set, sign, object, noun, value, sets: [set], ...(held && { held }) };
}

function planned({ mode }: Pick<ListWish, 'mode'>): HoldReason | undefined {
  return mode === 'Plan' ? 'PlanMode' : undefined;
}

function countFacts({ set = '', id, name, entries }: ObservedPrefixList, facts: ReadonlyMap<string, SetFacts>): void {
  const own = facts.get(set);
  if (!own) return;
  own.owned += entries.size;
  own.objects.push({ target: 'prefixLists', id, name, entries: entries.size });
}

function taken(name: string, holder: string | undefined): Problem {
  if (holder !== undefined) {
    const message = `Prefix list ${name} is that of CidrSet ${holder}: write another listName`;
    return { reason: 'ClaimedBy', message };
  }
  const message = `Prefix list ${name} is there and is not ours, so it is left alone: write another listName, or delete it`;
  return { reason: 'NotOurs', message };
}

function tooMany({ name, set, family, entries: { size } }: ListWish): Problem {
  const message =
    `${set} has ${size} IPv${family} CIDRs, and a prefix list holds up to ${MAX_ENTRIES}: ${name} is left as it is. Narrow ` +
    'what the set selects, write wider CIDRs in place of many narrow ones, or divide it into several sets';
  return { reason: 'QuotaExceeded', message };
}
