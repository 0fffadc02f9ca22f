import { isDeepStrictEqual } from 'node:util';
import type { ScopePlan } from './plan.js';
import type { ScopeReport } from './report.js';
import { changeText } from './status.js';

/**
 * How many changes the plan makes that nobody asked for: since the last look, which read what they are about and left none
 * of them over, no set asks for anything else.
 */
export function driftIn({ operations }: ScopePlan, now: ScopeReport, last: ScopeReport | undefined): number {
  if (!last || last.error || !isDeepStrictEqual(last.digests, now.digests)) return 0;
  const left = new Set([...last.sets.values()].flatMap(({ pending }) => pending.map(changeText)));
  return operations
    .filter(({ target }) => !last.failed.has(target))
    .flatMap(({ changes }) => changes)
    .filter((change) => !left.has(changeText(change))).length;
}
