import { asksFor, type SetWish } from '../../wish.js';
import type { TargetKind } from '../kind.js';
import { applyClusterOperation } from './apply.js';
import type { ClusterChange } from './change.js';
import { compareClusters } from './compare.js';
import { observeClusters } from './observe.js';
import { orderClusters } from './order.js';

/** Whom the public endpoint of an EKS cluster lets in: the whole list is one set's. */
export const eksPublicAccess = {
  name: 'eksPublicAccess' as const,
  asks: (wish: SetWish) => asksFor(wish, 'eksPublicAccess'),
  observe: observeClusters,
  compare: compareClusters,
  order: (changes: ClusterChange[], input, facts) => orderClusters(changes, input, facts),
  apply: applyClusterOperation,
} satisfies TargetKind;
