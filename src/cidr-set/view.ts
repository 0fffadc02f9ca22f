import type { Problem } from '../api/problem.js';
import type { ScopeReport } from './report.js';
import { kinds } from './targets/kinds.js';
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

/** Why the last look did not see all that the set may have in the scope. */
export function readProblem({ wish, report }: ScopeView): Problem | undefined {
  if (!report || report.error) return report?.error;
  const concerning = kinds.filter((kind) => wish.release !== undefined || kind.asks(wish));
  return concerning.map(({ name }) => report.failed.get(name)).find((problem) => problem !== undefined);
}
