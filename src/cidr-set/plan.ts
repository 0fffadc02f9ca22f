import { createHash } from 'node:crypto';
import type { Problem } from '../api/problem.js';
import { describeRule, setsOf } from './description.js';
import { type GroupWish, wishForGroup } from './desired.js';
import { type CidrRule, isCidrRule, type ObservedGroup } from './observed.js';
import { type Direction, familyOf, type Rule, ruleKey } from './rule.js';
import type { SetWish } from './wish.js';

export type ChangeKind = 'Authorize' | 'UpdateDescription' | 'Revoke' | 'Disown';

/** Why a change is in the plan but is not to be made now. */
export const holdReasons = [
  'PlanMode',
  'SourcesIncomplete',
  'SetUnknown',
  'InvalidTag',
  'RemovalGuard',
  'QuotaExceeded',
] as const;
export type HoldReason =
  | 'PlanMode'
  | 'SourcesIncomplete'
  | 'SetUnknown'
  | 'InvalidTag'
  | 'RemovalGuard'
  | 'QuotaExceeded';

export interface RuleChange {
  kind: ChangeKind;
  group: { id: string; name: string };
  rule: Rule;
  /** Of the rule that exists; absent for Authorize. */
  ruleId?: string;
  description: string;
  /** The sets that the change is for: those that want the rule, or for Revoke and Disown those that let it go. */
  sets: string[];
  held?: HoldReason;
}

/** One call to EC2: changes of one kind, in one direction, on one group. */
export interface Operation {
  kind: ChangeKind;
  direction: Direction;
  group: { id: string; name: string };
  changes: RuleChange[];
}

/** What a set has in one scope. */
export interface SetFacts {
  groups: number;
  /** How many groups each named target selects. */
  targets: Record<string, number>;
  /** Wanted rules that exist, whoever made them. */
  rules: number;
  /** Those of them that others made. */
  foreignRules: number;
  /** Rules of this install that stand for the set, wanted or not. */
  ownedRules: number;
  problems: Problem[];
}

export interface ScopePlan {
  /** In the order in which they must be carried out, group by group. */
  operations: Operation[];
  held: RuleChange[];
  sets: Map<string, SetFacts>;
}

export interface PlanInput {
  wishes: readonly SetWish[];
  groups: readonly ObservedGroup[];
  /** AWS quota "Inbound or outbound rules per security group": for each direction and IP family. */
  rulesPerSecurityGroup: number;
}

/**
 * Turns what all sets ask of one scope, and what EC2 holds there, into operations.
 *
 * | wanted by           | rule exists        | change                                                     |
 * | ------------------- | ------------------ | ---------------------------------------------------------- |
 * | some set            | no                 | Authorize                                                  |
 * | some set            | made by others     | none: it serves, and stays theirs                          |
 * | some set            | ours               | none, or UpdateDescription where it names other sets       |
 * | none                | ours               | Revoke, or Disown for a set deleted with `Retain`          |
 * | none                | made by others     | none                                                       |
 *
 * A change that must not be made now is in the plan all the same, held and with its reason.
 */
export function planScope({ wishes, groups, rulesPerSecurityGroup }: PlanInput): ScopePlan {
  const sets = new Map<string, SetFacts>(
    wishes.map(({ set }) => [set, { groups: 0, targets: {}, rules: 0, foreignRules: 0, ownedRules: 0, problems: [] }]),
  );
  const bySet = new Map(wishes.map((wish) => [wish.set, wish]));
  const byGroup = groups.map((group) => ({ group, changes: compareGroup(group, bySet, sets) }));
  const all = byGroup.flatMap(({ changes }) => changes);

  for (const wish of wishes) guardRemovals(wish, all, sets);
  const operations = byGroup.flatMap(({ group, changes }) => orderGroup(group, changes, rulesPerSecurityGroup, sets));
  return { operations, held: all.filter(({ held }) => held), sets };
}

function compareGroup(
  group: ObservedGroup,
  wishes: ReadonlyMap<string, SetWish>,
  facts: Map<string, SetFacts>,
): RuleChange[] {
  const groupWishes = [...wishes.values()].flatMap((wish) => wishForGroup(wish, group) ?? []);
  const observed = new Map(group.rules.filter(isCidrRule).map((existing) => [ruleKey(existing.rule), existing]));
  countFacts(group, groupWishes, observed, facts);
  const id = { id: group.id, name: group.name };
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
      changes.push({
        kind: 'Authorize',
        group: id,
        rule,
        description: describeRule(names, text),
        sets: names,
        ...held,
      });
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
      changes.push({ kind: 'UpdateDescription', group: id, rule, ruleId: existing.id, description, sets: concerned });
    }
  }

  for (const [key, existing] of observed) {
    if (!existing.owned || wanted.has(key)) continue;
    changes.push(removal(id, existing, wishes, groupWishes));
  }
  return changes;
}

function removal(
  group: RuleChange['group'],
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
  return {
    kind: holders.some((wish) => wish?.release === 'Retain') ? 'Disown' : 'Revoke',
    group,
    rule,
    ruleId: id,
    description,
    sets: named ? [...named] : [],
    ...(held && { held }),
  };
}

