import type { Problem } from '../api/problem.js';

/** What a set has in one scope. */
export interface SetFacts {
  groups: number;
  /** How many groups each named target selects. */
  targets: Record<string, number>;
  /** Wanted rules that exist, whoever made them. */
  rules: number;
  /** Those of them that others made. */
  foreignRules: number;
  /** Rules of this install that stand for the set, wanted or not. */
  ownedRules: number;
  problems: Problem[];
}
