import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { deployments } from '../kube/owned/resources.js';
import { PROXY_FINALIZER } from '../proxy/controller.js';
import { certificateDigestOf } from '../proxy/deployment/deployment.js';
import { proxyName } from '../proxy/deployment/objects.js';
import type { CheckedCertificate } from '../proxy/deployment/tls-secret.js';
import { planProxy, planRemoval, readCertificate } from '../proxy/plan.js';
import { namesOf } from '../proxy/proxy.js';
import type { PartFinding } from './part-finding.js';
import type { Eyes } from './parts.js';
import type { EndpointProblem } from './report.js';

/** What is to be done for a proxy, or to what is left of one. */
export async function surveyProxy(endpoint: PrivateLinkEndpoint, eyes: Eyes): Promise<PartFinding | undefined> {
  const { metadata, spec } = endpoint;
  const isMarked = metadata.finalizers?.includes(PROXY_FINALIZER) === true;
  if (spec.proxy && !metadata.deletionTimestamp) return surveyDeclared(endpoint, eyes);
  if (!isMarked) return undefined;
  const isDeleted = metadata.deletionTimestamp !== undefined;
  const retains = isDeleted && spec.deletionPolicy === 'Retain';
  const { observed, operations, problems } = await planRemoval(endpoint, retains, eyes, eyes.signal);
  const work = { operations };
  const rest = { owner: endpoint, problems, seen: observed.seen };
  // Names lead elsewhere first.
  return isDeleted ? { ...rest, now: work } : { ...rest, now: { operations: [] }, later: work };
}

async function surveyDeclared(endpoint: PrivateLinkEndpoint, eyes: Eyes): Promise<PartFinding> {
  const read = await readCertificate(endpoint, eyes, eyes.signal);
  const isSecret = read.problem?.reason === 'Forbidden';
  const certificate = isSecret ? await former(endpoint, eyes) : read;
  const plan = await planProxy(endpoint, certificate, eyes, eyes.signal);
  const { operations, waiting, observed, problems } = plan;
  return {
    owner: endpoint,
    now: { operations },
    later: { operations: waiting },
    problems: [
      ...problems,
      ...(isSecret && operations.length > 0 ? [unseen(endpoint)] : []),
      ...certificateProblem(endpoint, certificate),
    ],
    seen: observed.seen,
  };
}

/** The certificate that the pods have: to change it takes no manifest. */
async function former(endpoint: PrivateLinkEndpoint, { client, signal }: Eyes): Promise<CheckedCertificate> {
  const ref = { ...endpoint.metadata, name: proxyName(endpoint) };
  const digest = certificateDigestOf(await client.get(deployments, ref, { signal }));
  return digest ? { digest } : {};
}

function unseen({ metadata, spec }: PrivateLinkEndpoint): EndpointProblem {
  const secret = `Secret ${metadata.namespace}/${spec.proxy?.certificate.secretName}`;
  const message = `${secret} can't be read from here; the proxy changes once it has a certificate for ${namesOf(spec.hosts).join(', ')}`;
  return { reason: 'SecretUnread', message };
}

function certificateProblem({ spec }: PrivateLinkEndpoint, { problem }: CheckedCertificate): EndpointProblem[] {
  if (!problem) return [];
  const message = `${problem.message}. Until then nothing of the proxy changes`;
  const waits = problem.reason === 'CertificateMissing' && spec.proxy?.certificate.issuerRef !== undefined;
  return [{ ...problem, message, ...(waits && { waits }) }];
}