/**
 * Why a set that does not ask for a rule may need it all the same. One that is not there was not deleted in order, as our
 * finalizer would have seen to its rules: it may be about to come, as when a cluster is restored.
 */
function holdOf(wish: SetWish | undefined): HoldReason | undefined {
  if (!wish) return 'SetUnknown';
  if (!wish.complete) return 'SourcesIncomplete';
  return wish.mode === 'Plan' && !wish.release ? 'PlanMode' : undefined;
}

function countFacts(
  group: ObservedGroup,
  groupWishes: readonly GroupWish[],
  observed: ReadonlyMap<string, CidrRule>,
  facts: Map<string, SetFacts>,
): void {
  for (const { set, rules, targets, problems } of groupWishes) {
    const own = facts.get(set);
    if (!own) continue;
    own.groups += 1;
    own.problems.push(...problems);
    for (const target of targets) own.targets[target] = (own.targets[target] ?? 0) + 1;
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
      if (own) own.ownedRules += 1;
    }
  }
}

/** Names one removal exactly, so that a yes to it is no yes to any other. Eight hex digits. */
export function removalFingerprint(removals: readonly RuleChange[]): string {
  const lines = removals.map(({ group, rule }) => `${group.id} ${ruleKey(rule)}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);
}

function guardRemovals(wish: SetWish, changes: readonly RuleChange[], facts: Map<string, SetFacts>): void {
  if (wish.maxRemovalPercent === undefined) return;
  const owned = facts.get(wish.set)?.ownedRules ?? 0;
  const removals = changes.filter(({ kind, sets, held }) => kind === 'Revoke' && sets.includes(wish.set) && !held);
  const percent = Math.round((100 * removals.length) / Math.max(owned, 1));
  if (removals.length * 100 <= owned * wish.maxRemovalPercent) return;
  const fingerprint = removalFingerprint(removals);
  if (wish.confirmed.includes(fingerprint)) return;
  for (const change of removals) change.held = 'RemovalGuard';
  facts.get(wish.set)?.problems.push({
    reason: 'RemovalGuard',
    message:
      `${removals.length} of ${owned} rules would go at once (${percent} %, guard ${wish.maxRemovalPercent} %). To let them go: ` +
      `kubectl annotate --overwrite cidrset ${wish.set} sallyport.dev/confirm-removal=${fingerprint}`,
  });
}

const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];

/** Holds the whole group where the outcome would exceed the quota; else adds before it removes, wherever both fit. */
function orderGroup(
  group: ObservedGroup,
  changes: RuleChange[],
  quota: number,
  facts: Map<string, SetFacts>,
): Operation[] {
  const active = changes.filter(({ held }) => !held);
  if (active.length === 0) return [];

  const over = DIRECTIONS.flatMap((direction) =>
    [4, 6].map((family) => usage(group, active, direction, family)),
  ).filter(({ adds, after }) => adds > 0 && after > quota);
  if (over.length > 0) {
    const message = over.map((use) => quotaMessage(group, use, quota)).join('; ');
    const concerned = new Set(active.flatMap(({ kind, sets }) => (kind === 'Authorize' ? sets : [])));
    for (const change of active) change.held = 'QuotaExceeded';
    for (const set of concerned) facts.get(set)?.problems.push({ reason: 'QuotaExceeded', message });
    return [];
  }

  return DIRECTIONS.flatMap((direction) => {
    const fits = [4, 6]
      .map((family) => usage(group, active, direction, family))
      .every(({ before, adds }) => before + adds <= quota);
    const order: ChangeKind[] = fits
      ? ['Authorize', 'UpdateDescription', 'Revoke', 'Disown']
      : ['Revoke', 'Authorize', 'UpdateDescription', 'Disown'];
    return order.flatMap((kind) => {
      const part = active.filter((change) => change.kind === kind && change.rule.direction === direction);
      return part.length > 0 ? [{ kind, direction, group: { id: group.id, name: group.name }, changes: part }] : [];
    });
  });
}

interface Usage {
  direction: Direction;
  family: number;
  before: number;
  adds: number;
  after: number;
}

/** A rule whose peer is a group or prefix list counts in both families here: EC2 counts it where it has addresses. */
function usage(group: ObservedGroup, changes: readonly RuleChange[], direction: Direction, family: number): Usage {
  const count = (kind: ChangeKind) =>
    changes.filter((c) => c.kind === kind && c.rule.direction === direction && familyOf(c.rule) === family).length;
  const before = group.rules.filter(
    (r) => r.direction === direction && (!r.rule || familyOf(r.rule) === family),
  ).length;
  const adds = count('Authorize');
  return { direction, family, before, adds, after: before + adds - count('Revoke') };
}

function quotaMessage(group: ObservedGroup, { direction, family, before, adds, after }: Usage, quota: number): string {
  const inbound = direction === 'Ingress' ? 'inbound' : 'outbound';
  return (
    `${group.id} (${group.name}) would hold ${after} ${inbound} IPv${family} rules: ${before} now, ${adds} to add, ` +
    `${before + adds - after} to remove; the quota is ${quota}. The group is left as it is: let in fewer CIDRs or ports, ` +
    "or raise the AWS quota and the AwsAccount's rulesPerSecurityGroup"
  );
}
