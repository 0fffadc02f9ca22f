import type { PrivateLinkEndpoint } from '../../api/private-link-endpoint.gen.js';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { Desired } from '../../kube/owned/part.js';
import { configMaps, deployments, podDisruptionBudgets } from '../../kube/owned/resources.js';
import type { Resource } from '../../kube/resource.js';
import { serviceAccounts } from '../jobs/objects.js';
import { normalPem } from '../user-data/pem.js';
import { problemText } from '../user-data/result.js';
import { AUTHORITIES_FILE, type ManagerConfig, managerConfig, systemId } from './config.js';
import { CONFIG_FILE, type DeploymentInput, deploymentSpec } from './deployment.js';
import { rulesOf } from './permissions.js';
import { dnsConfig, resolverOf } from './resolver.js';
import { type ManagerSecrets, secretProblems, secretsDigest } from './secrets.js';

/** What the manager is made from, besides the pool. */
export interface ManagerInput {
  /** What `spec.endpointRef` leads to. */
  endpoint?: PrivateLinkEndpoint | undefined;
  secrets: ManagerSecrets;
}

export interface Managed {
  /** In the order in which they are made. */
  desired: readonly Desired[];
  /** What keeps `desired` from being known: until then what there is stays as it is. */
  problems: readonly Problem[];
  /** What may be wrong with the config, a sentence each. */
  notes: readonly string[];
}

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: true };

export const roles: Resource = { ...rbac, plural: 'roles', kind: 'Role' };

export const roleBindings: Resource = { ...rbac, plural: 'rolebindings', kind: 'RoleBinding' };

export const managerKinds: readonly Resource[] = [
  serviceAccounts,
  roles,
  roleBindings,
  configMaps,
  deployments,
  podDisruptionBudgets,
];

/** Of all its objects. */
export function managerName({ metadata }: RunnerPool): string {
  return `${metadata.name}-manager`;
}

/** The runner manager; without spec.gitlab there is none. */
export function managerObjects(pool: RunnerPool, { endpoint, secrets }: ManagerInput): Managed {
  const { gitlab } = pool.spec;
  if (!gitlab) return { desired: [], problems: [], notes: [] };
  const asked = resolverOf(pool, endpoint);
  const configured = managerConfig(pool, gitlab, asked.resolver);
  const refused = configured.ok ? [] : configured.problems.map(problemText);
  const problems = [
    ...refused.map((message) => ({ reason: 'ConfigInvalid', message })),
    ...(asked.problem ? [asked.problem] : []),
    ...secretProblems(pool, gitlab, secrets),
  ];
  if (!configured.ok || problems.length > 0) return { desired: [], problems, notes: [] };
  const { value } = configured;
  const desired = objectsOf(pool, value, {
    gitlab,
    secretsDigest: secretsDigest(gitlab, secrets),
    ...(asked.resolver && { dnsConfig: dnsConfig(pool, asked.resolver) }),
  });
  return { desired, problems, notes: value.notes.map(problemText) };
}

type Running = Pick<DeploymentInput, 'gitlab' | 'secretsDigest' | 'dnsConfig'>;

function objectsOf(pool: RunnerPool, config: ManagerConfig, running: Running): Desired[] {
  const { namespace = '' } = pool.metadata;
  const name = managerName(pool);
  const selector = selectorOf(pool);
  const files = filesOf(pool, config);
  const made = (resource: Resource, fields: Record<string, unknown>, annotations = {}): Desired => ({
    resource,
    metadata: { namespace, name, labels: selector, annotations },
    fields,
  });
  const { roleArn } = running.gitlab.cache ?? {};
  return [
    made(serviceAccounts, {}, roleArn && { 'eks.amazonaws.com/role-arn': roleArn }),
    made(roles, { rules: rulesOf(config.runner) }),
    made(roleBindings, {
      roleRef: { apiGroup: roles.group, kind: roles.kind, name },
      subjects: [{ kind: serviceAccounts.kind, namespace, name }],
    }),
    made(configMaps, { data: files }),
    made(deployments, { spec: deploymentSpec({ ...running, name, selector, files }) }),
    // It leaves its node as it is replaced: another one starts, and it finishes its jobs.
    made(podDisruptionBudgets, {
      spec: { maxUnavailable: 1, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    }),
  ];
}

/** In the folder of config.toml. */
function filesOf(pool: RunnerPool, { text }: ManagerConfig): Record<string, string> {
  const { certificateAuthorities } = pool.spec.nodes;
  return {
    [CONFIG_FILE]: text,
    '.runner_system_id': systemId(pool),
    ...(certificateAuthorities && {
      [AUTHORITIES_FILE]: certificateAuthorities
        .map(({ pem }) => normalPem(pem))
        .sort()
        .join(''),
    }),
  };
}

/** Of its pods. */
export function selectorOf({ metadata }: RunnerPool): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'gitlab-runner',
    'app.kubernetes.io/instance': metadata.name,
    'app.kubernetes.io/component': 'manager',
  };
}
