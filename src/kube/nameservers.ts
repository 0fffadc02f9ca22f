import dns from 'node:dns';
import { isIPv6 } from 'node:net';

export interface Nameserver {
  address: string;
  port: number;
}

/** Whom kubelets have the pod of this process ask, as they have all others, in their order. Nobody, outside a cluster. */
export function ownNameservers(): Nameserver[] {
  if (!process.env.KUBERNETES_SERVICE_HOST) return [];
  return dns.getServers().map((server) => {
    const { hostname, port } = new URL(`dns://${isIPv6(server) ? `[${server}]` : server}`);
    return { address: hostname.replace(/[[\]]/g, ''), port: Number(port || 53) };
  });
}
