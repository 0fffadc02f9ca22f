import type { ScopeReport } from './report.js';
import { type SetWish, wishDigest } from './wish.js';

/** What the set asks of one scope, and what the last look there found. */
export interface ScopeView {
  account: string;
  region: string;
  wish: SetWish;
  report?: ScopeReport;
}

/** A set's report counts only when the look was made with what the set asks for now. */
export function isCurrent({ wish, report }: ScopeView): boolean {
  return report?.digests.get(wish.set) === wishDigest(wish);
}
