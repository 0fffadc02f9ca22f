import type { Problem } from '../api/problem.js';
import type { AwsError } from '../aws/errors.js';
import type { PlaceRef } from '../aws/places.js';
import type { Request } from './calls.js';

/** One call to AWS, safe to repeat. */
export interface Operation {
  /** Operations of a lane go one after the other; lanes go side by side. */
  lane: string;
  /** When one fails, those after it in the same chain aren't tried. Absent: the whole lane is one. */
  chain?: string;
  place: PlaceRef;
  sign: '+' | '~' | '-';
  /** For people, what it is about: `endpoint for runners in vpc-0a1b`. */
  what: string;
  /** What an event calls it when it is done: `EndpointCreated`. */
  done: string;
  /** The consumer that it is for; absent: the service. */
  consumer?: string;
  /** It is made only when it has been planned for a while: what it removes is no longer led to, but still in use. */
  rests?: boolean;
  request: Request;
}

/** What became of an operation; `NotTried` because an earlier one of its chain failed, or we are shutting down. */
export interface Outcome {
  operation: Operation;
  result: 'Done' | 'NotTried' | AwsError;
}

/** Why something isn't as declared. `waits`: for AWS or for another step, and not for a person. */
export interface Hindrance extends Problem {
  waits?: boolean;
}

export function waiting(reason: string, message: string): Hindrance {
  return { reason, message, waits: true };
}
