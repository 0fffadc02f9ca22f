import type { V1NetworkPolicyEgressRule, V1NetworkPolicySpec } from '@kubernetes/client-node';
import { HTTPS_PORT, type ReverseProxy, STATUS_PORT } from '../proxy.js';

/**
 * Who comes through the load balancer has its addresses, or any; probes and Prometheus come from anywhere too. It goes to
 * name servers and to the upstreams' ports. A Service's port says nothing about its pods', which is what counts here.
 */
export function networkPolicySpec({ hosts }: ReverseProxy, selector: Record<string, string>): V1NetworkPolicySpec {
  const addresses = hosts.map(({ upstream }) => upstream.address);
  const ports = [...new Set(addresses.map((address) => Number(address.slice(address.lastIndexOf(':') + 1))))];
  const inCluster: V1NetworkPolicyEgressRule[] = addresses.some(isService) ? [{ to: [{ namespaceSelector: {} }] }] : [];
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [HTTPS_PORT, STATUS_PORT].map((port) => ({ protocol: 'TCP', port })) }],
    egress: [
      { ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) },
      { ports: ports.sort((a, b) => a - b).map((port) => ({ protocol: 'TCP', port })) },
      ...inCluster,
    ],
  };
}

/** Or may be: `registry:5000`, `registry.gitlab:5000`, `registry.gitlab.svc.cluster.local:5000`. */
function isService(address: string): boolean {
  return /^[a-z0-9-]+([.][a-z0-9-]+)?([.]svc([.].+)?)?:/.test(address);
}
