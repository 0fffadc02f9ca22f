import type { V1Container, V1DeploymentSpec, V1NetworkPolicySpec, V1ServiceSpec } from '@kubernetes/client-node';
import type { Rewrite } from '../../corefile/marks.js';
import type { Desired } from '../../kube/owned/part.js';
import { hardened, spread, unprivileged } from '../../kube/owned/pods.js';
import {
  configMaps,
  deployments,
  networkPolicies,
  podDisruptionBudgets,
  services,
} from '../../kube/owned/resources.js';
import type { Resource } from '../../kube/resource.js';

export interface JobDns {
  /** Of all its objects: a DNS label. */
  name: string;
  namespace: string;
  rewrites: readonly Rewrite[];
  /**
   * Addresses of the cluster's DNS, which knows all other names: `10.96.0.10`. None: whomever kubelets have pods ask, as in
   * EKS Auto Mode, whose DNS is on the nodes and has no Service.
   */
  forwardTo: readonly string[];
  image: string;
  replicas: number;
}

export const jobDnsKinds: readonly Resource[] = [
  configMaps,
  networkPolicies,
  deployments,
  services,
  podDisruptionBudgets,
];

/** Above 1024, behind the Service's 53. */
const DNS_PORT = 5353;
const PROBES = { health: 8080, ready: 8181 };
const METRICS_PORT = 9153;
const COREFILE_DIRECTORY = '/etc/coredns';
const LAME_DUCK_SECONDS = 10;

/** A CoreDNS that only those pods ask that are told to, so that it fights with nobody. In the order in which it is made. */
export function jobDnsObjects(wish: JobDns): Desired[] {
  const { name, namespace } = wish;
  const selector = {
    'app.kubernetes.io/name': 'coredns',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/component': 'job-dns',
  };
  const made = (resource: Resource, fields: Record<string, unknown>): Desired => ({
    resource,
    metadata: { namespace, name, labels: selector },
    fields,
  });
  return [
    made(configMaps, { data: { Corefile: jobDnsCorefile(wish) } }),
    made(networkPolicies, { spec: networkPolicySpec(selector) }),
    made(deployments, { spec: deploymentSpec(wish, selector) }),
    made(services, { spec: serviceSpec(selector) }),
    made(podDisruptionBudgets, {
      spec: { maxUnavailable: 1, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    }),
  ];
}

/** `exact` leaves names beneath a host's alone, and puts the asked name back into the answer. */
export function jobDnsCorefile(
  { rewrites, forwardTo }: Pick<JobDns, 'rewrites' | 'forwardTo'>,
  port = DNS_PORT,
): string {
  return `.:${port} {
    errors
    health :${PROBES.health} {
        lameduck ${LAME_DUCK_SECONDS}s
    }
    ready :${PROBES.ready}
    prometheus :${METRICS_PORT}
${rewrites.map(({ from, to }) => `    rewrite stop name exact ${from} ${to}\n`).join('')}    forward . ${forwardTo.join(' ') || '/etc/resolv.conf'}
    cache 30
    reload 10s 5s
}
`;
}

const dnsPorts = ['UDP', 'TCP'].map((protocol) => ({ name: `dns-${protocol.toLowerCase()}`, protocol }));

function deploymentSpec(
  { name, forwardTo, image, replicas }: JobDns,
  selector: Record<string, string>,
): V1DeploymentSpec {
  const coredns: V1Container = {
    name: 'coredns',
    image,
    args: ['-conf', `${COREFILE_DIRECTORY}/Corefile`],
    ports: [
      ...dnsPorts.map((port) => ({ ...port, containerPort: DNS_PORT })),
      { name: 'metrics', protocol: 'TCP', containerPort: METRICS_PORT },
    ],
    readinessProbe: { httpGet: { path: '/ready', port: PROBES.ready }, periodSeconds: 5 },
    livenessProbe: { httpGet: { path: '/health', port: PROBES.health }, timeoutSeconds: 5, failureThreshold: 6 },
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: hardened,
    volumeMounts: [{ name: 'config', mountPath: COREFILE_DIRECTORY, readOnly: true }],
  };
  return {
    replicas,
    selector: { matchLabels: selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels: selector },
      spec: {
        ...unprivileged,
        // It asks nothing for itself. What it reads in /etc/resolv.conf, if it does, is to be what pods have there.
        dnsPolicy: forwardTo.length > 0 ? 'Default' : 'ClusterFirst',
        containers: [coredns],
        volumes: [{ name: 'config', configMap: { name } }],
        topologySpreadConstraints: spread(selector),
      },
    },
  };
}

function serviceSpec(selector: Record<string, string>): V1ServiceSpec {
  const ports = dnsPorts.map((port) => ({ ...port, port: 53, targetPort: port.name }));
  return { type: 'ClusterIP', selector, ports };
}

/** Anybody may ask. The cluster's DNS may listen on any port behind its Service's 53, and a cache on a node on 53. */
function networkPolicySpec(selector: Record<string, string>): V1NetworkPolicySpec {
  const tcp = [...Object.values(PROBES), METRICS_PORT].map((port) => ({ protocol: 'TCP', port }));
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [...dnsPorts.map(({ protocol }) => ({ protocol, port: DNS_PORT })), ...tcp] }],
    egress: [
      { ports: dnsPorts.map(({ protocol }) => ({ protocol, port: 53 })) },
      { to: [{ namespaceSelector: {} }], ports: dnsPorts.map(({ protocol }) => ({ protocol })) },
    ],
  };
}
