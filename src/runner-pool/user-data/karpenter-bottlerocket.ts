import { keys, type Mismatch, mismatches, type Shape } from '../toml/shape.js';
import { isTable, type Table, type Value, valueText } from '../toml/toml.js';
import { type Problem, USER_DATA } from './result.js';

/** The release whose merge is described here. */
export const KARPENTER_RELEASE = '1.14.1';

const NAMES: Shape = { '*': 'string' };

/**
 * What Karpenter reads, and so writes again. It drops what else is under `kubernetes` and `bootstrap-commands`; all other
 * tables it hands through.
 * @see https://github.com/aws/karpenter-provider-aws/blob/v1.14.1/pkg/providers/amifamily/bootstrap/bottlerocketsettings.go
 */
export const KEPT_BY_KARPENTER = {
  kubernetes: {
    ...keys(
      'string',
      'cloud-provider cluster-domain container-log-max-size container-log-monitor-interval cpu-manager-policy ' +
        'cpu-manager-reconcile-period hostname-override-source image-gc-high-threshold-percent ' +
        'image-gc-low-threshold-percent memory-manager-policy shutdown-grace-period ' +
        'shutdown-grace-period-for-critical-pods topology-manager-policy topology-manager-scope',
    ),
    ...keys(
      'whole number',
      'container-log-max-files container-log-max-workers event-burst event-qps eviction-max-pod-grace-period ' +
        'ids-per-pod kube-api-burst kube-api-qps log-level pod-pids-limit registry-burst registry-qps',
    ),
    ...keys(
      'boolean',
      'cpu-cfs-quota-enforced device-ownership-from-security-context seccomp-default server-tls-bootstrap ' +
        'single-process-oom-kill',
    ),
    ...keys('list of strings', 'allowed-unsafe-sysctls cpu-manager-policy-options'),
    'credential-providers': {
      '*': {
        enabled: 'boolean',
        'cache-duration': 'string',
        'image-patterns': 'list of strings',
        environment: NAMES,
      },
    },
    'eviction-hard': NAMES,
    'eviction-soft': NAMES,
    'eviction-soft-grace-period': NAMES,
    'kube-reserved': NAMES,
    'node-labels': NAMES,
    'static-pods': { '*': { enabled: 'boolean', manifest: 'string' } },
    'system-reserved': NAMES,
    'topology-manager-policy-options': {
      'prefer-closest-numa-nodes': 'boolean',
      'max-allowable-numa-nodes': 'whole number',
    },
  },
  'bootstrap-commands': {
    '*': { commands: 'list of lists of strings', mode: 'string', essential: 'boolean' },
  },
  '*': 'any',
} satisfies Shape;

/** What Karpenter overwrites, where it takes that from, and what to do. */
export const WRITTEN_BY_KARPENTER: Readonly<Record<string, string>> = {
  'api-server': "the cluster's; take it out",
  'cluster-certificate': "the cluster's; take it out",
  'cluster-dns-ip': "the cluster's; take it out",
  'cluster-name': "the cluster's; take it out",
  'max-pods': "what the instance's type has; take it out",
  'node-taints': "the NodePool's; write spec.nodes.taints instead",
};

/**
 * @param settings the user's
 * @param labels the NodePool's
 */
export function karpenterProblems(settings: Table, labels: Readonly<Record<string, string>>): Problem[] {
  const { kubernetes = {}, 'bootstrap-commands': commands = {} } = settings;
  const written = Object.keys(kubernetes).filter((key) => key in WRITTEN_BY_KARPENTER);
  const paths = written.map((key) => `kubernetes.${key}`);
  return [
    ...written.map((key) => problem(`kubernetes.${key}`, `overwrites it with ${WRITTEN_BY_KARPENTER[key]}`)),
    ...overwrittenLabels(kubernetes, labels),
    ...mismatches(settings, KEPT_BY_KARPENTER)
      .filter(({ path }) => !paths.includes(path))
      .map((mismatch) => problem(mismatch.path, mismatchText(mismatch))),
    ...Object.entries(commands)
      .filter(([, command]) => isTable(command) && !('mode' in command))
      .map(([name]) =>
        problem(`bootstrap-commands.${name}`, 'gives it an empty mode, which fails the boot; write mode'),
      ),
  ];
}

function overwrittenLabels(kubernetes: Value, labels: Readonly<Record<string, string>>): Problem[] {
  const { 'node-labels': own = {} } = isTable(kubernetes) ? kubernetes : {};
  return Object.entries(own)
    .filter(([key, value]) => key.startsWith('karpenter.') || (Object.hasOwn(labels, key) && labels[key] !== value))
    .map(([key, value]) => {
      const other = Object.hasOwn(labels, key) ? `${valueText(labels[key] ?? '')}, the NodePool's` : 'its own';
      return problem(`kubernetes.node-labels.${key}`, `overwrites ${valueText(value)} with ${other}; take it out`);
    });
}

function mismatchText({ kind }: Mismatch): string {
  return kind
    ? `starts no node with it unless it is a ${kind}`
    : 'drops it, and nodes would start without it; take it out, or have another provisioner';
}

function problem(path: string, text: string): Problem {
  return { path: `${USER_DATA}: settings.${path}`, message: `Karpenter ${KARPENTER_RELEASE} ${text}` };
}
