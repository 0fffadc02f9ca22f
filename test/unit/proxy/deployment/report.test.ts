import { expect, it } from '@jest/globals';
import type { PrivateLinkEndpoint } from '../../../../src/api/private-link-endpoint.gen.js';
import { KubeError } from '../../../../src/kube/error.js';
import type { OwnedOperation, Seen } from '../../../../src/kube/owned/plan.js';
import { type Deployment, deployments, services } from '../../../../src/kube/owned/resources.js';
import { type KubeObject, type Resource, typeOf } from '../../../../src/kube/resource.js';
import { type ProxyLook, proxyReport } from '../../../../src/proxy/deployment/report.js';

const ref = { namespace: 'ci', name: 'gitlab-proxy' };
const endpoint = {
  metadata: { namespace: 'ci', name: 'gitlab', generation: 3 },
  spec: { proxy: { loadBalancer: { class: 'service.k8s.aws/nlb' } } },
} as PrivateLinkEndpoint;

function seen<T extends KubeObject>(resource: Resource<T>, more: Omit<Partial<T>, 'metadata'>): Seen {
  const object = { ...typeOf(resource), metadata: { ...ref, generation: 2 }, ...more };
  return { resource, ref, object, written: true, contested: false };
}

const service = seen(services, { status: { loadBalancer: { ingress: [{ hostname: 'nlb.example.com' }] } } });
const all = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
const deployment = (status: Deployment['status'] = {}) =>
  seen(deployments, { spec: { replicas: 2 }, status: { ...all, ...status } });

function report(look: Partial<ProxyLook> = {}) {
  const certificate = { expires: '2027-02-01T12:00:00Z' };
  return proxyReport({ endpoint, seen: [deployment(), service], problems: [], certificate, outcomes: [], ...look });
}

const problem = { reason: 'NotOurs', message: 'a' };
const stuck = [{ type: 'Progressing', status: 'False', message: 'has timed out progressing' }];
const refusal = new KubeError({ call: 'apply Service', status: 403, reason: 'Forbidden', message: 'no' });
const operation: OwnedOperation = { action: 'Apply', seen: service, changed: [], repairs: false };

it('Ready is what all is well with', () => {
  expect(report()).toEqual({
    generation: 3,
    finding: { status: 'True', reason: 'Ready', message: '2/2 pods, certificate until 2027-02-01 12:00 UTC' },
    status: {
      service: 'gitlab-proxy',
      loadBalancer: 'nlb.example.com',
      replicas: '2/2',
      certificateExpires: '2027-02-01T12:00:00Z',
    },
  });
});

it.each<[reason: string, message: string, look: Partial<ProxyLook>]>([
  ['RollingOut', 'is not there yet', { seen: [service] }],
  ['RollingOut', 'has 2/2 pods', { seen: [deployment({ observedGeneration: 1 }), service] }],
  ['RollingOut', 'has 1/2 pods', { seen: [deployment({ updatedReplicas: 1 }), service] }],
  ['RollingOut', 'has 1/2 pods', { seen: [deployment({ availableReplicas: 1 }), service] }],
  ['RollingOut', 'has 2/2 pods', { seen: [deployment({ replicas: 3 }), service] }],
  [
    'RolloutStuck',
    'timed out progressing; kubectl describe pods -n ci',
    { seen: [deployment({ replicas: 3, conditions: stuck }), service] },
  ],
  [
    'LoadBalancerPending',
    'the controller of service.k8s.aws/nlb makes it',
    { seen: [deployment(), seen(services, {})] },
  ],
  [
    'Planned',
    'Apply Service ci/gitlab-proxy; mode is Plan',
    { planned: { operations: [operation], why: 'mode is Plan' } },
  ],
  [
    'Forbidden',
    "allow it by the chart's values, or in the operator's roles",
    { outcomes: [{ operation, result: refusal }] },
  ],
  [
    'CertificateExpired',
    'b. Until then nothing of the proxy changes',
    { certificate: { problem: { reason: 'CertificateExpired', message: 'b' } } },
  ],
  ['NotOurs', 'a', { problems: [problem], certificate: { problem: { reason: 'CertificateExpired', message: 'b' } } }],
])('%s: %s', (reason, message, look) => {
  const { finding } = report(look);
  expect(finding).toMatchObject({ status: 'False', reason });
  expect(finding.message).toContain(message);
});

it('what a call made is told, rather than what was there before', () => {
  const result = seen(deployments, { spec: { replicas: 3 }, status: all }).object;
  const outcomes = result ? [{ operation: { ...operation, seen: deployment() }, result }] : [];
  expect(report({ outcomes }).status.replicas).toBe('2/3');
});
