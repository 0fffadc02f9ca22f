import type { PrivateLinkEndpoint } from '../../api/private-link-endpoint.gen.js';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import { objectKey } from '../../kube/resource.js';

/** The address that jobs have to ask for names: that of the PrivateLinkEndpoint's mode JobDNS, and none in others. */
export function resolverOf(
  { metadata, spec }: RunnerPool,
  endpoint: PrivateLinkEndpoint | undefined,
): { resolver?: string; problem?: Problem } {
  if (!spec.endpointRef) return {};
  const name = `PrivateLinkEndpoint ${objectKey({ ...metadata, name: spec.endpointRef.name })}`;
  if (!endpoint) return { problem: { reason: 'EndpointNotFound', message: `there is no ${name}; make it` } };
  const { interception } = endpoint.spec;
  if (!interception) return {};
  const { mode = interception.mode, resolver } = endpoint.status?.interception ?? {};
  if (mode !== 'JobDNS' && mode !== 'Auto') return {};
  if (resolver) return { resolver };
  const message = `${name} does not say yet whom jobs ask for names; its condition Intercepted says why`;
  return { problem: { reason: 'ResolverMissing', message } };
}

/** Of all clusters of EKS. */
const CLUSTER_DOMAIN = 'cluster.local';
/** Fewer than the kubelet's five: GitLab's name is not looked for within the cluster first. */
const NDOTS = '2';

/** For pods that ask `resolver` and nobody else, which asks the cluster's DNS for what it doesn't know. */
export function dnsConfig({ metadata: { namespace } }: RunnerPool, resolver: string) {
  const services = `svc.${CLUSTER_DOMAIN}`;
  return {
    nameservers: [resolver],
    searches: [`${namespace}.${services}`, services, CLUSTER_DOMAIN],
    options: [{ name: 'ndots', value: NDOTS }],
  };
}
