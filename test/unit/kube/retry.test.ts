import { expect, it } from '@jest/globals';
import { KubeError } from '../../../src/kube/error.js';
import { retryDelay } from '../../../src/kube/retry.js';

function failure(status: number, reason = '', retryAfterMs?: number): KubeError {
  return new KubeError({ call: 'patch ConfigMap a', status, reason, message: '', retryAfterMs });
}
const locked = { metadata: { resourceVersion: '7' } };

it.each`
  what                                     | error                            | method      | body         | retried
  ${'an overloaded server'}                | ${failure(429)}                  | ${'GET'}    | ${undefined} | ${true}
  ${'an overloaded server'}                | ${failure(429)}                  | ${'POST'}   | ${{}}        | ${true}
  ${'a failing server'}                    | ${failure(503)}                  | ${'PATCH'}  | ${{}}        | ${true}
  ${'a failing server: it may be created'} | ${failure(503)}                  | ${'POST'}   | ${{}}        | ${false}
  ${'a lost connection'}                   | ${failure(0, 'NoAnswer')}        | ${'DELETE'} | ${undefined} | ${true}
  ${'a lost connection: may be created'}   | ${failure(0, 'NoAnswer')}        | ${'POST'}   | ${{}}        | ${false}
  ${'a race of writers'}                   | ${failure(409, 'Conflict')}      | ${'PATCH'}  | ${{}}        | ${true}
  ${'a race that the caller watches for'}  | ${failure(409, 'Conflict')}      | ${'PATCH'}  | ${locked}    | ${false}
  ${'a deletion under preconditions'}      | ${failure(409, 'Conflict')}      | ${'DELETE'} | ${{}}        | ${false}
  ${'a name that is taken'}                | ${failure(409, 'AlreadyExists')} | ${'POST'}   | ${{}}        | ${false}
  ${'a refusal'}                           | ${failure(422, 'Invalid')}       | ${'PATCH'}  | ${{}}        | ${false}
`('$method after $what: retried $retried', ({ error, method, body, retried }) => {
  expect(retryDelay(error, { method, body, attempts: 1 }) !== undefined).toBe(retried);
});

it('waits as long as the server asked', () => {
  expect(retryDelay(failure(429, '', 7_000), { method: 'GET', attempts: 1 })).toBe(7_000);
});

it('gives up after five attempts', () => {
  expect(retryDelay(failure(503), { method: 'GET', attempts: 5 })).toBeUndefined();
});
