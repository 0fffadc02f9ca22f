import { overlaps } from '../../../net/cover.js';
import type { SetFacts } from '../../facts.js';
import type { SetWish } from '../../wish.js';
import { holdOf } from '../hold.js';
import type { HoldReason, ObjectRef, PlanInput } from '../kind.js';
import { type RuleChange, ruleChange } from './change.js';
import { describeForFewer, describeRule, setsOf } from './description.js';
import { type GroupWish, type WantedRule, wishForGroup } from './desired.js';
import { isPeerRule, type ObservedGroup, type PeerRule } from './observed.js';
import { reaches } from './reach.js';
import { isCidr, type Rule, ruleKey } from './rule.js';

type Wishes = ReadonlyMap<string, SetWish>;

/** All that the sets want of one group. */
export interface GroupInput {
  group: ObservedGroup;
  asked: GroupWish[];
  existing: ReadonlyMap<string, PeerRule>;
}

/**
 * The changes that each group needs, as far as the group alone tells.
 *
 * | wanted by           | rule exists        | change                                                     |
 * | ------------------- | ------------------ | ---------------------------------------------------------- |
 * | some set            | no                 | Authorize                                                  |
 * | some set            | made by others     | none: it serves, and stays theirs                          |
 * | some set            | ours               | none, or UpdateDescription where it names other sets       |
 * | none                | ours               | Revoke, or Disown for a set deleted with `Retain`          |
 * | sets in mode Plan   | ours, for others   | as if none wanted it: what only plans keeps nothing        |
 * | none                | made by others     | none                                                       |
 *
 * Where a prefix list is to take the place of rules, those stay until a rule that refers to the whole list is there.
 */
export function compareGroups(input: PlanInput, facts: Map<string, SetFacts>): RuleChange[] {
  const groups = input.observed.securityGroups?.ok ? input.observed.securityGroups.value : [];
  const reach = reaches(input);
  const changes = groups.flatMap((group) => {
    const asked = [...input.wishes].flatMap(([set, wish]) => {
      const own = reach.get(set);
      return own ? (wishForGroup(wish, group, own) ?? []) : [];
    });
    const existing = new Map(group.rules.filter(isPeerRule).map((rule) => [ruleKey(rule.rule), rule]));
    countFacts(group, asked, existing, facts);
    return compareGroup({ group, asked, existing }, input.wishes);
  });
  for (const [set, { notes }] of reach) {
    const own = facts.get(set);
    for (const [target, note] of notes) if (own?.targets[`securityGroups/${target}`]) own.notes.push(note);
  }
  return changes;
}

function compareGroup(input: GroupInput, wishes: Wishes): RuleChange[] {
  const { group, asked, existing } = input;
  const object = { id: group.id, name: group.name };
  const changes: RuleChange[] = [];

  const wanted = new Map<string, WantedRule & { sets: SetWish[] }>();
  for (const { set, rules } of asked) {
    const wish = wishes.get(set);
    for (const [key, rule] of rules) {
      const entry = wanted.get(key) ?? { ...rule, sets: [] };
      if (wish) entry.sets.push(wish);
      wanted.set(key, entry);
    }
  }

  const unwanted = [...existing].filter(([key, { owned }]) => owned && !wanted.has(key)).map(([, rule]) => rule);
  for (const [key, { rule, weight, description: text, held: notYet, sets }] of wanted) {
    const found = existing.get(key);
    if (found && !found.owned) continue;
    const enforcing = sets.filter(({ mode }) => mode === 'Enforce');
    if (!found) {
      const names = (enforcing.length > 0 ? enforcing : sets).map(({ set }) => set);
      const held = enforcing.length === 0 ? 'PlanMode' : notYet;
      const description = describeRule(names, text);
      const change = { kind: 'Authorize' as const, object, rule, weight, description, sets: names };
      changes.push(ruleChange({ ...change, ...(held && { held }) }));
      continue;
    }
    const named = setsOf(found.description);
    // A name may only leave the description when that set is known not to need the rule.
    const staying = [...(named ?? [])].filter((name) => holdOf(wishes.get(name)));
    const names = [...new Set([...enforcing.map(({ set }) => set), ...staying])];
    if (names.length === 0) {
      unwanted.push(found);
      continue;
    }
    const uncertain = !named && [...wishes.values()].some(({ complete }) => !complete);
    const description = describeRule(names, text);
    if (!uncertain && description !== found.description) {
      const concerned = [...new Set([...names, ...(named ?? [])])];
      const change = { kind: 'UpdateDescription' as const, object, rule, weight, ruleId: found.id, description };
      // A set that is to let go of the rule can't wait for those in mode Plan.
      const planned = enforcing.length === 0 && names.length === named?.size;
      changes.push(ruleChange({ ...change, sets: concerned, ...(planned && { held: 'PlanMode' }) }));
    }
  }

  if (unwanted.length === 0) return changes;
  const lists = listsInPlace(input, wishes);
  return [
    ...changes,
    ...unwanted.flatMap((rule) => letGoOf(object, rule, wishes)),
    ...unwanted.map((rule) => removal(object, rule, wishes, asked, lists)),
  ];
}

