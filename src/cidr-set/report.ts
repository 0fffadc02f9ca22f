import { awsProblem, type Problem } from '../api/problem.js';
import { AwsError } from '../aws/errors.js';
import { type Scope, scopeKey } from '../aws/scope.js';
import type { SetFacts } from './facts.js';
import type { ScopePlan } from './plan.js';
import type { Change, Outcome, TargetName } from './targets/kind.js';
import type { ObservedScope } from './targets/kinds.js';
import { type SetWish, wishDigest } from './wish.js';

/** What one set has in one scope after a look at it. */
export interface SetReport extends SetFacts {
  /** Changes that are still to be made: held, failed or not tried. */
  pending: Change[];
}

/** One look at a scope. With `error` the scope could not be read, and nothing is known of the sets in it. */
export interface ScopeReport {
  scope: Scope;
  /** The wishes that the look was made with, by set: a set that has changed since waits for the next look. */
  digests: ReadonlyMap<string, string>;
  sets: ReadonlyMap<string, SetReport>;
  error?: Problem;
  /** Kinds that could not be read, though the others could. */
  failed: ReadonlyMap<TargetName, Problem>;
}

export function failedReport(scope: Scope, wishes: readonly SetWish[], error: AwsError): ScopeReport {
  const problem = awsProblem(error, scopeKey(scope));
  return { scope, digests: digestsOf(wishes), sets: new Map(), error: problem, failed: new Map() };
}

export function scopeReport(
  scope: Scope,
  wishes: readonly SetWish[],
  observed: ObservedScope,
  plan: ScopePlan,
  outcomes: readonly Outcome[],
): ScopeReport {
  const undone = outcomes.filter(({ result }) => result !== 'Done').flatMap(({ operation }) => operation.changes);
  const begun = outcomes
    .filter(({ operation, result }) => operation.begins && result === 'Done')
    .flatMap(({ operation }) => operation.changes.map((change) => ({ ...change, held: 'Waiting' as const })));
  const pending = [...plan.held, ...undone, ...begun];
  const authorized = outcomes
    .filter(({ operation, result }) => operation.target === 'securityGroups' && result === 'Done')
    .flatMap(({ operation }) => operation.changes.filter(({ sign }) => sign === '+'));
  const sets = new Map<string, SetReport>();
  for (const [set, facts] of plan.sets) {
    const failures = outcomes.flatMap(({ operation, result }) => {
      if (!(result instanceof AwsError) || !operation.changes.some((change) => change.sets.includes(set))) return [];
      return [awsProblem(result, `${scopeKey(scope)} ${operation.object.id} (${operation.object.name})`)];
    });
    sets.set(set, {
      ...facts,
      rules: facts.rules + authorized.filter((change) => change.sets.includes(set)).length,
      problems: [...facts.problems.map((problem) => at(scope, problem)), ...failures],
      pending: pending.filter((change) => change.sets.includes(set)),
    });
  }
  return { scope, digests: digestsOf(wishes), sets, failed: failedKinds(scope, observed) };
}

function failedKinds(scope: Scope, observed: ObservedScope): Map<TargetName, Problem> {
  const failed = new Map<TargetName, Problem>();
  for (const name of Object.keys(observed) as (keyof ObservedScope)[]) {
    const part = observed[name];
    if (part && !part.ok) failed.set(name, awsProblem(part.error, scopeKey(scope)));
  }
  return failed;
}

function at(scope: Scope, { reason, message }: Problem): Problem {
  return { reason, message: `${scopeKey(scope)}: ${message}` };
}

function digestsOf(wishes: readonly SetWish[]): Map<string, string> {
  return new Map(wishes.map((wish) => [wish.set, wishDigest(wish)]));
}
