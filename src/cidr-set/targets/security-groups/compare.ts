import type { SetFacts } from '../../facts.js';
import type { SetWish } from '../../wish.js';
import { holdOf } from '../hold.js';
import type { ObjectRef, PlanInput } from '../kind.js';
import { type RuleChange, ruleChange } from './change.js';
import { describeRule, setsOf } from './description.js';
import { type GroupWish, wishForGroup } from './desired.js';
import { type CidrRule, isCidrRule, type ObservedGroup } from './observed.js';
import { type Rule, ruleKey } from './rule.js';

/**
 * The changes that each group needs, as far as the group alone tells.
 *
 * | wanted by           | rule exists        | change                                                     |
 * | ------------------- | ------------------ | ---------------------------------------------------------- |
 * | some set            | no                 | Authorize                                                  |
 * | some set            | made by others     | none: it serves, and stays theirs                          |
 * | some set            | ours               | none, or UpdateDescription where it names other sets       |
 * | none                | ours               | Revoke, or Disown for a set deleted with `Retain`          |
 * | none                | made by others     | none                                                       |
 */
export function compareGroups({ wishes, observed }: PlanInput, facts: Map<string, SetFacts>): RuleChange[] {
  const groups = observed.securityGroups?.ok ? observed.securityGroups.value : [];
  return groups.flatMap((group) => {
    const asked = [...wishes.values()].flatMap((wish) => wishForGroup(wish, group) ?? []);
    const existing = new Map(group.rules.filter(isCidrRule).map((rule) => [ruleKey(rule.rule), rule]));
    countFacts(group, asked, existing, facts);
    return compareGroup(group, wishes, asked, existing);
  });
}

function compareGroup(
  { id, name }: ObservedGroup,
  wishes: ReadonlyMap<string, SetWish>,
  groupWishes: readonly GroupWish[],
  observed: ReadonlyMap<string, CidrRule>,
): RuleChange[] {
  const object = { id, name };
  const changes: RuleChange[] = [];

  const wanted = new Map<string, { rule: Rule; description: string; sets: SetWish[] }>();
  for (const { set, rules } of groupWishes) {
    const wish = wishes.get(set);
    for (const [key, { rule, description }] of rules) {
      const entry = wanted.get(key) ?? { rule, description, sets: [] };
      if (wish) entry.sets.push(wish);
      wanted.set(key, entry);
    }
  }

  for (const [key, { rule, description: text, sets }] of wanted) {
    const existing = observed.get(key);
    if (existing && !existing.owned) continue;
    const enforcing = sets.filter(({ mode }) => mode === 'Enforce');
    if (!existing) {
      const names = (enforcing.length > 0 ? enforcing : sets).map(({ set }) => set);
      const held = enforcing.length === 0 && { held: 'PlanMode' as const };
      const description = describeRule(names, text);
      changes.push(ruleChange({ kind: 'Authorize', object, rule, description, sets: names, ...held }));
      continue;
    }
    const named = setsOf(existing.description);
    // A name may only leave the description when that set is known not to need the rule.
    const staying = [...(named ?? [])].filter((name) => holdOf(wishes.get(name)));
    const names = [...new Set([...enforcing.map(({ set }) => set), ...staying])];
    const uncertain = !named && [...wishes.values()].some(({ complete }) => !complete);
    const description = describeRule(names, text);
    if (names.length > 0 && !uncertain && description !== existing.description) {
      const concerned = [...new Set([...names, ...(named ?? [])])];
      const ruleId = existing.id;
      changes.push(ruleChange({ kind: 'UpdateDescription', object, rule, ruleId, description, sets: concerned }));
    }
  }

  for (const [key, existing] of observed) {
    if (!existing.owned || wanted.has(key)) continue;
    changes.push(removal(object, existing, wishes, groupWishes));
  }
  return changes;
}

function removal(
  object: ObjectRef,
  { id, rule, description }: CidrRule,
  wishes: ReadonlyMap<string, SetWish>,
  groupWishes: readonly GroupWish[],
): RuleChange {
  const named = setsOf(description);
  // Without a readable description the rule may stand for any set.
  const holders = named ? [...named].map((name) => wishes.get(name)) : [...wishes.values()];
  const unreadable = groupWishes
    .filter(({ problems }) => problems.some(({ reason }) => reason === 'InvalidTag'))
    .map(({ set }) => set);
  const holds = holders.map(
    (wish) => holdOf(wish) ?? (wish && unreadable.includes(wish.set) ? 'InvalidTag' : undefined),
  );
  const held = holders.length === 0 ? 'SetUnknown' : holds.find((hold) => hold !== undefined);
  return ruleChange({
    kind: holders.some((wish) => wish?.release === 'Retain') ? 'Disown' : 'Revoke',
    object,
    rule,
    ruleId: id,
    description,
    sets: named ? [...named] : [],
    ...(held && { held }),
    ...(holders.length > 0 && holders.every((wish) => wish?.release) && { final: true }),
  });
}

function countFacts(
  group: ObservedGroup,
  groupWishes: readonly GroupWish[],
  observed: ReadonlyMap<string, CidrRule>,
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
