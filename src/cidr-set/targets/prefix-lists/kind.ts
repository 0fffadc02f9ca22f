import { asksFor, type SetWish } from '../../wish.js';
import type { TargetKind } from '../kind.js';

export const prefixLists = {
  name: 'prefixLists' as const,
  asks: (wish: SetWish) => asksFor(wish, 'prefixLists'),
  async observe() {
    return { ok: true as const, value: [] };
  },
  compare: () => [],
  order: () => [],
  async apply() {
    return { ok: true as const, value: undefined };
  },
} satisfies TargetKind;
