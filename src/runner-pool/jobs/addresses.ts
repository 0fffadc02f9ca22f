import type { KubeClient } from '../../kube/client.js';
import { ownNameservers } from '../../kube/nameservers.js';
import type { KubeObject, Resource } from '../../kube/resource.js';
import { type Node, nodes } from '../nodes/fleet.js';
import type { NetworkInput } from './network-policies.js';

interface Service extends KubeObject {
  spec: { clusterIPs?: string[] };
}

interface EndpointSlice extends KubeObject {
  endpoints?: { addresses: string[] }[];
}

type AddressedNode = Node & { status?: { addresses?: { type: string; address: string }[] } };

const services: Resource<Service> = { group: '', version: 'v1', plural: 'services', kind: 'Service', namespaced: true };

const endpointSlices: Resource<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
};

/** The same for all pools. */
export type ClusterAddresses = Pick<NetworkInput, 'apiServer' | 'nodes' | 'resolvers'>;

/** @throws KubeError */
async function readAddresses(client: KubeClient, signal: AbortSignal): Promise<ClusterAddresses> {
  const [service, slices, dns, all] = await Promise.all([
    client.get(services, { namespace: 'default', name: 'kubernetes' }, { signal }),
    client.list(endpointSlices, {
      namespace: 'default',
      labelSelector: 'kubernetes.io/service-name=kubernetes',
      signal,
    }),
    client.list(services, { namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns', signal }),
    client.list(nodes as Resource<AddressedNode>, { signal }),
  ]);
  const clusterIPs = dns.items.flatMap(({ spec }) => spec.clusterIPs ?? []).filter((address) => address !== 'None');
  return {
    apiServer: [
      ...(service?.spec.clusterIPs ?? []),
      ...slices.items.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses)),
    ],
    nodes: all.items.flatMap(({ status }) =>
      (status?.addresses ?? []).flatMap(({ type, address }) => (type.endsWith('IP') ? [address] : [])),
    ),
    // EKS Auto Mode has its DNS on the nodes, without a Service.
    resolvers: clusterIPs.length > 0 ? clusterIPs : ownNameservers().map(({ address }) => address),
  };
}

/** What is read once serves all pools for a while: clusters have many nodes. */
export class AddressBook {
  readonly #client: KubeClient;
  readonly #freshMs: number;
  #latest: { at: number; reading: Promise<ClusterAddresses> } | undefined;

  constructor(client: KubeClient, freshMs: number) {
    this.#client = client;
    this.#freshMs = freshMs;
  }

  /** @throws KubeError */
  async read(signal: AbortSignal): Promise<ClusterAddresses> {
    const now = performance.now();
    if (!this.#latest || now - this.#latest.at > this.#freshMs) {
      this.#latest = { at: now, reading: readAddresses(this.#client, signal) };
    }
    const { reading } = this.#latest;
    return reading.catch((error) => {
      if (this.#latest?.reading === reading) this.#latest = undefined;
      throw error;
    });
  }
}
