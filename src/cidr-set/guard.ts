import { createHash } from 'node:crypto';
import type { RuleChange } from './change.js';
import type { SetFacts } from './facts.js';
import { ruleKey } from './rule.js';
import { CONFIRM_REMOVAL, type SetWish } from './wish.js';

/** Names one removal exactly, so that a yes to it is no yes to any other. Eight hex digits. */
function removalFingerprint(removals: readonly RuleChange[]): string {
  const lines = removals.map(({ group, rule }) => `${group.id} ${ruleKey(rule)}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);
}

/** Holds a set's removals where they are more than its guard allows and nobody agreed to them. */
export function guardRemovals(wish: SetWish, changes: readonly RuleChange[], facts: Map<string, SetFacts>): void {
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
      `kubectl annotate --overwrite cidrset ${wish.set} ${CONFIRM_REMOVAL}=${fingerprint}`,
  });
}
