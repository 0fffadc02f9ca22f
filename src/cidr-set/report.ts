import { awsProblem, type Problem } from '../api/problem.js';
import { AwsError } from '../aws/errors.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import type { Outcome } from './apply.js';
import type { RuleChange } from './change.js';
import type { SetFacts } from './facts.js';
import type { ScopePlan } from './plan.js';
import { type SetWish, wishDigest } from './wish.js';

/** What one set has in one scope after a look at it. */
export interface SetReport extends SetFacts {
  /** Changes that are still to be made: held, failed or not tried. */
  pending: RuleChange[];
}

/** One look at a scope. With `error` the scope could not be read, and nothing is known of the sets in it. */
export interface ScopeReport {
  scope: Scope;
  /** The wishes that the look was made with, by set: a set that has changed since waits for the next look. */
  digests: ReadonlyMap<string, string>;
  sets: ReadonlyMap<string, SetReport>;
  error?: Problem;
}

export function failedReport(scope: Scope, wishes: readonly SetWish[], error: AwsError): ScopeReport {
  return { scope, digests: digestsOf(wishes), sets: new Map(), error: awsProblem(error, scopeKey(scope)) };
}

export function scopeReport(
  scope: Scope,
  wishes: readonly SetWish[],
  plan: ScopePlan,
  outcomes: readonly Outcome[],
): ScopeReport {
  const undone = outcomes.filter(({ result }) => result !== 'Done').flatMap(({ operation }) => operation.changes);
  const pending = [...plan.held, ...undone];
  const sets = new Map<string, SetReport>();
  for (const [set, facts] of plan.sets) {
    const added = outcomes
      .filter(({ operation, result }) => operation.kind === 'Authorize' && result === 'Done')
      .flatMap(({ operation }) => operation.changes.filter((change) => change.sets.includes(set)));
    const failures = outcomes.flatMap(({ operation, result }) => {
      if (!(result instanceof AwsError) || !operation.changes.some((change) => change.sets.includes(set))) return [];
      return [awsProblem(result, `${scopeKey(scope)} ${operation.group.id} (${operation.group.name})`)];
    });
    sets.set(set, {
      ...facts,
      rules: facts.rules + added.length,
      problems: [...facts.problems.map((problem) => at(scope, problem)), ...failures],
      pending: pending.filter((change) => change.sets.includes(set)),
    });
  }
  return { scope, digests: digestsOf(wishes), sets };
}

function at(scope: Scope, { reason, message }: Problem): Problem {
  return { reason, message: `${scopeKey(scope)}: ${message}` };
}

function digestsOf(wishes: readonly SetWish[]): Map<string, string> {
  return new Map(wishes.map((wish) => [wish.set, wishDigest(wish)]));
}
