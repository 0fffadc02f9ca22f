import { exponential, jittered } from './backoff.js';
import type { KubeError } from './error.js';

const ATTEMPTS = 5;

export interface Attempted {
  method: string;
  body?: unknown;
  /** Attempts made so far. */
  attempts: number;
}

/** Milliseconds to wait before the call is made again, or undefined when it should not or must not be. */
export function retryDelay(error: KubeError, { method, body, attempts }: Attempted): number | undefined {
  if (attempts >= ATTEMPTS || !mayRepeat(error, method, body)) return undefined;
  return error.retryAfterMs ?? jittered(exponential(attempts - 1, 100, 5_000));
}

function mayRepeat({ status, reason }: KubeError, method: string, body: unknown): boolean {
  if (status === 429) return true; // refused before it was looked at
  if (method === 'POST') return false; // may have been done although the answer is bad or lost
  if (reason === 'Conflict') return method === 'PATCH' && !isLocked(body);
  return status === 0 || status >= 500;
}

/** Whether a conflict is what the caller wanted to hear: it named the version that its change is based on. */
function isLocked(body: unknown): boolean {
  return (body as { metadata?: { resourceVersion?: string } } | undefined)?.metadata?.resourceVersion !== undefined;
}
