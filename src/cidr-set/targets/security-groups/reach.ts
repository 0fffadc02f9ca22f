import type { Family } from '../../../net/cidr.js';
import type { SetWish } from '../../wish.js';
import type { PlanInput } from '../kind.js';
import { type ListPlan, planLists } from '../prefix-lists/compare.js';
import { isSettling } from '../prefix-lists/observed.js';
import { baseName, listName } from '../prefix-lists/size.js';
import { type Weight, weightOf } from './rule.js';
import { viaOf } from './via.js';

/** A set's prefix list, as rules refer to it. */
export interface Reference {
  family: Family;
  /** The list's id, or its name while it isn't made. */
  peer: string;
  name: string;
  weight: Weight;
  /** Why no new rule may refer to it: it lacks entries that are wanted, for now or because something is in the way. */
  held?: 'Waiting' | 'Blocked';
}

/** How a set gets into groups in one scope. */
export interface SetReach {
  /** Targets whose rules refer to prefix lists; those of the others name each CIDR. */
  viaList: ReadonlySet<string>;
  references: Reference[];
  /** Lists are asked for and could not be read. */
  unread: boolean;
  /** What `via: Auto` came to and why, by target. */
  notes: ReadonlyMap<string, string>;
}

/** By set. */
export function reaches(input: PlanInput): Map<string, SetReach> {
  const plans = planLists(input);
  return new Map([...input.wishes].map(([set, wish]) => [set, reachOf(wish, input, plans)]));
}

const NAMES = { Rules: 'rules', PrefixList: 'prefix list' };

function reachOf(wish: SetWish, input: PlanInput, plans: readonly ListPlan[]): SetReach {
  const { securityGroups = [] } = wish.targets;
  const choices = securityGroups.map((target) => ({ target, ...viaOf(target, wish, input) }));
  const viaList = choices.filter(({ via }) => via === 'PrefixList').map(({ target }) => target.name);
  const notes = choices
    .filter(({ target }) => target.via === 'Auto')
    .map(({ target: { name }, via, why }) => [name, `${name} by ${NAMES[via]}: ${why}`] as const);
  const names = [4, 6].map((family) => listName(baseName(wish.set), family as Family));
  const own = plans.filter(({ wish: { set, name } }) => set === wish.set && names.includes(name));
  const unread = securityGroups.some(({ via }) => via !== 'Rules') && !input.observed.prefixLists?.ok;
  const references = unread ? [] : own.map(referenceTo);
  return { viaList: new Set(viaList), references, unread, notes: new Map(notes) };
}

function referenceTo({ wish: { family, name }, observed, size, changes, problem }: ListPlan): Reference {
  const held = problem ? 'Blocked' : 'Waiting';
  const lacking = changes.some(({ kind, sign }) => kind === 'Entry' && sign === '+');
  const ready = observed !== undefined && !lacking && !isSettling(observed);
  return { family, peer: observed?.id ?? name, name, weight: weightOf(family, size), ...(!ready && { held }) };
}
