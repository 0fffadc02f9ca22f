import type { Problem } from '../api/problem.js';
import { KubeError } from './error.js';

/** Out of what the operator may not do. */
export const WAY = "; allow it by the chart's values, or in the operator's roles";

/** A failure at the API server in words for a condition: what failed, and what comes next. */
export function kubeProblem(error: KubeError): Problem {
  const { status, reason, message } = error;
  if (reason === 'NotFound' || message.includes('being terminated')) {
    return { reason: 'NamespaceNotFound', message: `${message}; it is made once the namespace is there` };
  }
  if (status === 403) return { reason: 'Forbidden', message: `${message}${WAY}` };
  if (reason === 'Conflict') return { reason: 'ChangedMeanwhile', message: `${message}; looking again` };
  if (isPassing(error)) return { reason: 'ApiServerUnreachable', message: `${message}; trying again` };
  return { reason: 'ApiServerRefused', message };
}

/** Whether the same call may do soon. */
export function isPassing({ status }: KubeError): boolean {
  return status === 0 || status === 429 || status >= 500;
}

/**
 * What a call gives, or what a person must see to.
 * @throws KubeError where the same call may do soon
 */
export async function readingOf<T>(
  call: Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; problem: Problem }> {
  try {
    return { ok: true, value: await call };
  } catch (error) {
    if (!(error instanceof KubeError) || isPassing(error)) throw error;
    return { ok: false, problem: kubeProblem(error) };
  }
}
