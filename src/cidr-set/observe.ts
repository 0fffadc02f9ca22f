import type { TargetIo } from './targets/kind.js';
import { kinds, type ObservedScope } from './targets/kinds.js';
import type { SetWish } from './wish.js';

/**
 * Reads the kinds that some set asks for, and those that sets are known to have something of. Security groups always:
 * what we made there is known by marks alone.
 */
export async function observeScope(io: TargetIo, wishes: readonly SetWish[]): Promise<ObservedScope> {
  const inUse = new Set(io.known.map(({ target }) => target));
  const read = kinds.filter(
    (kind) => kind.name === 'securityGroups' || inUse.has(kind.name) || wishes.some((wish) => kind.asks(wish)),
  );
  const parts = await Promise.all(read.map(async (kind) => [kind.name, await kind.observe(io, wishes)] as const));
  return Object.fromEntries(parts);
}
