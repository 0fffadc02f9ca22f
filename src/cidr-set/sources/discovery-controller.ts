import { accountConfig } from '../../api/account-config.js';
import { awsProblem } from '../../api/problem.js';
import { isCurable } from '../../aws/errors.js';
import type { Sessions } from '../../aws/session.js';
import { aboutEvery } from '../../kube/backoff.js';
import type { Result } from '../../kube/controller.js';
import type { Estate, Place } from '../estate.js';
import { type Inventory, readInventory } from './aws/inventory.js';
import type { Readings } from './readings.js';
import type { AwsSourceKind } from './source.js';
import { askedKinds } from './states.js';

export interface DiscoveryControllerOptions {
  estate: Estate;
  sessions: Sessions;
  readings: Readings;
  /** How soon a scope is read again. */
  intervalMs: number;
  /** Hears when something else was found in a scope than before. */
  onNews(): void;
}

/** Reconciles one account and region: what its sources give is read once for all sets, if any set looks there. */
export function discoveryReconciler({ estate, sessions, readings, intervalMs, onNews }: DiscoveryControllerOptions) {
  return async (key: string, signal: AbortSignal): Promise<Result | undefined> => {
    const place = estate.place(key);
    const kinds = place ? askedKinds(estate.sets.list(), place.account, place.scope.region) : [];
    if (!place || kinds.length === 0) {
      readings.forgetScope(key);
      return undefined;
    }
    const inventory = await readSources(place, kinds, sessions, signal);
    if (keepInventory(readings, key, inventory)) onNews();
    const errors = [...inventory.values()].flatMap((result) => (result.ok ? [] : result.error));
    const curable = errors.find(isCurable);
    if (curable) throw curable;
    return { requeueAfterMs: aboutEvery(intervalMs) };
  };
}

/** @returns whether any of it is news */
export function keepInventory(readings: Readings, key: string, inventory: Inventory): boolean {
  const results = [...inventory].map(([kind, result]) => {
    const told = result.ok ? result : ({ ok: false, problem: awsProblem(result.error, key) } as const);
    return [kind, told] as const;
  });
  return readings.keepScope(key, new Map(results), Date.now());
}

export async function readSources(
  { account, scope }: Place,
  kinds: readonly AwsSourceKind[],
  sessions: Sessions,
  signal: AbortSignal,
): Promise<Inventory> {
  const session = sessions.get(accountConfig(account));
  const identity = await session.verify();
  if (!identity.ok) return new Map(kinds.map((kind) => [kind, identity]));
  return readInventory(session.scope(scope.region, signal).ec2, kinds);
}
