import { exponential } from '../../kube/backoff.js';
import { plural } from '../../plural.js';
import { FAILURES_TAG } from '../names.js';
import type { ObservedEndpoint } from '../observed.js';
import type { Hindrance } from '../operation.js';

const MINUTE_MS = 60_000;
const MOST_MS = 60 * MINUTE_MS;

/** How many endpoints have failed in a row, this one included. One that was there for long had not failed at first. */
export function failuresOf({ tags, ageMs }: ObservedEndpoint): number {
  const before = ageMs > 2 * MOST_MS ? 0 : Number(tags[FAILURES_TAG]) || 0;
  return before + 1;
}

/**
 * How old a failed endpoint gets before another is made. A first failure may pass; what fails again and again is tried
 * once an hour in the end. AWS keeps both facts, so that no restart makes it less.
 */
export function waitMs(failed: ObservedEndpoint): number {
  const failures = failuresOf(failed);
  return failures === 1 ? 0 : exponential(failures - 2, MINUTE_MS, MOST_MS);
}

export function failureProblem(failed: ObservedEndpoint): Hindrance {
  const { id, state, error } = failed;
  const minutes = waitMs(failed) / MINUTE_MS;
  const when = minutes > 0 ? ` when it is ${plural(minutes, 'minute')} old, or deleted` : '';
  const message = `${id} is ${state}${error ? `: ${error}` : ''}; another is made in its place${when}`;
  return { reason: 'EndpointFailed', message };
}
