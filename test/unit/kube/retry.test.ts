import { expect, it } from '@jest/globals';
import { KubeError } from '../../../src/kube/error.js';
import { retryDelay } from '../../../src/kube/retry.js';

function failure(status: number, reason = '', retryAfterMs?: number): KubeError {
  return new KubeError({ call: 'patch ConfigMap a', status, reason, message: '', retryAfterMs });
}
const locked = { metadata: { resourceVersion: '7' } };

it.each<{ what: string; error: KubeError; method: string; body?: unknown; retried: boolean }>([
  { what: 'a server that has too much to do', error: failure(429), method: 'GET', retried: true },
  { what: 'a server that has too much to do', error: failure(429), method: 'POST', retried: true },
  { what: 'a failing server', error: failure(503), method: 'PATCH', retried: true },
  { what: 'a failing server, which may have created it', error: failure(503), method: 'POST', retried: false },
  { what: 'a lost connection', error: failure(0, 'NoAnswer'), method: 'DELETE', retried: true },
  { what: 'a lost connection, it may be created', error: failure(0, 'NoAnswer'), method: 'POST', retried: false },
  { what: 'a race of writers', error: failure(409, 'Conflict'), method: 'PATCH', body: {}, retried: true },
  {
    what: 'a race that the caller looks out for',
    error: failure(409, 'Conflict'),
    method: 'PATCH',
    body: locked,
    retried: false,
  },
  { what: 'a race with a deletion', error: failure(409, 'Conflict'), method: 'DELETE', retried: false },
  { what: 'a name that is taken', error: failure(409, 'AlreadyExists'), method: 'POST', retried: false },
  { what: 'a refusal', error: failure(422, 'Invalid'), method: 'PATCH', retried: false },
])('$method after $what: retried $retried', ({ error, method, body, retried }) => {
  expect(retryDelay(error, { method, body, attempts: 1 }) !== undefined).toBe(retried);
});

it('waits as long as the server asked', () => {
  expect(retryDelay(failure(429, '', 7_000), { method: 'GET', attempts: 1 })).toBe(7_000);
});

it('gives up after five attempts', () => {
  expect(retryDelay(failure(503), { method: 'GET', attempts: 5 })).toBeUndefined();
});
