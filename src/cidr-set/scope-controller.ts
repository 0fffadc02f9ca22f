import { accountConfig } from '../api/account-config.js';
import { AwsError } from '../aws/errors.js';
import type { Sessions } from '../aws/session.js';
import type { Result } from '../kube/controller.js';
import type { Recorder } from '../kube/recorder.js';
import type { Logger } from '../telemetry/log.js';
import { applyOperations, type Outcome } from './apply.js';
import type { Estate, Place } from './estate.js';
import { eventsOf } from './events.js';
import { countLook } from './metrics.js';
import { observeScope } from './observe.js';
import { planScope } from './plan.js';
import { failedReport, type ScopeReport, scopeReport } from './report.js';

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

interface Look {
  report: ScopeReport;
  outcomes: Outcome[];
  /** The first failure, if any. */
  error?: AwsError;
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
    const { report, outcomes, error } = await look(place, options, signal);
    for (const set of estate.keep(report)) onReport(set);
    for (const { set, ...event } of eventsOf(place.scope, outcomes)) {
      log.log(event.type === 'Normal' ? 'info' : 'warn', event.note, { set, reason: event.reason });
      const object = estate.sets.get(set);
      if (object) recorder.event(object, event);
    }
    // What the same call may cure soon goes to the queue's back-off; what a person must cure waits for the next look.
    if (error && CURABLE.includes(error.class)) throw error;
    return { requeueAfterMs: intervalMs * (0.9 + Math.random() * 0.2) };
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

  const ec2 = session.ec2(scope.region, signal);
  const observed = await observeScope(ec2, ownerId);
  if (!observed.ok) return failed(observed.error);

  const { rulesPerSecurityGroup } = account.spec;
  const plan = planScope({ wishes, groups: observed.value, rulesPerSecurityGroup });
  const outcomes = await applyOperations(ec2, plan.operations, ownerId, signal);
  countLook(scope, plan, outcomes);
  const error = outcomes.map(({ result }) => result).find((result) => result instanceof AwsError);
  return { report: scopeReport(scope, wishes, plan, outcomes), outcomes, ...(error && { error }) };
}
