import type { SetWish } from '../wish.js';
import type { HoldReason } from './kind.js';

/**
 * Why a set that does not ask for something may need it all the same. One that is not there was not deleted in order, as
 * our finalizer would have seen to what it has: it may be about to come, as when a cluster is restored.
 */
export function holdOf(wish: SetWish | undefined): HoldReason | undefined {
  if (!wish) return 'SetUnknown';
  if (!wish.complete) return 'SourcesIncomplete';
  return wish.mode === 'Plan' && !wish.release ? 'PlanMode' : undefined;
}
