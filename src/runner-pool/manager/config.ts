import { createHash } from 'node:crypto';
import type { RunnerPool, RunnerPoolSpec } from '../../api/runner-pool.gen.js';
import { groupBy } from '../../group-by.js';
import { jobLabels, jobsName } from '../jobs/names.js';
import { isolationOf, placementOf, poolId, type Taint, taintsOf } from '../pool.js';
import { type Conflict, merged } from '../toml/merge.js';
import { isTable, parseToml, type Table, tomlText, valueText } from '../toml/toml.js';
import type { Problem } from '../user-data/result.js';
import { CONFIG, IN_THE_CLEAR, ownNotes, ownProblems } from './own-config.js';
import { dnsConfig } from './resolver.js';

export type Gitlab = NonNullable<RunnerPoolSpec['gitlab']>;

export interface ManagerConfig {
  /** config.toml. */
  text: string;
  /** What its [[runners]] says. */
  runner: Table;
  /** What may be wrong; the manager gets it all the same. */
  notes: readonly Problem[];
}

export type Configured = { ok: true; value: ManagerConfig } | { ok: false; problems: readonly Problem[] };

/** In the manager's container. */
export const CONFIG_DIRECTORY = '/etc/gitlab-runner';
/** Key of the ConfigMap. */
export const AUTHORITIES_FILE = 'ca.pem';
/** Of the manager's environment: gitlab-runner puts it in the place of its name. */
export const TOKEN_VARIABLE = 'RUNNER_TOKEN';
export const METRICS_PORT = 9252;

/** A node that is not there yet has this long until a job's pod has to run on it. */
const POLL_SECONDS = 600;

/**
 * config.toml: the pool's and the user's, all keys in order.
 * @param resolver the address that jobs ask for names; undefined: the cluster's own
 */
export function managerConfig(pool: RunnerPool, gitlab: Gitlab, resolver?: string): Configured {
  const parsed = parseToml(gitlab.config ?? '');
  if (!parsed.ok) {
    const { line, column, message } = parsed;
    return { ok: false, problems: [{ path: CONFIG, message: `line ${line}, column ${column}: ${message}` }] };
  }
  const own = oneRunner(parsed.table);
  if (!own) return { ok: false, problems: [SEVERAL] };
  const { rest, patches: theirs } = withoutPatches(own);
  // The last one wins.
  const patches = [...theirs, ...isolationPatches(pool)];
  const { table, conflicts } = merged([settingsOf(pool, gitlab, resolver, patches), rest], new Map());
  const told = conflicts.filter(({ path }) => !IN_THE_CLEAR.has(path));
  const problems = [...ownProblems(own, pool), ...told.map(conflictProblem)];
  if (problems.length > 0) return { ok: false, problems };
  const whole = merged([table, defaultsOf(pool)], new Map()).table;
  const runner = withPatches(tableIn(whole, 'runners'), patches);
  return { ok: true, value: { text: tomlText({ ...whole, runners: [runner] }), runner, notes: ownNotes(own) } };
}

/** So that GitLab knows the pods that follow each other as one manager. Its form is gitlab-runner's. */
export function systemId({ metadata }: RunnerPool): string {
  return `r_${createHash('sha256')
    .update(metadata.uid ?? '')
    .digest('hex')
    .slice(0, 12)}`;
}

const SEVERAL: Problem = {
  path: `${CONFIG}: runners`,
  message: "has to be one [[runners]], which is merged with the pool's; make a RunnerPool for each other one",
};

/** With `runners` as the table of its one runner. */
function oneRunner({ runners = [{}], ...rest }: Table): Table | undefined {
  if (!Array.isArray(runners)) return undefined;
  const [runner, ...others] = runners;
  return others.length === 0 && isTable(runner) ? { ...rest, runners: runner } : undefined;
}

/** What the pool's fields come to, and what keeps jobs where they are: all that a config may not say otherwise. */
function settingsOf(pool: RunnerPool, gitlab: Gitlab, resolver: string | undefined, patches: readonly Table[]): Table {
  const { nodes } = pool.spec;
  return {
    concurrent: BigInt(gitlab.concurrency),
    listen_address: `:${METRICS_PORT}`,
    runners: {
      name: poolId(pool),
      url: gitlab.url,
      token: `$${TOKEN_VARIABLE}`,
      executor: 'kubernetes',
      ...(nodes.certificateAuthorities && { 'tls-ca-file': `${CONFIG_DIRECTORY}/${AUTHORITIES_FILE}` }),
      ...(gitlab.cache && { cache: cacheOf(gitlab.cache) }),
      // Of a job's variable and this, this counts: without it a job could take its isolation off.
      ...(patches.length > 0 && { feature_flags: { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true } }),
      kubernetes: kubernetesOf(pool, gitlab, resolver),
    },
  };
}

