import type { V1PolicyRule } from '@kubernetes/client-node';
import type { Table } from '../toml/toml.js';

interface Permission {
  /** Of the core group, where it names no other: `poddisruptionbudgets.policy`. */
  resource: string;
  verbs: readonly string[];
  /** Which config needs it; without one, each does. */
  when?(config: Features): boolean;
}

interface Features {
  flags: Table;
  kubernetes: Table;
}

const attaches = ({ flags }: Features) => flags.FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY !== true;

/**
 * What gitlab-runner documents. Its table has delete and patch for attach and exec, too, but no API server has those.
 * @see https://docs.gitlab.com/runner/executors/kubernetes/#configure-runner-api-permissions
 */
const PERMISSIONS: readonly Permission[] = [
  { resource: 'pods', verbs: ['create', 'delete', 'get', 'list', 'watch'] },
  { resource: 'pods/attach', verbs: ['create', 'get'], when: attaches },
  { resource: 'pods/exec', verbs: ['create', 'get'] },
  { resource: 'pods/log', verbs: ['get', 'list'], when: attaches },
  { resource: 'secrets', verbs: ['create', 'delete', 'get', 'update'] },
  { resource: 'serviceaccounts', verbs: ['get'] },
  { resource: 'services', verbs: ['create', 'get'] },
  { resource: 'events', verbs: ['list'], when: ({ kubernetes }) => kubernetes.print_pod_warning_events !== false },
  { resource: 'events', verbs: ['watch'], when: ({ flags }) => flags.FF_PRINT_POD_EVENTS === true },
  {
    resource: 'poddisruptionbudgets.policy',
    verbs: ['create', 'get'],
    when: ({ kubernetes }) => kubernetes.pod_disruption_budget === true,
  },
];

/** What the manager may do in its namespace, with this [[runners]] of config.toml. */
export function rulesOf({ feature_flags, kubernetes }: Table): V1PolicyRule[] {
  const features = { flags: feature_flags as Table | undefined, kubernetes: kubernetes as Table | undefined };
  const { flags = {}, kubernetes: executor = {} } = features;
  return PERMISSIONS.filter(({ when }) => when?.({ flags, kubernetes: executor }) ?? true).map(
    ({ resource, verbs }) => {
      const [name = '', group = ''] = resource.split('.');
      return { apiGroups: [group], resources: [name], verbs: [...verbs] };
    },
  );
}
