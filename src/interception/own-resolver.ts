import dns from 'node:dns';
import { isIPv6 } from 'node:net';
import type { Resolver } from './cluster-dns.js';

/** Whom kubelets have the pod of this process ask, as they have all others. Nobody, outside a cluster. */
export function ownResolvers(): Resolver[] {
  const [server] = process.env.KUBERNETES_SERVICE_HOST ? dns.getServers() : [];
  if (!server) return [];
  const { hostname, port } = new URL(`dns://${isIPv6(server) ? `[${server}]` : server}`);
  return [{ pod: server, address: hostname.replace(/[[\]]/g, ''), port: Number(port || 53), ready: true }];
}
