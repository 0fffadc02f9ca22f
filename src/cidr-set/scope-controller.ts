import { AwsError, isCurable } from '../aws/errors.js';
import { scopeKey } from '../aws/scope.js';
import type { Sessions } from '../aws/session.js';
import { aboutEvery, exponential } from '../kube/backoff.js';
import type { Result } from '../kube/controller.js';
import type { Recorder } from '../kube/recorder.js';
import type { Logger } from '../telemetry/log.js';
import { applyOperations } from './apply.js';
import { driftIn } from './drift.js';
import type { Estate, Place } from './estate.js';
import { eventsOf } from './events.js';
import { countLook, forgetLook } from './metrics.js';
import { holdAll, holdUnlisted } from './plan.js';
import { failedReport, type ScopeReport, scopeReport } from './report.js';
import { surveyPlace } from './survey.js';
import type { Outcome } from './targets/kind.js';
import { readFailures } from './targets/kinds.js';

export interface ScopeControllerOptions {
  estate: Estate;
  sessions: Sessions;
  recorder: Recorder;
  ownerId: string;
  /** CIDRs that this install itself comes from; none: that is not known. */
  ownAddresses: readonly string[];
  /** The whole install writes nothing to AWS. */
  planOnly?: boolean;
  /** How long drift may live: every scope is looked at again after so long, give or take a tenth. */
  intervalMs: number;
  /** Hears the name of each set whose status may have changed. */
  onReport(set: string): void;
  log: Logger;
}

/** How soon a scope is looked at again where one step waits for another to be seen done; twice that each time in vain. */
const UNFINISHED_MS = 2_000;
const UNFINISHED_CAP_MS = 60_000;

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
  /** How many looks at each scope have said nothing new. */
  const still = new Map<string, number>();
  return async (key: string, signal: AbortSignal): Promise<Result | undefined> => {
    const place = estate.place(key);
    if (!place) {
      estate.forget(key);
      forgetLook(key);
      still.delete(key);
      return undefined;
    }
    const { report, outcomes, error, unfinished } = await look(place, options, signal);
    const news = estate.keep(report);
    for (const set of news) onReport(set);
    const stillFor = news.length > 0 ? 0 : (still.get(key) ?? 0) + 1;
    still.set(key, stillFor);
    for (const { set, ...event } of eventsOf(place.scope, outcomes)) {
      log.log(event.type === 'Normal' ? 'info' : 'warn', event.note, { set, reason: event.reason });
      const object = estate.sets.get(set);
      if (object) recorder.event(object, event);
    }
    // What the same call may cure soon goes to the queue's back-off; what a person must cure waits for the next look.
    if (error && isCurable(error)) throw error;
    const nextMs = aboutEvery(intervalMs);
    const soonMs = exponential(stillFor, UNFINISHED_MS, UNFINISHED_CAP_MS);
    return { requeueAfterMs: unfinished && !error ? Math.min(soonMs, nextMs) : nextMs };
  };
}

async function look(place: Place, options: ScopeControllerOptions, signal: AbortSignal): Promise<Look> {
  const { estate, planOnly = false } = options;
  const { scope } = place;
  const wishes = estate.wishes(place);
  const survey = await surveyPlace(place, wishes, options, signal);
  if (!survey.ok) return { report: failedReport(scope, wishes, survey.error), outcomes: [], error: survey.error };

  const { io, observed } = survey.value;
  const plan = planOnly
    ? holdAll(survey.value.plan)
    : holdUnlisted(survey.value.plan, (set, operation) => estate.lists(place, set, operation));
  const outcomes = await applyOperations(io, plan.operations, signal);

  const report = scopeReport(scope, wishes, observed, plan, outcomes);
  countLook(scope, plan, outcomes, driftIn(plan, report, estate.lastReport(scopeKey(scope))));
  const results = [...readFailures(observed), ...outcomes.map(({ result }) => result)];
  const error = results.find((result) => result instanceof AwsError);
  const waits = !planOnly && plan.held.some(({ held }) => held === 'Waiting');
  return { report, outcomes, unfinished: waits || outcomes.some(isAwaited), ...(error && { error }) };
}

/** Objects get ids, versions and states in AWS that the next step builds on; most rules in groups don't. */
function isAwaited({ operation, result }: Outcome): boolean {
  return result === 'Done' && (operation.awaited ?? operation.target !== 'securityGroups');
}
