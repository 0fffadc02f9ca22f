import { asksFor, type SetWish } from '../../wish.js';
import type { TargetKind } from '../kind.js';
import { applyIpSetOperation } from './apply.js';
import type { IpSetChange } from './change.js';
import { compareIpSets } from './compare.js';
import { observeIpSets } from './observe.js';
import { orderIpSets } from './order.js';

/** AWS WAF IP sets, one for each IP family of a set, wholly ours. */
export const wafIpSets = {
  name: 'wafIpSets' as const,
  asks: (wish: SetWish) => asksFor(wish, 'wafIpSets'),
  observe: observeIpSets,
  compare: compareIpSets,
  order: (changes: IpSetChange[], _, facts) => orderIpSets(changes, facts),
  apply: applyIpSetOperation,
} satisfies TargetKind;
