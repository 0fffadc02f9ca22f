import type { PrivateLinkEndpoint, PrivateLinkEndpointStatus } from '../../api/private-link-endpoint.gen.js';
import type { Problem } from '../../api/problem.js';
import { cut } from '../../cut.js';
import type { Finding } from '../../kube/conditions.js';
import type { OwnedOutcome } from '../../kube/owned/objects.js';
import { failuresOf, objectIn } from '../../kube/owned/outcome.js';
import { nameOf, type OwnedOperation, type Seen } from '../../kube/owned/plan.js';
import { deployments, type Service, services } from '../../kube/owned/resources.js';
import { podsOf, rolloutProblem } from '../../kube/owned/rollout.js';
import type { PartReport } from '../../kube/reports.js';
import { timeText } from '../../kube/time.js';
import { certificates, proxyName } from './objects.js';
import type { CheckedCertificate } from './tls-secret.js';

export type ProxyStatus = NonNullable<PrivateLinkEndpointStatus['proxy']>;

export interface ProxyLook {
  endpoint: PrivateLinkEndpoint;
  seen: readonly Seen[];
  problems: readonly Problem[];
  certificate: CheckedCertificate;
  /** Calls that are not made because nothing is to be written; why, for people. */
  planned?: { operations: readonly OwnedOperation[]; why: string };
  outcomes: readonly OwnedOutcome[];
}

/** What is told of a proxy, from a look at it alone. */
export function proxyReport(look: ProxyLook): PartReport<ProxyStatus> {
  const { endpoint, certificate } = look;
  const deployment = objectIn(look, deployments);
  const service = objectIn(look, services);
  const hostname = hostOf(service);
  const ref = { ...endpoint.metadata, name: proxyName(endpoint) };
  const rollout = rolloutProblem(deployment, ref, `app.kubernetes.io/instance=${endpoint.metadata.name}`);
  const problem = problemOf(look) ?? rollout ?? pendingLoadBalancer(service, endpoint);
  const { expires } = certificate;
  const until = expires ? `, certificate until ${timeText(Date.parse(expires))}` : '';
  const well: Finding = { status: 'True', reason: 'Ready', message: `${podsOf(deployment)} pods${until}` };
  return {
    generation: endpoint.metadata.generation ?? 0,
    finding: problem ? { status: 'False', ...problem } : well,
    status: {
      ...(service && { service: service.metadata.name }),
      ...(hostname && { loadBalancer: hostname }),
      ...(deployment && { replicas: podsOf(deployment) }),
      ...(objectIn(look, certificates) && { certificate: proxyName(endpoint) }),
      ...(expires && { certificateExpires: expires }),
    },
  };
}

function problemOf({ problems, certificate, outcomes, planned }: ProxyLook): Problem | undefined {
  const bad = certificate.problem && {
    ...certificate.problem,
    message: `${certificate.problem.message}. Until then nothing of the proxy changes`,
  };
  const [first] = [...problems, ...failuresOf(outcomes), ...(bad ? [bad] : [])];
  if (first || !planned || planned.operations.length === 0) return first;
  const calls = planned.operations.map(({ action, seen }) => `${action} ${nameOf(seen)}`);
  return { reason: 'Planned', message: `${cut(calls, 10)}; ${planned.why}` };
}

function hostOf(service: Service | undefined): string | undefined {
  return service?.status?.loadBalancer?.ingress?.[0]?.hostname;
}

function pendingLoadBalancer(service: Service | undefined, endpoint: PrivateLinkEndpoint): Problem | undefined {
  if (hostOf(service)) return undefined;
  const { namespace } = endpoint.metadata;
  const name = proxyName(endpoint);
  const by = `the controller of ${endpoint.spec.proxy?.loadBalancer.class}`;
  const message = `Service ${namespace}/${name} has no load balancer yet; ${by} makes it, and tells of it in kubectl describe service -n ${namespace} ${name}`;
  return { reason: 'LoadBalancerPending', message };
}
