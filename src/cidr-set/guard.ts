import { createHash } from 'node:crypto';
import type { SetFacts } from './facts.js';
import type { Change } from './targets/kind.js';
import { CONFIRM_REMOVAL, type SetWish } from './wish.js';

/** Names one removal exactly, so that a yes to it is no yes to any other. Eight hex digits. */
function removalFingerprint(removals: readonly Change[]): string {
  const lines = removals.map(({ object, noun, ports, value }) => [object.id, noun, ports, value].join(' ')).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);
}

/** Holds a set's removals where they are more than its guard allows and nobody agreed to them. */
export function guardRemovals(wish: SetWish, changes: readonly Change[], facts: Map<string, SetFacts>): void {
  if (wish.maxRemovalPercent === undefined) return;
  const owned = facts.get(wish.set)?.owned ?? 0;
  const isRemoval = ({ sign, sets, held, harmless }: Change) =>
    sign === '-' && sets.includes(wish.set) && !held && !harmless;
  const removals = changes.filter(isRemoval);
  const percent = Math.round((100 * removals.length) / Math.max(owned, 1));
  if (removals.length * 100 <= owned * wish.maxRemovalPercent) return;
  const fingerprint = removalFingerprint(removals);
  if (wish.confirmed.includes(fingerprint)) return;
  for (const change of removals) change.held = 'RemovalGuard';
  facts.get(wish.set)?.problems.push({
    reason: 'RemovalGuard',
    message:
      `${removals.length} of ${owned} entries would go at once (${percent} %, guard ${wish.maxRemovalPercent} %). To let them go: ` +
      `kubectl annotate --overwrite cidrset ${wish.set} ${CONFIRM_REMOVAL}=${fingerprint}`,
  });
}
