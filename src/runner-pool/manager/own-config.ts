import { parse } from 'yaml';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import { type Kind, mismatches, type Shape } from '../toml/shape.js';
import { isTable, type Table } from '../toml/toml.js';
import type { Problem } from '../user-data/result.js';
import { RUNNER_KEYS, RUNNER_RELEASE } from './runner-keys.js';

export const CONFIG = 'spec.gitlab.config';

/** Secrets, and what has a place for them. */
export const IN_THE_CLEAR: ReadonlyMap<string, string> = new Map([
  ['runners.token', 'write it into the Secret of spec.gitlab.tokenSecret'],
  ['runners.kubernetes.bearer_token', 'leave it out, since the manager has a service account'],
  ['runners.cache.s3.AccessKey', 'write it into a Secret, for spec.gitlab.cache.secretName'],
  ['runners.cache.s3.SecretKey', 'write it into a Secret, for spec.gitlab.cache.secretName'],
  ['runners.cache.s3.SessionToken', 'write spec.gitlab.cache.roleArn'],
  ['runners.cache.azure.AccountKey', 'write spec.gitlab.cache, for a bucket in S3'],
  ['runners.cache.gcs.PrivateKey', 'write spec.gitlab.cache, for a bucket in S3'],
]);

/** What is wrong with the user's part alone. @param own with `runners` as the table of its one runner */
export function ownProblems(own: Table, { spec }: RunnerPool): Problem[] {
  const wrong = mismatches(own, RUNNER_KEYS).flatMap(({ path, kind }) => {
    if (kind) return [{ path, message: `is no ${kind}` }];
    const known = respelled(path);
    return known ? [{ path, message: `is what gitlab-runner takes for ${known}; write it so` }] : [];
  });
  const clear = [...IN_THE_CLEAR]
    .filter(([path]) => valueAt(own, path) !== undefined)
    .map(([path, way]) => ({ path, message: `is in the clear; ${way}` }));
  const risks = [...PRIVILEGED.filter((path) => valueAt(own, path) === true), ...patched(own, HOST_FIELDS)];
  return [
    ...wrong,
    ...clear,
    ...(spec.isolation.privileged ? [] : risks).map((path) => ({
      path,
      message: 'lets a job take over its node; write spec.isolation.privileged, and acceptRisks: [PrivilegedJobs]',
    })),
    ...patched(own, POOL_FIELDS).map((path) => ({
      path,
      message: "is for the pool's other fields to say; take it out",
    })),
  ].map(inConfig);
}

/** Keys that no gitlab-runner may know. */
export function ownNotes(own: Table): Problem[] {
  const message = `is no key of gitlab-runner ${RUNNER_RELEASE} with its Kubernetes executor; one that doesn't know it ignores it`;
  return mismatches(own, RUNNER_KEYS).map(({ path }) => inConfig({ path, message }));
}

/** Those of single containers, which the pod's does not bind. */
const PRIVILEGED = ['build', 'helper', 'init_permissions', 'service'].map(
  (container) => `runners.kubernetes.${container}_container_security_context.privileged`,
);

/** Of a pod's spec: with one of them a job has its node. */
const HOST_FIELDS = ['hostIPC', 'hostNetwork', 'hostPID', 'privileged'];

/** Of a pod's spec: as whom a job runs, where, and by what it is kept there. */
const POOL_FIELDS = [
  'automountServiceAccountToken',
  'nodeName',
  'nodeSelector',
  'runtimeClassName',
  'serviceAccountName',
];

/** Those of the fields that a patch says, as a key or in the path of an operation. Go reads keys in any case. */
function patched(own: Table, fields: readonly string[]): string[] {
  const path = 'runners.kubernetes.pod_spec';
  const patches = [valueAt(own, path) ?? []].flat().map((each) => (isTable(each) ? plainly(`${each.patch}`) : ''));
  return fields
    .filter((field) => new RegExp(`(?<![\\w.-])${field}(?![\\w.-])`, 'i').test(patches.join('\n')))
    .map((field) => `${path}: ${field}`);
}

/** A patch in JSON or YAML without what would hide a word in it, such as `\u0068ost`. */
function plainly(patch: string): string {
  try {
    return JSON.stringify(parse(patch, { uniqueKeys: false }));
  } catch {
    return patch;
  }
}

function inConfig({ path, message }: Problem): Problem {
  return { path: `${CONFIG}: ${path}`, message };
}

function valueAt(table: Table, path: string) {
  return path
    .split('.')
    .reduce<Table[string] | undefined>(
      (value, key) => (value !== undefined && isTable(value) ? value[key] : undefined),
      table,
    );
}

/** The key that a path leads to if capitals don't count: for gitlab-runner they don't. */
function respelled(path: string): string | undefined {
  const found: string[] = [];
  let shape: Shape | Kind | undefined = RUNNER_KEYS;
  for (const key of path.split('.')) {
    if (typeof shape !== 'object') return undefined;
    const same: string | undefined = Object.keys(shape).find((each) => each.toLowerCase() === key.toLowerCase());
    if (!same) return undefined;
    found.push(same);
    shape = shape[same];
  }
  return found.join('.');
}
