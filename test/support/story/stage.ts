import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureParts } from '../../../tools/parts/ensure.js';
import { type ServerProcess, startServer } from '../process.js';
import { writeFiles } from './files.js';
import type { GitLabOptions, GitLabRequest } from './gitlab.js';
import { type Host, ip, isListening, mount, mounted, sentPackets, startHost } from './host.js';
import {
  addresses,
  gitlab,
  type HostName,
  hostsToml as mirrored,
  proxyConfig,
  registry,
  type Setting,
  vpcCorefile,
} from './scene.js';

export const PARTS = ['coredns', 'caddy', 'registry', 'crane', 'containerd-pull'] as const;

const user = 'gitlab-ci-token';
const password = 'job-token';
const login = `${user}:${password}`;

const RESOLV_CONF = '/etc/resolv.conf';

/** All hosts of the story, with GitLab, its registry and the VPC's DNS running. */
export interface Stage {
  hosts: Record<HostName, Host>;
  /** For what runs in the pod and on the node: where it finds its programs, credentials and the CA. */
  env: Record<string, string>;
  folder: string;
  /** Starts the DNS for pods, and the proxy, in the place of those before. */
  set(setting: Setting): Promise<void>;
  /** Packets that any host has sent to public addresses, since the beginning. */
  publicPackets(): Promise<number>;
  /** What GitLab was asked, and under which names its registry was. */
  gitlabRequests(): Promise<GitLabRequest[]>;
  registryHosts(): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * `onStarted` hears at once how to stop whatever runs by then, so that a start can be interrupted.
 *
 * @throws Error where this machine can't have the hosts
 */
export async function startStage(onStarted = (_stop: () => Promise<void>) => {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-story-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true })];
  async function stop(): Promise<void> {
    for (const each of stops.splice(0)) await each();
  }
  onStarted(stop);
  try {
    return { ...(await start(folder, (each) => stops.unshift(each))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(folder: string, onStarted: (stop: () => Promise<unknown>) => void): Promise<Omit<Stage, 'stop'>> {
  const parts = await ensureParts(PARTS);
  const hosts = await connect(folder, onStarted);
  const files = await writeFiles(folder, login);
  const running: Partial<Record<HostName, ServerProcess>> = {};

  /** In the place of what runs there. */
  async function serve(name: HostName, port: number, words: readonly string[], env: object = {}): Promise<void> {
    await running[name]?.kill();
    const host = hosts[name];
    const [command, ...args] = host.enter;
    const variables = Object.entries({ HOME: folder, PATH: process.env.PATH, ...env });
    const server = await startServer(command, {
      args: [...args, 'env', '--ignore-environment', ...variables.map(([key, value]) => `${key}=${value}`), ...words],
      log: join(folder, `${name}.log`),
      isReady: () => isListening(host, port),
    });
    onStarted(server.kill);
    running[name] = server;
  }

  async function coredns(name: HostName, corefile: string): Promise<void> {
    const path = join(folder, `${name}.Corefile`);
    await writeFile(path, corefile);
    await serve(name, 53, [parts.coredns, '-conf', path]);
  }

  const options: GitLabOptions = {
    user,
    password,
    url: `https://${gitlab.public}`,
    certificate: files.internal.certificate,
    key: files.internal.key,
    repositories: files.repositories,
  };
  const { pem: _, ...certificate } = files.endpoint;
  const standIn = join(import.meta.dirname, 'gitlab.ts');
  await Promise.all([
    coredns('vpc-dns', vpcCorefile),
    serve('gitlab', 443, [process.execPath, '--import', 'tsx', standIn, JSON.stringify(options)]),
    serve('registry', 443, [parts.registry, 'serve', files.registry], { OTEL_TRACES_EXPORTER: 'none' }),
  ]);

  const hostsDir = join(folder, 'certs.d');
  const credentials = join(folder, 'credentials.json');
  return {
    hosts,
    folder,
    env: {
      PATH: [...new Set([...Object.values(parts), process.execPath].map(dirname)), process.env.PATH].join(':'),
      HOME: folder,
      LOGIN: login,
      DOCKER_CONFIG: folder,
      HOSTS_DIR: hostsDir,
      CREDENTIALS: credentials,
      SSL_CERT_FILE: files.endpoint.certificate,
      GIT_SSL_CAINFO: files.endpoint.certificate,
      NODE_EXTRA_CA_CERTS: files.endpoint.certificate,
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
    },
    async set({ clusterDns, jobDns, caddyfile, hostsToml = mirrored, credentialsFor = registry.private }) {
      await mkdir(join(hostsDir, registry.public), { recursive: true });
      await writeFile(join(hostsDir, registry.public, 'hosts.toml'), hostsToml);
      await writeFile(credentials, JSON.stringify({ [credentialsFor]: { Username: user, Secret: password } }));

      const config = join(folder, caddyfile ? 'Caddyfile' : 'caddy.json');
      await writeFile(config, caddyfile ?? proxyConfig(files.internal.pem, certificate));
      await writeFile(
        mounted(join(folder, 'pod'), RESOLV_CONF),
        `nameserver ${addresses[jobDns ? 'job-dns' : 'cluster-dns']}\n`,
      );
      const paths = {
        CERTIFICATE: files.endpoint.certificate,
        KEY: files.endpoint.key,
        UPSTREAM_CA: files.internal.certificate,
      };
      await Promise.all([
        coredns('cluster-dns', clusterDns),
        jobDns && coredns('job-dns', jobDns),
        serve('endpoint', 443, [parts.caddy, 'run', '--config', config], paths),
      ]);
    },
    async publicPackets() {
      const sent = await Promise.all(Object.values(hosts).map((host) => sentPackets(host, 'public')));
      return sent.reduce((all, one) => all + one);
    },
    gitlabRequests: () => logged(join(folder, 'gitlab.log')),
    async registryHosts() {
      const lines = await logged<Record<string, string>>(join(folder, 'registry.log'));
      return lines.flatMap((line) => line['http.request.host'] ?? []);
    },
  };
}

/** The hosts, each by `eth0` on the one network, and by `public` to where nobody is. */
async function connect(folder: string, onStarted: (stop: () => Promise<unknown>) => void): Promise<Stage['hosts']> {
  const hub = await startHost();
  onStarted(hub.stop);
  await ip(hub, 'link add vpc type bridge\nlink set vpc up\n');
  const hosts = {} as Stage['hosts'];
  for (const [name, address] of Object.entries(addresses) as [HostName, string][]) {
    const host = await startHost(hub);
    onStarted(host.stop);
    hosts[name] = host;
    await ip(
      hub,
      `link add ${name} type veth peer name eth0 netns ${host.pid}
       link set ${name} master vpc up
       link add ${name}-pub type veth peer name public netns ${host.pid}
       link set ${name}-pub up\n`,
    );
    // Without IPv6 and ARP, nothing but packets to public addresses leaves by `public`.
    await ip(
      host,
      `link set lo up
       address add ${address}/16 dev eth0
       link set eth0 up
       link set public addrgenmode none arp off up
       route add default dev public\n`,
    );
    await mount(host, join(folder, name), {
      [RESOLV_CONF]: `nameserver ${addresses['vpc-dns']}\n`,
      '/etc/nsswitch.conf': 'hosts: files dns\n',
      '/etc/hosts': '127.0.0.1 localhost\n',
    });
  }
  return hosts;
}

/** The lines of a log that are JSON, but for one that is being written. */
async function logged<T>(path: string): Promise<T[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}