/** A rule may have to stay for other sets: then the name of one that is being deleted must not stay with it. */
function letGoOf(object: ObjectRef, { id: ruleId, rule, weight, description }: PeerRule, wishes: Wishes): RuleChange[] {
  const names = [...(setsOf(description) ?? [])];
  const staying = names.filter((name) => !wishes.get(name)?.release);
  if (staying.length === 0 || staying.length === names.length) return [];
  const without = describeForFewer(staying, description);
  return [ruleChange({ kind: 'UpdateDescription', object, rule, weight, ruleId, description: without, sets: names })];
}

function removal(
  object: ObjectRef,
  { id, rule, weight, description }: PeerRule,
  wishes: Wishes,
  asked: readonly GroupWish[],
  lists: ListsInPlace,
): RuleChange {
  const named = setsOf(description);
  // Without a readable description the rule may stand for any set.
  const holders = named ? [...named].map((name) => wishes.get(name)) : [...wishes.values()];
  const unreadable = new Map(asked.map(({ set, unreadable: reason }) => [set, reason]));
  const retained = holders.some((wish) => wish?.release === 'Retain');
  // What is only let go of takes nothing away from the others.
  const hold = (wish: SetWish | undefined) =>
    retained && named ? (wish ? undefined : 'SetUnknown') : (holdOf(wish) ?? unreadable.get(wish?.set ?? ''));
  const holds = holders.map(hold);
  const final = holders.length > 0 && holders.every((wish) => wish?.release);
  const needed = retained ? undefined : lists.needs(rule);
  // A list that can't be made must not keep the rules of deleted sets for good.
  const listHold = final && needed === 'Blocked' ? undefined : needed;
  const held = holders.length === 0 ? 'SetUnknown' : (holds.find((hold) => hold) ?? listHold);
  return ruleChange({
    kind: retained ? 'Disown' : 'Revoke',
    object,
    rule,
    weight,
    ruleId: id,
    description,
    sets: named ? [...named] : [],
    ...(held && { held }),
    ...(lists.replace(rule) && { harmless: true }),
    ...(final && { final }),
  });
}

interface ListsInPlace {
  /** Why a rule must stay until a list lets in what it lets in. */
  needs(rule: Rule): HoldReason | undefined;
  /** Whether a list lets in what the rule lets in. */
  replace(rule: Rule): boolean;
}

function listsInPlace({ asked, existing }: GroupInput, wishes: Wishes): ListsInPlace {
  const references = ({ rules }: GroupWish) => [...rules].filter(([, { rule }]) => !isCidr(rule.peer));
  const isMissing = ([key, { held }]: [string, WantedRule]) => held !== undefined || !existing.has(key);
  const enforcing = asked.filter(({ set }) => wishes.get(set)?.mode === 'Enforce');
  const coming = enforcing.filter((wish) => references(wish).some(isMissing));
  const there = asked.filter((wish) => references(wish).length > 0 && !references(wish).some(isMissing));
  const blocked = coming.flatMap(references).some(([, { held }]) => held === 'Blocked');
  const awaited = coming.flatMap(({ standIns }) => standIns());
  const replaced = new Set(there.flatMap(({ standIns }) => standIns().map(ruleKey)));
  return {
    needs: (rule) => (awaited.some((each) => letsInSome(rule, each)) ? (blocked ? 'Blocked' : 'Waiting') : undefined),
    replace: (rule) => replaced.has(ruleKey(rule)),
  };
}

/** Whether something that `wanted` lets in, `rule` lets in as well. What a list holds is not known here: perhaps it does. */
export function letsInSome(rule: Rule, wanted: Rule): boolean {
  if (rule.direction !== wanted.direction) return false;
  const anything = [rule.protocol, wanted.protocol].includes('-1');
  const ports = rule.protocol === wanted.protocol && rule.fromPort <= wanted.toPort && wanted.fromPort <= rule.toPort;
  if (!anything && !ports) return false;
  return !isCidr(rule.peer) || !isCidr(wanted.peer) || overlaps(rule.peer, wanted.peer);
}

function countFacts(
  group: ObservedGroup,
  groupWishes: readonly GroupWish[],
  observed: ReadonlyMap<string, PeerRule>,
  facts: ReadonlyMap<string, SetFacts>,
): void {
  for (const { set, rules, targets, problems } of groupWishes) {
    const own = facts.get(set);
    if (!own) continue;
    own.groups += 1;
    own.problems.push(...problems);
    for (const target of targets) {
      const key = `securityGroups/${target}`;
      own.targets[key] = (own.targets[key] ?? 0) + 1;
    }
    for (const key of rules.keys()) {
      const existing = observed.get(key);
      if (existing) own.rules += 1;
      if (existing && !existing.owned) own.foreignRules += 1;
    }
  }
  for (const { owned, description } of group.rules) {
    if (!owned) continue;
    for (const set of setsOf(description) ?? []) {
      const own = facts.get(set);
      if (own) own.owned += 1;
    }
  }
}
