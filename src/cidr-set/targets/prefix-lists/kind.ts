import { asksFor, type SetWish } from '../../wish.js';
import type { TargetKind } from '../kind.js';
import { applyPrefixListOperation } from './apply.js';
import type { PrefixListChange } from './change.js';
import { compareLists } from './compare.js';
import { observePrefixLists } from './observe.js';
import { orderLists } from './order.js';
import { compareShares } from './share.js';

/** Managed prefix lists, one for each IP family of a set, wholly ours: as a target, and for rules that refer to them. */
export const prefixLists = {
  name: 'prefixLists' as const,
  asks: (wish: SetWish) =>
    asksFor(wish, 'prefixLists') || (wish.targets.securityGroups ?? []).some(({ via }) => via !== 'Rules'),
  observe: observePrefixLists,
  compare: (input, facts) => [...compareLists(input, facts), ...compareShares(input, facts)],
  order: (changes: PrefixListChange[], input, facts) => orderLists(changes, input, facts),
  apply: applyPrefixListOperation,
} satisfies TargetKind;
