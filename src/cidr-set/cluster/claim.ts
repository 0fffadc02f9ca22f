import type { HoldReason } from '../targets/kind.js';
import type { SetWish } from '../wish.js';

/** Why a set that does not ask for something may need it all the same. */
export function removalHold({ complete, mode, release }: SetWish): HoldReason | undefined {
  if (!complete) return 'SourcesIncomplete';
  return mode === 'Plan' && !release ? 'PlanMode' : undefined;
}

/**
 * The set that an object is for. One that has it keeps it as long as it asks for it, or is not known to let it go; then
 * the object passes, as it is, to the first that asks for it and is enforced.
 * @param candidates the sets that ask for it, oldest first
 * @param holder the set that it was made for, if that exists
 */
export function claimantOf(candidates: readonly SetWish[], holder?: SetWish): string | undefined {
  if (holder && (candidates.some(({ set }) => set === holder.set) || removalHold(holder))) return holder.set;
  const heir = candidates.find(({ mode }) => mode === 'Enforce');
  return (heir ?? holder ?? candidates[0])?.set;
}
