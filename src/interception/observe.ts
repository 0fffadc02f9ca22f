import type { KubeClient } from '../kube/client.js';
import { otherManager } from '../kube/managed-fields.js';
import { ownNameservers } from '../kube/nameservers.js';
import { type ConfigMap, configMaps } from '../kube/owned/resources.js';
import { type ClusterDns, CUSTOM_CONFIG_MAP, DNS_NAMESPACE, type Resolver, type Texts } from './cluster-dns.js';
import { isBypassing } from './node-local.js';
import { mountsOf, type Pod, pods, resolversOf, type Service, services } from './pods.js';

const namespace = DNS_NAMESPACE;
/** Of every cluster's DNS, whatever it is and whatever it is called. */
const labelSelector = 'k8s-app=kube-dns';
/** The Service that NodeLocal DNSCache asks CoreDNS by. */
const UPSTREAM_SERVICE = 'kube-dns-upstream';
const NODE_LOCAL_CONFIG_MAP = 'node-local-dns';

/** @throws KubeError */
export async function observe(client: KubeClient, signal: AbortSignal): Promise<ClusterDns> {
  const { items } = await client.list(services, { namespace, labelSelector, signal });
  const service = items.find(({ metadata }) => metadata.name !== UPSTREAM_SERVICE);
  const nodeLocal = await client.get(configMaps, { namespace, name: NODE_LOCAL_CONFIG_MAP }, { signal });
  const clusterIP = service?.spec.clusterIP;
  const found = await podsOf(client, service, signal);
  // EKS Auto Mode has its DNS on the nodes, without a Service.
  const resolvers = service ? resolversOf(service.spec.ports ?? [], found) : nodeResolvers();
  const mounts = found[0] ? mountsOf(found[0]) : {};
  const read = (name: string) => client.get(configMaps, { namespace, name }, { signal });
  const corefile = mounts.corefile && (await read(mounts.corefile.configMap));
  const custom = mounts.custom === undefined ? undefined : await read(CUSTOM_CONFIG_MAP);
  return {
    ...(clusterIP && { clusterIP }),
    port: resolvers[0]?.port ?? 53,
    resolvers,
    ...(mounts.corefile && corefile && { corefile: { ...mounts.corefile, texts: textsOf(corefile) } }),
    ...(mounts.custom !== undefined && {
      custom: { directory: mounts.custom, ...(custom && { texts: textsOf(custom) }) },
    }),
    hasNodeLocalCache: nodeLocal !== undefined && isBypassing(nodeLocal.data ?? {}, clusterIP),
    isEksAddOn: corefile?.metadata.managedFields?.some(({ manager }) => manager === 'eks') ?? false,
  };
}

function nodeResolvers(): Resolver[] {
  const [first] = ownNameservers();
  return first ? [{ pod: first.address, ...first, ready: true }] : [];
}

async function podsOf(client: KubeClient, service: Service | undefined, signal: AbortSignal): Promise<Pod[]> {
  const { selector } = service?.spec ?? {};
  if (!selector) return [];
  const labelSelector = Object.entries(selector).map(([label, value]) => `${label}=${value}`);
  return (await client.list(pods, { namespace, labelSelector: labelSelector.join(), signal })).items;
}

function textsOf({ metadata, data = {}, ...rest }: ConfigMap): Texts {
  const manager = otherManager({ metadata, ...rest });
  return { name: metadata.name, resourceVersion: metadata.resourceVersion ?? '', data, ...(manager && { manager }) };
}
