/** The story as data: who there is, and where. */
import { parse } from 'smol-toml';
import { withRewrites } from '../../../src/corefile/edit.js';
import { jobDnsCorefile } from '../../../src/interception/job-dns/objects.js';
import { caddyText } from '../../../src/proxy/caddy-config.js';
import { type ProxySource, proxyOf } from '../../../src/proxy/proxy.js';
import type { UserData } from '../../../src/runner-pool/user-data/result.js';
import { userDataOf } from '../../../src/runner-pool/user-data/user-data.js';
import { endpoint, runnerPool } from '../runner-pools.js';

/** Each is a host of its own, on one network as in a VPC. */
export const addresses = {
  'vpc-dns': '10.0.0.2',
  'cluster-dns': '10.0.0.3',
  'job-dns': '10.0.0.4',
  gitlab: '10.0.0.10',
  registry: '10.0.0.11',
  endpoint: '10.0.0.12',
  pod: '10.0.0.20',
  node: '10.0.0.30',
};
export type HostName = keyof typeof addresses;

/** What everybody's DNS says. Nobody answers there. */
export const publicAddresses = {
  'gitlab.example.com': '203.0.113.10',
  'registry.example.com': '203.0.113.11',
  // GitLab's agent server, beneath a name that is rewritten, and not behind the endpoint.
  'kas.gitlab.example.com': '203.0.113.12',
};

export const gitlab = { public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' };
export const registry = { public: 'registry.example.com', private: 'gitlab-registry.privatelink.example.com' };
const hosts = [gitlab, registry];

/** What the VPC's resolver knows: what is public, and the zone of the private names. */
export const vpcZone = `@ 60 IN SOA ns.example.com. admin.example.com. 1 7200 3600 1209600 60
${Object.entries(publicAddresses)
  .map(([name, address]) => `${name}. 60 IN A ${address}\n`)
  .join('')}${hosts.map((host) => `${host.private}. 60 IN A ${addresses.endpoint}\n`).join('')}`;

export const vpcCorefile = `example.com {
    errors
    file {$HOME}/vpc.zone
}
`;

/** As kubeadm makes it, with `hosts` in the place of `kubernetes`, for there is no API server in this story. */
export const clusterCorefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    hosts {
       10.96.0.1 kubernetes.default.svc.cluster.local
       fallthrough
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

/** What is in the way from a pod and a node to GitLab. */
export interface Setting {
  clusterDns: string;
  /** A CoreDNS for job pods. Absent: they ask the cluster's. */
  jobDns?: string;
  /** Paths are by environment variable. Absent: Sallyport's configuration. */
  caddyfile?: string;
  /** For registry.example.com, on the node. Absent: what Bottlerocket makes of the mirror. */
  hostsToml?: string;
  /** The host that the node's credentials are for. Absent: the mirror. */
  credentialsFor?: string;
}

const rewrites = hosts.map((host) => ({ from: host.public, to: host.private }));
const edit = withRewrites(clusterCorefile, rewrites, 'runners/gitlab');
if (!edit.ok) throw edit.error;

export const ours = {
  ClusterDNS: { clusterDns: edit.value.text },
  JobDNS: {
    clusterDns: clusterCorefile,
    jobDns: jobDnsCorefile({ rewrites, forwardTo: [addresses['cluster-dns']] }, 53),
    // Written by the node's user data, and without a way to the public registry.
    hostsToml: userData('Custom', 'Deny').files[0]?.content ?? '',
  },
} satisfies Record<string, Setting>;

/** Sallyport's configuration; what differs from that in a cluster is where it listens and where its files are. */
export function proxyConfig(caBundle: string, certificate: { certificate: string; key: string }): string {
  const upstream = (host: 'gitlab' | 'registry') =>
    ({ address: `${addresses[host]}:443`, protocol: 'HTTPS', tls: { caBundle } }) as const;
  // As far as the proxy's configuration comes from it.
  const spec = {
    hosts: [
      { ...gitlab, upstream: upstream('gitlab') },
      { ...registry, upstream: upstream('registry') },
    ],
    proxy: { certificate: { secretName: 'gitlab-names' }, port: 443 },
  } satisfies ProxySource;
  const proxy = proxyOf(spec);
  if (!proxy) throw new Error('the story has no proxy');
  return caddyText({ ...proxy, listen: ':443', certificate });
}

/** What is rendered for a RunnerPool's nodes, which pull by the endpoint's mirror. */
function userData(os: 'Bottlerocket' | 'Custom', fallback: 'Allow' | 'Deny'): UserData {
  const nodes = { os, provisioner: 'UserDataOnly', registries: { fallback } } as const;
  const mirrored = { ...endpoint, hosts: [gitlab, { ...registry, registry: true }] };
  const result = userDataOf({ pool: runnerPool({ nodes }), endpoint: mirrored, logins: new Map() });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.value;
}

/**
 * What a Bottlerocket node makes of `settings.container-registry.mirrors` in /etc/containerd/certs.d/HOST/hosts.toml:
 * the origin stays, and is where containerd turns to when the mirror fails.
 * @see https://github.com/bottlerocket-os/bottlerocket-core-kit/tree/develop/sources/api/thar-be-registries
 */
function bottlerocketHostsToml(): string {
  const parsed = parse(userData('Bottlerocket', 'Allow').text) as {
    settings: { 'container-registry': { mirrors: { registry: string; endpoint: string[] }[] } };
  };
  const [mirror] = parsed.settings['container-registry'].mirrors;
  const hosts = mirror?.endpoint.map((each) => `\n[host."${each}"]\ncapabilities = ["pull", "resolve"]\n`);
  return `server = "https://${mirror?.registry}"\n${hosts?.join('')}`;
}

export const hostsToml = bottlerocketHostsToml();
