import { groupBy } from '../../../group-by.js';
import type { SetFacts } from '../../facts.js';
import type { PlanInput } from '../kind.js';
import { type ChangeKind, type RuleChange, type RuleOperation, ruleOperation } from './change.js';
import type { ObservedGroup } from './observed.js';
import { type Direction, familyOf } from './rule.js';

const DIRECTIONS: readonly Direction[] = ['Ingress', 'Egress'];

export function orderGroups(
  changes: readonly RuleChange[],
  { observed, quotas }: PlanInput,
  facts: ReadonlyMap<string, SetFacts>,
): RuleOperation[] {
  const groups = observed.securityGroups?.ok ? observed.securityGroups.value : [];
  const byGroup = groupBy(changes, ({ object }) => object.id);
  return groups.flatMap((group) => {
    const own = byGroup.get(group.id);
    return own ? orderGroup(group, own, quotas.rulesPerSecurityGroup, facts) : [];
  });
}

/**
 * Adds before it removes, wherever both fit. Where the outcome would exceed the quota the group is left as it is, but for
 * the rules of deleted sets: nothing will come for those, so they would stay for good.
 */
function orderGroup(
  group: ObservedGroup,
  changes: RuleChange[],
  quota: number,
  facts: ReadonlyMap<string, SetFacts>,
): RuleOperation[] {
  const possible = changes.filter(({ held }) => !held);
  if (possible.length === 0) return [];

  const over = DIRECTIONS.flatMap((direction) =>
    [4, 6].map((family) => usage(group, possible, direction, family)),
  ).filter(({ adds, after }) => adds > 0 && after > quota);
  if (over.length > 0) {
    const message = over.map((use) => quotaMessage(group, use, quota)).join('; ');
    const blocked = possible.filter(({ final }) => !final);
    for (const change of blocked) change.held = 'QuotaExceeded';
    const concerned = new Set(blocked.flatMap(({ sets }) => sets));
    for (const set of concerned) facts.get(set)?.problems.push({ reason: 'QuotaExceeded', message });
  }
  const active = possible.filter(({ held }) => !held);

  return DIRECTIONS.flatMap((direction) => {
    const fits = [4, 6]
      .map((family) => usage(group, active, direction, family))
      .every(({ before, adds }) => before + adds <= quota);
    const order: ChangeKind[] = fits
      ? ['Authorize', 'UpdateDescription', 'Revoke', 'Disown']
      : ['Revoke', 'Authorize', 'UpdateDescription', 'Disown'];
    return order.flatMap((kind) => {
      const part = active.filter((change) => change.kind === kind && change.rule.direction === direction);
      return part.length > 0 ? [ruleOperation(kind, direction, { id: group.id, name: group.name }, part)] : [];
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
