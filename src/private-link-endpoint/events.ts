import { AwsError } from '../aws/errors.js';
import { placeText } from '../aws/places.js';
import type { Occurrence } from '../kube/recorder.js';
import type { Outcome } from './operation.js';
import { explain } from './problem.js';

/** What was done, or failed, and where. */
export function eventsOf(outcomes: readonly Outcome[]): Occurrence[] {
  return outcomes.flatMap(({ operation, result }): Occurrence[] => {
    if (result === 'NotTried') return [];
    const { sign, done, what, place, request } = operation;
    const where = `${placeText(place)} ${what}`;
    const action = request.action;
    if (!(result instanceof AwsError)) return [{ type: 'Normal', reason: done, action, note: `${sign} ${where}` }];
    const { reason, message } = explain(result, where);
    return [{ type: 'Warning', reason, action, note: message }];
  });
}
