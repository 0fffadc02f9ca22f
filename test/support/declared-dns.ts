import { services } from '../../src/interception/pods.js';
import { configMaps } from '../../src/kube/owned/resources.js';
import type { KubeObject } from '../../src/kube/resource.js';
import type { Cluster } from './cluster.js';
import { makePod, makeReady } from './cluster-dns.js';

const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-dns' };
const manager = 'kubeadm';

export const corefile = '.:53 {\n    errors\n    forward . /etc/resolv.conf\n    reload\n}\n';

/** CoreDNS as the API server knows it. Its pod answers nobody. */
export async function declareDns(cluster: Cluster): Promise<void> {
  await writeCorefile(cluster, corefile);
  const pod = { namespace, name: 'coredns-0' };
  await makePod(cluster, { ...pod, labels }, { name: 'dns', port: 53 });
  await makeReady(cluster, pod, '127.0.0.250');
  const spec = { selector: labels, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' }] };
  const metadata = { namespace, name: 'kube-dns', labels };
  await cluster.client.apply<KubeObject>(services, { metadata, spec }, { manager });
}

export async function writeCorefile({ client }: Cluster, text: string): Promise<void> {
  await client.apply(configMaps, { metadata: { namespace, name: 'coredns' }, data: { Corefile: text } }, { manager });
}
