import type { PrivateLinkEndpoint } from '../../api/private-link-endpoint.gen.js';
import type { KubeClient } from '../../kube/client.js';
import type { Resolver } from '../cluster-dns.js';
import { pods, resolversOf } from '../pods.js';

/** Of all its objects. */
export function jobDnsName({ metadata }: PrivateLinkEndpoint): string {
  return `${metadata.name}-dns`;
}

/** The pods of mode JobDNS. */
export async function jobDnsResolvers(
  endpoint: PrivateLinkEndpoint,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Resolver[]> {
  const { namespace } = endpoint.metadata;
  const labelSelector = `app.kubernetes.io/instance=${jobDnsName(endpoint)},app.kubernetes.io/component=job-dns`;
  const { items } = await client.list(pods, { namespace, labelSelector, signal });
  return resolversOf([{ port: 53, targetPort: 'dns-udp' }], items);
}
