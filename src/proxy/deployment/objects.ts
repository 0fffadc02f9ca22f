import type { PrivateLinkEndpoint, PrivateLinkEndpointSpec } from '../../api/private-link-endpoint.gen.js';
import type { Desired } from '../../kube/owned/part.js';
import {
  configMaps,
  deployments,
  networkPolicies,
  podDisruptionBudgets,
  services,
} from '../../kube/owned/resources.js';
import type { KubeObject, Resource } from '../../kube/resource.js';
import { caddyText } from '../caddy-config.js';
import { namesOf, proxyOf } from '../proxy.js';
import { CONFIG_FILE, deploymentSpec } from './deployment.js';
import { networkPolicySpec } from './network-policy.js';
import { serviceAnnotations, serviceSpec } from './service.js';

export type ProxySpec = NonNullable<PrivateLinkEndpointSpec['proxy']>;

export interface Certificate extends KubeObject {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

/** Of cert-manager, https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate */
export const certificates: Resource<Certificate> = {
  group: 'cert-manager.io',
  version: 'v1',
  plural: 'certificates',
  kind: 'Certificate',
  namespaced: true,
};

/** All kinds but cert-manager's. */
export const proxyKinds: readonly Resource[] = [
  configMaps,
  networkPolicies,
  deployments,
  services,
  podDisruptionBudgets,
];

/** Of all its objects. */
export function proxyName({ metadata }: PrivateLinkEndpoint): string {
  return `${metadata.name}-proxy`;
}

/** What cert-manager is to be asked for. */
export function certificateOf(endpoint: PrivateLinkEndpoint): Desired[] {
  const { hosts, proxy } = endpoint.spec;
  const { secretName, issuerRef } = proxy?.certificate ?? {};
  if (!issuerRef) return [];
  const spec = {
    secretName,
    dnsNames: namesOf(hosts),
    issuerRef,
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
    usages: ['digital signature', 'server auth'],
  };
  return [{ resource: certificates, metadata: metadataOf(endpoint), fields: { spec } }];
}

/**
 * The proxy in its cluster, in the order in which it is made.
 * @param certificateDigest of what the Secret has: pods are replaced when it changes
 */
export function proxyObjects(endpoint: PrivateLinkEndpoint, certificateDigest?: string): Desired[] {
  const { proxy: spec } = endpoint.spec;
  const proxy = proxyOf(endpoint.spec);
  if (!spec || !proxy) return [];
  const metadata = metadataOf(endpoint);
  const selector = selectorOf(endpoint);
  const made = (resource: Resource, fields: Record<string, unknown>, annotations = {}): Desired => ({
    resource,
    metadata: { ...metadata, annotations },
    fields,
  });
  return [
    made(configMaps, { data: { [CONFIG_FILE]: caddyText(proxy) } }),
    made(networkPolicies, { spec: networkPolicySpec(proxy, selector) }),
    made(deployments, { spec: deploymentSpec({ name: metadata.name, spec, selector, certificateDigest }) }),
    made(services, { spec: serviceSpec(spec, selector) }, serviceAnnotations(spec)),
    made(podDisruptionBudgets, {
      spec: { maxUnavailable: 1, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    }),
  ];
}

function metadataOf(endpoint: PrivateLinkEndpoint): Desired['metadata'] {
  const { namespace = '' } = endpoint.metadata;
  return { namespace, name: proxyName(endpoint), labels: selectorOf(endpoint) };
}

/** Of its pods. */
function selectorOf({ metadata }: PrivateLinkEndpoint): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'caddy',
    'app.kubernetes.io/instance': metadata.name,
    'app.kubernetes.io/component': 'proxy',
  };
}
