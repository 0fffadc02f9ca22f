import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigMap, configMaps } from '../../src/kube/owned/resources.js';
import { ensureParts } from '../../tools/parts/ensure.js';
import type { Cluster } from './cluster.js';
import { type ClusterDnsParts, makePod, makeReady } from './cluster-dns.js';
import { freePort } from './ports.js';
import { startServer } from './process.js';

export interface JobDnsPod {
  address: string;
  port: number;
  stop(): Promise<void>;
}

/**
 * In place of what makes a Deployment's pods, and of the network: one pod of the resolver `gitlab-dns`, CoreDNS with the
 * Corefile that its ConfigMap has. Addresses that a cluster has are those of this machine.
 */
export async function startJobDnsPod(cluster: Cluster, dns: ClusterDnsParts): Promise<JobDnsPod> {
  const { coredns } = await ensureParts(['coredns']);
  const home = await mkdtemp(join(tmpdir(), 'sallyport-job-dns-'));
  const ref = { namespace: 'default', name: 'gitlab-dns' };
  const { data } = (await cluster.client.get<ConfigMap>(configMaps, ref)) ?? {};
  const address = `${dns.subnet}.100`;
  const [port, ...probes] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const corefile = (data?.Corefile ?? '')
    .replace('.:5353 {\n', `.:${port} {\n    bind ${address}\n`)
    .replace(/\blameduck 10s/, 'lameduck 0s')
    .replace(/(?<= ):(8080|8181|9153)/g, () => `${address}:${probes.pop()}`)
    .replace(/forward \. \S+/, `forward . ${dns.subnet}.1:${dns.port}`);
  await writeFile(join(home, 'Corefile'), corefile);
  const ready = /ready (\S+)/.exec(corefile)?.[1];
  const server = await startServer(coredns, {
    args: ['-conf', join(home, 'Corefile')],
    log: join(home, 'log'),
    isReady: async () => (await fetch(`http://${ready}/ready`)).ok,
  });
  const pod = { namespace: 'default', name: 'gitlab-dns-0' };
  const labels = { 'app.kubernetes.io/instance': 'gitlab-dns', 'app.kubernetes.io/component': 'job-dns' };
  await makePod(cluster, { ...pod, labels }, { name: 'dns-udp', port });
  await makeReady(cluster, pod, address);
  return {
    address,
    port,
    async stop() {
      await server.stop();
      await rm(home, { recursive: true });
    },
  };
}