function kubernetesOf(pool: RunnerPool, gitlab: Gitlab, resolver: string | undefined): Table {
  const { namespace = '' } = pool.metadata;
  const { nodes, isolation } = pool.spec;
  const { helperImage, jobImage, resources = {} } = gitlab;
  const { runtimeClassName } = isolationOf(pool);
  return {
    namespace,
    namespace_per_job: false,
    service_account: jobsName(pool),
    automount_service_account_token: false,
    privileged: isolation.privileged,
    ...(runtimeClassName && { runtime_class_name: runtimeClassName }),
    ...(jobImage && { image: jobImage }),
    ...(helperImage && { helper_image: helperImage }),
    ...bounds('request', resources.requests),
    ...bounds('limit', resources.limits),
    node_selector: placementOf(pool).nodeSelector,
    node_tolerations: tolerationsOf(taintsOf(pool)),
    pod_labels: jobLabels(pool),
    ...(nodes.provisioner === 'Karpenter' && { pod_annotations: { 'karpenter.sh/do-not-disrupt': 'true' } }),
    ...NO_OVERWRITES,
    ...(resolver && { dns_policy: 'none', dns_config: dnsConfig(pool, resolver) }),
  };
}

/** Nothing of this is for those to say who write a job. */
const NO_OVERWRITES: Table = {
  bearer_token_overwrite_allowed: false,
  ...Object.fromEntries(
    ['namespace', 'service_account', 'node_selector', 'node_tolerations', 'pod_labels', 'pod_annotations'].map(
      (key) => [`${key}_overwrite_allowed`, ''],
    ),
  ),
};

function bounds(bound: 'request' | 'limit', { cpu, memory, ephemeralStorage }: JobResources = {}): Table {
  return {
    ...(cpu && { [`cpu_${bound}`]: cpu }),
    ...(memory && { [`memory_${bound}`]: memory }),
    ...(ephemeralStorage && { [`ephemeral_storage_${bound}`]: ephemeralStorage }),
  };
}

type JobResources = NonNullable<NonNullable<Gitlab['resources']>['requests']>;

/** `key=value` has one effect there; none stands for all. */
function tolerationsOf(taints: readonly Taint[]): Table {
  const byTaint = groupBy(taints, ({ key, value = '' }) => `${key}=${value}`);
  return Object.fromEntries([...byTaint].map(([taint, [one, other]]) => [taint, other ? '' : (one?.effect ?? '')]));
}

/** With `iam`, the manager uses what AWS's SDK finds: its service account's role, or keys in its environment. */
function cacheOf({ bucket, region, path }: NonNullable<Gitlab['cache']>): Table {
  return {
    Type: 's3',
    ...(path && { Path: path }),
    s3: { AuthenticationType: 'iam', BucketName: bucket, BucketLocation: region },
  };
}

/** What is better than gitlab-runner's own, where the user's config says nothing. */
function defaultsOf({ spec: { nodes, isolation } }: RunnerPool): Table {
  const { type, privileged } = isolation;
  const isOnTheNode = type === 'Standard' || type === 'UserNamespaces';
  return {
    log_format: 'json',
    runners: {
      kubernetes: {
        ...(nodes.provisioner === 'Karpenter' && { poll_timeout: BigInt(POLL_SECONDS) }),
        ...(type === 'Standard' && !privileged && { allow_privilege_escalation: false }),
        ...(isOnTheNode && { pod_security_context: { seccomp_profile: { type: 'RuntimeDefault' } } }),
      },
    },
  };
}

/** gitlab-runner has no key for it. */
function isolationPatches(pool: RunnerPool): Table[] {
  const { hostUsers } = isolationOf(pool);
  if (hostUsers === undefined) return [];
  return [{ name: 'isolation', patch_type: 'strategic', patch: JSON.stringify({ hostUsers }) }];
}

function withoutPatches(own: Table): { rest: Table; patches: readonly Table[] } {
  const runner = tableIn(own, 'runners');
  const { pod_spec: patches = [], ...kubernetes } = tableIn(runner, 'kubernetes');
  const rest = runner.kubernetes ? { ...own, runners: { ...runner, kubernetes } } : own;
  return { rest, patches: [patches].flat().filter(isTable) };
}

function withPatches(runner: Table, patches: readonly Table[]): Table {
  if (patches.length === 0) return runner;
  return { ...runner, kubernetes: { ...tableIn(runner, 'kubernetes'), pod_spec: patches } };
}

function tableIn(table: Table, key: string): Table {
  const value = table[key];
  return value !== undefined && isTable(value) ? value : {};
}

function conflictProblem({ path, one, other }: Conflict): Problem {
  const values = `is both ${valueText(one)} and ${valueText(other)}`;
  return { path: `${CONFIG}: ${path}`, message: `${values}; take it out here, or change the pool's other fields` };
}
