import type { Quotas } from '../../../aws/quotas.js';
import { groupBy } from '../../../group-by.js';
import type { Family } from '../../../net/cidr.js';
import { noteQuotaUse, type SetFacts } from '../../facts.js';
import type { PlanInput } from '../kind.js';
import { type ChangeKind, type RuleChange, type RuleOperation, ruleOperation } from './change.js';
import { letsInSome } from './compare.js';
import { describeForFewer, setsOf } from './description.js';
import type { ObservedGroup } from './observed.js';
import { quotaMessage, rulesText, type Usage } from './quota.js';
import { type Direction, isCidr } from './rule.js';

const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];
const FAMILIES: readonly Family[] = [4, 6];

export function orderGroups(
  changes: readonly RuleChange[],
  { observed, quotas }: PlanInput,
  facts: ReadonlyMap<string, SetFacts>,
): RuleOperation[] {
  const groups = observed.securityGroups?.ok ? observed.securityGroups.value : [];
  const byGroup = groupBy(changes, ({ object }) => object.id);
  return groups.flatMap((group) => {
    const own = byGroup.get(group.id) ?? [];
    const operations = own.length > 0 ? orderGroup(group, own, quotas, facts) : [];
    noteUse(group, own, quotas, facts);
    return operations;
  });
}

/**
 * Adds before it removes. Where both don't fit side by side, what takes no wanted access away is removed first; where
 * that makes too little room the group is left as it is, but for descriptions, and for the rules of deleted sets: nothing
 * will come for those, so they would stay for good.
 */
function orderGroup(
  group: ObservedGroup,
  changes: RuleChange[],
  quotas: Quotas,
  facts: ReadonlyMap<string, SetFacts>,
): RuleOperation[] {
  const possible = changes.filter(({ held }) => !held);
  const quota = quotas.rulesPerSecurityGroup;
  const tight = usages(group, possible).filter(({ before, adds }) => adds > 0 && before + adds > quota);
  const first = tight.length > 0 ? removableFirst(changes, possible, tight) : [];
  const over = usages(group, possible, first).filter(
    ({ before, adds, first }) => adds > 0 && before - first + adds > quota,
  );
  if (over.length > 0) {
    const message = over.map((use) => quotaMessage(group, use, quotas)).join('; ');
    // What waits for a rule that can't be added would wait for good. Descriptions take no room, and who is to let go of a
    // rule is told by them.
    const waiting = changes.filter(({ held }) => held === 'Waiting');
    const weighty = possible.filter(({ kind }) => kind === 'Authorize' || kind === 'Revoke');
    const blocked = [...weighty, ...waiting].filter(({ final }) => !final);
    for (const change of waiting) delete change.held;
    for (const change of blocked) change.held = 'QuotaExceeded';
    const concerned = new Set(blocked.flatMap(({ sets }) => sets));
    for (const set of concerned) facts.get(set)?.problems.push({ reason: 'QuotaExceeded', message });
  }

  const unfit = changes.filter(({ held }) => held === 'QuotaExceeded');
  const active = withoutIdle(changes.filter(({ held }) => !held)).flatMap((change) => keepNames(group, change, unfit));
  const object = { id: group.id, name: group.name };
  const steps: [ChangeKind, RuleChange[]][] = [['Revoke', active.filter((change) => first.includes(change))]];
  const rest = active.filter((change) => !first.includes(change));
  for (const kind of ['Authorize', 'UpdateDescription', 'Revoke', 'Disown'] as const) {
    steps.push([kind, rest.filter((change) => change.kind === kind)]);
  }
  return DIRECTIONS.flatMap((direction) =>
    steps.flatMap(([kind, all]) => {
      const part = all.filter(({ rule }) => rule.direction === direction);
      return part.length > 0 ? [ruleOperation(kind, direction, object, part)] : [];
    }),
  );
}

/**
 * A set whose new rule doesn't fit stays named by the one that lets the same in meanwhile: that would otherwise go with the
 * last of the other sets.
 */
function keepNames(group: ObservedGroup, change: RuleChange, unfit: readonly RuleChange[]): RuleChange[] {
  const names = setsOf(change.description);
  if (change.kind !== 'UpdateDescription' || !names) return [change];
  const awaited = unfit.filter(({ kind, rule }) => kind === 'Authorize' && letsInSome(change.rule, rule));
  if (awaited.length === 0) return [change];
  const former = group.rules.find(({ id }) => id === change.ruleId)?.description ?? '';
  const had = setsOf(former);
  const kept = awaited.flatMap(({ sets }) => sets).filter((set) => had?.has(set));
  const description = describeForFewer([...new Set([...names, ...kept])], change.description);
  return description === former ? [] : [{ ...change, description }];
}

/** Without new descriptions of rules that go anyway. */
function withoutIdle(changes: readonly RuleChange[]): RuleChange[] {
  const going = new Set(changes.flatMap(({ kind, ruleId }) => (kind === 'Revoke' || kind === 'Disown' ? ruleId : [])));
  return changes.filter(({ kind, ruleId }) => kind !== 'UpdateDescription' || !going.has(ruleId));
}

/** Removals of what nothing that is still to come lets in, where room is short; and those of deleted sets. */
function removableFirst(changes: RuleChange[], possible: readonly RuleChange[], tight: readonly Usage[]): RuleChange[] {
  const coming = changes.filter(({ kind }) => kind === 'Authorize').map(({ rule }) => rule);
  return possible.filter(
    ({ kind, rule, final }) =>
      kind === 'Revoke' &&
      tight.some(({ direction }) => direction === rule.direction) &&
      (final || !coming.some((wanted) => letsInSome(rule, wanted))),
  );
}

/** `first`: removals that are to be made before anything is added. */
function usages(group: ObservedGroup, changes: readonly RuleChange[], first: readonly RuleChange[] = []): Usage[] {
  return DIRECTIONS.flatMap((direction) => {
    const rules = group.rules.filter((rule) => rule.direction === direction);
    const own = changes.filter(({ rule }) => rule.direction === direction);
    const added = own.filter(({ kind }) => kind === 'Authorize');
    return FAMILIES.map((family) => {
      const weigh = (of: readonly Pick<RuleChange, 'weight'>[]) =>
        of.reduce((sum, { weight }) => sum + weight[family], 0);
      return {
        direction,
        family,
        before: weigh(rules),
        adds: weigh(added),
        removes: weigh(own.filter(({ kind }) => kind === 'Revoke')),
        first: weigh(own.filter((change) => first.includes(change))),
        lists: weigh([...rules, ...added].filter(({ rule }) => rule && !isCidr(rule.peer))),
      };
    });
  });
}

/** How full the group is, once what isn't held is done, to the sets that have rules in it or are to. */
function noteUse(
  group: ObservedGroup,
  changes: readonly RuleChange[],
  { rulesPerSecurityGroup: quota }: Quotas,
  facts: ReadonlyMap<string, SetFacts>,
): void {
  const ours = group.rules.flatMap(({ owned, description }) => (owned ? [...(setsOf(description) ?? [])] : []));
  const sets = new Set([...ours, ...changes.flatMap((change) => change.sets)]);
  if (sets.size === 0) return;
  const done = changes.filter(({ held }) => !held);
  for (const { direction, family, before, adds, removes } of usages(group, done)) {
    const used = before + adds - removes;
    const use = { object: `${group.id} (${group.name})`, used, quota, what: rulesText({ direction, family }) };
    for (const set of sets) noteQuotaUse(facts.get(set), use);
  }
}
