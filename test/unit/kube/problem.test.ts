import { expect, it } from '@jest/globals';
import { KubeError } from '../../../src/kube/error.js';
import { kubeProblem } from '../../../src/kube/problem.js';

it.each<[status: number, reason: string, said: string, told: string]>([
  [404, 'NotFound', 'namespaces "runners" not found', 'NamespaceNotFound'],
  [
    403,
    'Forbidden',
    'unable to create new content in namespace runners because it is being terminated',
    'NamespaceNotFound',
  ],
  [403, 'Forbidden', 'User "sallyport" cannot patch resource "networkpolicies"', 'Forbidden'],
  [409, 'Conflict', 'the object has been modified', 'ChangedMeanwhile'],
  [0, 'NoAnswer', 'connection refused', 'ApiServerUnreachable'],
  [503, 'ServiceUnavailable', 'etcd is away', 'ApiServerUnreachable'],
  [422, 'Invalid', 'spec.podSelector: Invalid value', 'ApiServerRefused'],
])('%i %s: %s', (status, reason, message, told) => {
  const problem = kubeProblem(new KubeError({ call: 'apply NetworkPolicy runners/office', status, reason, message }));
  expect(problem.reason).toBe(told);
  expect(problem.message).toContain(`apply NetworkPolicy runners/office: ${reason}: ${message}`);
});
