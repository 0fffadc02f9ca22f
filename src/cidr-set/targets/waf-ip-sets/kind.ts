import { asksFor, type SetWish } from '../../wish.js';
import type { TargetKind } from '../kind.js';

export const wafIpSets = {
  name: 'wafIpSets' as const,
  asks: (wish: SetWish) => asksFor(wish, 'wafIpSets'),
  async observe() {
    return { ok: true as const, value: [] };
  },
  compare: () => [],
  order: () => [],
  async apply() {
    return { ok: true as const, value: undefined };
  },
} satisfies TargetKind;
