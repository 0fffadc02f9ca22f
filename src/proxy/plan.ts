import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { Problem } from '../api/problem.js';
import type { KubeClient } from '../kube/client.js';
import type { OwnedObjects } from '../kube/owned/objects.js';
import type { ObservedPart } from '../kube/owned/observe.js';
import type { Part } from '../kube/owned/part.js';
import { type OwnedOperation, planOwned, removalOf } from '../kube/owned/plan.js';
import { readingOf } from '../kube/problem.js';
import { secrets } from '../kube/secrets.js';
import { caBundleProblem } from './ca-bundle.js';
import { certificateOf, certificates, proxyKinds, proxyName, proxyObjects } from './deployment/objects.js';
import { type CheckedCertificate, checkCertificate } from './deployment/tls-secret.js';
import { namesOf, proxyOf } from './proxy.js';

/** See Part. */
export const PROXY = 'proxy';

/** What it is observed by. */
export interface ProxyEyes {
  owned: Pick<OwnedObjects, 'observe'>;
  ownerId: string;
}

export interface ProxyPlan {
  part: Part;
  observed: ObservedPart;
  operations: OwnedOperation[];
  /** What is made once the certificate fits. */
  waiting: OwnedOperation[];
  /** Those of `observed` too. */
  problems: Problem[];
}

/** What makes the proxy what the resource declares. Without a certificate that fits, only one is asked for. */
export async function planProxy(
  endpoint: PrivateLinkEndpoint,
  certificate: CheckedCertificate,
  eyes: ProxyEyes,
  signal: AbortSignal,
): Promise<ProxyPlan> {
  const desired = [...certificateOf(endpoint), ...proxyObjects(endpoint, certificate.digest)];
  const part = partOf(endpoint, eyes);
  const observed = await eyes.owned.observe(part, desired, kindsOf(endpoint), signal);
  const { operations, problems } = planOwned({ part, desired, seen: observed.seen });
  // Pods that run well are not to be given a certificate, or a configuration, that does not fit.
  const isFitting = (each: OwnedOperation) => !certificate.problem || each.seen.resource === certificates;
  return {
    part,
    observed,
    operations: operations.filter(isFitting),
    waiting: operations.filter((each) => !isFitting(each)),
    problems: [...observed.problems, ...problems],
  };
}

/** What removes all that there is of it. @param retains it stays instead, as nobody's */
export async function planRemoval(
  endpoint: PrivateLinkEndpoint,
  retains: boolean,
  eyes: ProxyEyes,
  signal: AbortSignal,
): Promise<ProxyPlan> {
  const part = partOf(endpoint, eyes);
  const observed = await eyes.owned.observe(part, [], kindsOf(endpoint), signal);
  const { seen, problems } = observed;
  return { part, observed, operations: removalOf(seen, retains), waiting: [], problems };
}

/** The one Secret, as it is now: no others are read. CAs that can't be are a problem of it, too. */
export async function readCertificate(
  endpoint: PrivateLinkEndpoint,
  { client }: { client: KubeClient },
  signal: AbortSignal,
): Promise<CheckedCertificate> {
  const { metadata, spec } = endpoint;
  const untrusted = caBundleProblem(proxyOf(spec)?.hosts ?? []);
  if (untrusted) return { problem: untrusted };
  const { secretName: name, issuerRef } = spec.proxy?.certificate ?? {};
  if (!name) return {};
  const { namespace = '' } = metadata;
  const names = namesOf(spec.hosts);
  const read = await readingOf(client.get(secrets, { namespace, name }, { signal }));
  if (!read.ok) return { problem: read.problem };
  if (read.value) return checkCertificate(read.value, names, Date.now());
  const way = issuerRef
    ? `${issuerRef.kind} ${issuerRef.name} has not filled it; kubectl describe certificate -n ${namespace} ${proxyName(endpoint)} says why`
    : `make one of type kubernetes.io/tls, with a certificate for ${names.join(', ')}`;
  return { problem: { reason: 'CertificateMissing', message: `there is no Secret ${namespace}/${name}; ${way}` } };
}

function partOf(endpoint: PrivateLinkEndpoint, { ownerId }: ProxyEyes): Part {
  return { ownerId, owner: endpoint, component: PROXY };
}

/** Clusters without cert-manager are not asked for its kind, unless it is needed, or was. */
function kindsOf({ spec, status }: PrivateLinkEndpoint) {
  const uses = spec.proxy?.certificate.issuerRef || status?.proxy?.certificate;
  return uses ? [certificates, ...proxyKinds] : proxyKinds;
}
