import { isDeepStrictEqual } from 'node:util';
import { accountConfig } from '../api/account-config.js';
import { AwsError } from '../aws/errors.js';
import { scopeKey } from '../aws/scope.js';
import type { Sessions } from '../aws/session.js';
import type { Result } from '../kube/controller.js';
import type { Recorder } from '../kube/recorder.js';
import type { Logger } from '../telemetry/log.js';
import { applyOperations } from './apply.js';
import type { Estate, Place } from './estate.js';
import { eventsOf } from './events.js';
import { countLook } from './metrics.js';
import { observeScope } from './observe.js';
import { planScope } from './plan.js';
import { failedReport, type ScopeReport, scopeReport } from './report.js';
import type { Outcome } from './targets/kind.js';
import { readFailures } from './targets/kinds.js';

export interface ScopeControllerOptions {
  estate: Estate;
  sessions: Sessions;
  recorder: Recorder;
  ownerId: string;
  /** How long drift may live: every scope is looked at again after so long, give or take a tenth. */
  intervalMs: number;
  /** Hears the name of each set whose status may have changed. */
  onReport(set: string): void;
  log: Logger;
}

/** How soon a scope is looked at again where one step waits for another to be seen done. */
const UNFINISHED_MS = 2_000;

interface Look {
  report: ScopeReport;
  outcomes: Outcome[];
  /** The first failure, if any. */
  error?: AwsError;
  /** Something waits for what was just begun. */
  unfinished?: boolean;
}

/** Reconciles one account and region for all sets at once: observe, plan, apply, report. */
export function scopeReconciler(options: ScopeControllerOptions) {
  const { estate, recorder, intervalMs, onReport, log } = options;
  return async (key: string, signal: AbortSignal): Promise<Result | undefined> => {
    const place = estate.place(key);
    if (!place) {
      estate.forget(key);
      return undefined;
    }
    const { report, outcomes, error, unfinished } = await look(place, options, signal);
    for (const set of estate.keep(report)) onReport(set);
    for (const { set, ...event } of eventsOf(place.scope, outcomes)) {
      log.log(event.type === 'Normal' ? 'info' : 'warn', event.note, { set, reason: event.reason });
      const object = estate.sets.get(set);
      if (object) recorder.event(object, event);
    }
    // What the same call may cure soon goes to the queue's back-off; what a person must cure waits for the next look.
    if (error && CURABLE.includes(error.class)) throw error;
    const nextMs = intervalMs * (0.9 + Math.random() * 0.2);
    return { requeueAfterMs: unfinished ? Math.min(UNFINISHED_MS, nextMs) : nextMs };
  };
}

const CURABLE: readonly AwsError['class'][] = ['Throttled', 'Transient', 'Conflict', 'NotFound'];

async function look(
  place: Place,
  { estate, sessions, ownerId }: ScopeControllerOptions,
  signal: AbortSignal,
): Promise<Look> {
  const { account, scope } = place;
  const wishes = estate.wishes(place);
  const failed = (error: AwsError): Look => ({ report: failedReport(scope, wishes, error), outcomes: [], error });

  const session = sessions.get(accountConfig(account));
  const identity = await session.verify();
  if (!identity.ok) return failed(identity.error);

  const io = { scope, aws: session.scope(scope.region, signal), ownerId };
  const observed = await observeScope(io, wishes, estate.inUse(place));
  const input = {
    scope,
    ownerId,
    wishes: new Map(wishes.map((wish) => [wish.set, wish])),
    observed,
    quotas: { rulesPerSecurityGroup: account.spec.rulesPerSecurityGroup ?? 60, securityGroupsPerInterface: 5 },
  };
  const plan = planScope(input);
  const outcomes = await applyOperations(io, plan.operations, signal);

  const report = scopeReport(scope, wishes, observed, plan, outcomes);
  countLook(scope, plan, outcomes, isDeepStrictEqual(estate.lastReport(scopeKey(scope))?.digests, report.digests));
  const results = [...readFailures(observed), ...outcomes.map(({ result }) => result)];
  const error = results.find((result) => result instanceof AwsError);
  const waits = plan.held.some(({ held }) => held === 'Waiting');
  return { report, outcomes, unfinished: waits || madeObjects(outcomes), ...(error && { error }) };
}

/** Objects get ids, versions and states in AWS that the next step builds on; rules in groups don't. */
function madeObjects(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ operation, result }) => operation.target !== 'securityGroups' && result === 'Done');
}
