import { Resolver } from 'node:dns/promises';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pods, services } from '../../src/interception/pods.js';
import { configMaps } from '../../src/kube/owned/resources.js';
import type { KubeObject, ObjectMeta } from '../../src/kube/resource.js';
import { ensureParts } from '../../tools/parts/ensure.js';
import type { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { KubeletStandIn } from './kubelet-stand-in.js';
import { freePort } from './ports.js';
import { type ServerProcess, startServer } from './process.js';
import { replaceFile } from './replace-file.js';

const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-dns' };

/** What the VPC's resolver, which CoreDNS forwards to, knows; a public and a private name each have one. */
export const publicAddress = '192.0.2.1';
export const privateAddress = '10.0.0.1';
const records: Record<string, string> = {
  'gitlab.example.com': publicAddress,
  'registry.example.com': publicAddress,
  'sallyport-canary.gitlab.example.com': '192.0.2.3',
  'gitlab.privatelink.example.com': privateAddress,
  'registry.privatelink.example.com': '10.0.0.2',
};

/** The DNS of a cluster: CoreDNS as its pods run it, each at a loopback address of its own, and what it forwards to. */
export interface ClusterDnsParts {
  kubelets: KubeletStandIn;
  /** Names of the pods; `pods[0]` is at `<subnet>.1`. */
  pods: string[];
  subnet: string;
  port: number;
  folder(pod: string): string;
  /** All addresses that a pod gives for a name, or the error's code. */
  ask(pod: string, name: string): Promise<string>;
  /** What all pods say of a name, each answer once. */
  askAll(name: string): Promise<string[]>;
  corefile(): Promise<string>;
  /** As a person or a program that writes the whole Corefile. */
  writeCorefile(corefile: string, manager?: string): Promise<void>;
  /** A record of the VPC's resolver; undefined takes it away. */
  record(name: string, address: string | undefined): Promise<void>;
  /** Whether a pod can be reached; not so, it is as one that a NetworkPolicy keeps us from. */
  reachable(pod: string, is: boolean): Promise<void>;
  /** The metric, of each pod. */
  reloadFailures(): Promise<number[]>;
  stop(): Promise<void>;
}

export interface ClusterDnsOptions {
  replicas?: number;
  /** Further lines of the server block `.`, and what stands around it. */
  lines?: string[];
  after?: string;
}

interface Ports {
  dns: number;
  health: number;
  ready: number;
  metrics: number;
  upstream: number;
}

/** What kubeadm writes and EKS, but for where the API server, the addresses and the resolver are, and how often it reloads. */
function corefileOf(ports: Ports, kubeconfig: string, { lines = [], after = '' }: ClusterDnsOptions): string {
  return `.:${ports.dns} {
    bind {$POD_IP}
    errors
    health {$POD_IP}:${ports.health}
    ready {$POD_IP}:${ports.ready}
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       kubeconfig ${kubeconfig}
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus {$POD_IP}:${ports.metrics}
    forward . 127.0.0.1:${ports.upstream} {
       max_concurrent 1000
    }
    cache 30
    loop
    reload 2s 1s
    loadbalance
${lines.map((line) => `    ${line}\n`).join('')}}
${after}`;
}

export async function startClusterDns(cluster: Cluster, options: ClusterDnsOptions = {}): Promise<ClusterDnsParts> {
  const { coredns } = await ensureParts(['coredns']);
  const home = await mkdtemp(join(tmpdir(), 'sallyport-cluster-dns-'));
  const ports = {
    dns: await freePort(),
    health: await freePort(),
    ready: await freePort(),
    metrics: await freePort(),
    upstream: await freePort(),
  };
  const servers: ServerProcess[] = [];
  const { client } = cluster;

  const known = new Map(Object.entries(records));
  const hostsFile = join(home, 'hosts');
  const writeHosts = () => replaceFile(hostsFile, [...known].map(([name, address]) => `${address} ${name}\n`).join(''));
  await writeHosts();
  await writeFile(join(home, 'nothing'), '. 1 IN SOA ns. root. 1 1 1 1 1\n');
  await writeFile(
    join(home, 'upstream'),
    `.:${ports.upstream} {\n bind 127.0.0.1\n hosts ${hostsFile} . {\n  ttl 1\n  reload 200ms\n  fallthrough\n }\n file ${join(home, 'nothing')} .\n}\n`,
  );
  async function start(name: string, corefile: string, probe: () => Promise<boolean>, env: Record<string, string>) {
    const server = await startServer(coredns, {
      args: ['-conf', corefile],
      env,
      log: join(home, `${name}.log`),
      isReady: probe,
    });
    servers.push(server);
  }
  const upstream = resolverAt('127.0.0.1', ports.upstream);
  await start(
    'upstream',
    join(home, 'upstream'),
    async () => (await upstream.resolve4('gitlab.example.com')).length > 0,
    {},
  );

  const corefile = corefileOf(ports, cluster.server.kubeconfig, options);
  await client.apply(
    configMaps,
    { metadata: { namespace, name: 'coredns' }, data: { Corefile: corefile } },
    { manager: 'kubeadm' },
  );
  const names = Array.from({ length: options.replicas ?? 2 }, (_, index) => `coredns-${index}`);
  const subnet = `127.${random()}.${random()}`;
  const addressOf = (pod: string) => `${subnet}.${names.indexOf(pod) + 1}`;
  const folder = (pod: string) => join(home, pod);
  for (const pod of names) {
    await mkdir(join(folder(pod), 'custom'), { recursive: true });
    await writeFile(join(folder(pod), 'Corefile'), corefile);
    const isReady = async () => (await fetch(`http://${addressOf(pod)}:${ports.ready}/ready`)).ok;
    await start(pod, join(folder(pod), 'Corefile'), isReady, { POD_IP: addressOf(pod) });
    await makePod(cluster, { namespace, name: pod, labels }, { name: 'dns', port: ports.dns });
    await makeReady(cluster, { namespace, name: pod }, addressOf(pod));
  }
  await client.apply<KubeObject>(
    services,
    {
      metadata: { namespace, name: 'kube-dns', labels },
      spec: { selector: labels, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' }] },
    },
    { manager: 'kubeadm' },
  );
  const kubelets = new KubeletStandIn(client, names.map(folder), async (path) =>
    /\[INFO\] Reloading\n(?!.*(Reloading complete|Restart failed))/s.test(await readFile(`${path}.log`, 'utf8')),
  );

  async function ask(pod: string, name: string): Promise<string> {
    try {
      return (await resolverAt(addressOf(pod), ports.dns).resolve4(name)).sort().join(', ');
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? '';
    }
  }

  return {
    kubelets,
    pods: names,
    subnet,
    port: ports.dns,
    folder,
    ask,
    askAll: async (name) => [...new Set(await Promise.all(names.map((pod) => ask(pod, name))))],
    async corefile() {
      return (await client.get(configMaps, { namespace, name: 'coredns' }))?.data?.Corefile ?? '';
    },
    async writeCorefile(text, manager = 'person') {
      const metadata = { namespace, name: 'coredns' };
      await client.apply(configMaps, { metadata, data: { Corefile: text } }, { manager });
    },
    async record(name, address) {
      if (address === undefined) known.delete(name);
      else known.set(name, address);
      await writeHosts();
    },
    // Nothing listens at that address.
    reachable: (pod, is) => makeReady(cluster, { namespace, name: pod }, is ? addressOf(pod) : `${subnet}.250`),
    reloadFailures: () =>
      Promise.all(
        names.map((pod) =>
          // They are not served for a moment in each reload.
          eventually(async () => {
            const metrics = await (await fetch(`http://${addressOf(pod)}:${ports.metrics}/metrics`)).text();
            return Number(/^coredns_reload_failed_total (\d+)/m.exec(metrics)?.[1] ?? 0);
          }),
        ),
      ),
    async stop() {
      await kubelets.stop();
      await Promise.all(servers.map((server) => server.stop()));
      await rm(home, { recursive: true, force: true });
    },
  };
}

function random(): number {
  return 1 + Math.floor(Math.random() * 250);
}

function resolverAt(address: string, port: number): Resolver {
  const resolver = new Resolver({ timeout: 5_000, tries: 4 });
  resolver.setServers([`${address}:${port}`]);
  return resolver;
}

/** As a Deployment's. */
export async function makePod(
  { client }: Cluster,
  metadata: ObjectMeta,
  dns: { name: string; port: number },
): Promise<void> {
  const spec = {
    containers: [
      {
        name: 'coredns',
        image: 'coredns',
        args: ['-conf', '/etc/coredns/Corefile'],
        ports: [{ name: dns.name, containerPort: dns.port, protocol: 'UDP' }],
        volumeMounts: [
          { name: 'config-volume', mountPath: '/etc/coredns', readOnly: true },
          { name: 'custom', mountPath: '/etc/coredns/custom', readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
      { name: 'custom', configMap: { name: 'coredns-custom', optional: true } },
    ],
  };
  await client.apply<KubeObject>(pods, { metadata, spec }, { manager: 'kubelet' });
}

export async function makeReady({ client }: Cluster, metadata: ObjectMeta, podIP: string): Promise<void> {
  const status = {
    phase: 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  };
  await client.apply<KubeObject>(pods, { metadata, status }, { manager: 'kubelet', subresource: 'status' });
}
