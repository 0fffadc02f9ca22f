import { createHash } from 'node:crypto';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { KubeClient } from '../../kube/client.js';
import { readingOf } from '../../kube/problem.js';
import { objectKey } from '../../kube/resource.js';
import { type Secret, secrets } from '../../kube/secrets.js';
import type { Gitlab } from './config.js';

/** By name, those that the manager is started with; what is missing isn't there. */
export type ManagerSecrets = ReadonlyMap<string, Secret>;

/** Of the Secret, and of the manager's environment. */
export const AWS_KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/**
 * The Secrets that the pool's manager needs, as they are now; no others are read.
 * @throws KubeError where the same call may do soon
 */
export async function readManagerSecrets(
  { metadata, spec }: RunnerPool,
  client: KubeClient,
  signal: AbortSignal,
): Promise<{ secrets: ManagerSecrets; problems: readonly Problem[] }> {
  const { namespace = '' } = metadata;
  const found = new Map<string, Secret>();
  const problems: Problem[] = [];
  for (const { name } of spec.gitlab ? neededBy(spec.gitlab) : []) {
    const read = await readingOf(client.get(secrets, { namespace, name }, { signal }));
    if (!read.ok) problems.push(read.problem);
    else if (read.value) found.set(name, read.value);
  }
  return { secrets: found, problems };
}

/** Why the manager can't start with them. Nothing of what they hold is in it. */
export function secretProblems({ metadata }: RunnerPool, gitlab: Gitlab, found: ManagerSecrets): Problem[] {
  return neededBy(gitlab).flatMap(({ name, keys, what }) => {
    const secret = found.get(name);
    const where = `Secret ${objectKey({ ...metadata, name })}`;
    if (!secret) {
      return [
        { reason: 'SecretMissing', message: `there is no ${where}; make it, with ${what} as ${keys.join(', ')}` },
      ];
    }
    return keys.flatMap((key) => {
      const why = badValue(Buffer.from(secret.data?.[key] ?? '', 'base64').toString());
      return why ? [{ reason: 'SecretInvalid', message: `${where}: ${key} ${why}` }] : [];
    });
  });
}

/** Changes when one of them does, and tells nothing of what they hold. */
export function secretsDigest(gitlab: Gitlab, found: ManagerSecrets): string {
  const versions = neededBy(gitlab).map(({ name }) => {
    const { uid, resourceVersion } = found.get(name)?.metadata ?? {};
    return [name, uid, resourceVersion];
  });
  return createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 16);
}

function neededBy({ tokenSecret, cache }: Gitlab): { name: string; keys: readonly string[]; what: string }[] {
  const { name, key } = tokenSecret;
  const keys = cache?.secretName ? [{ name: cache.secretName, keys: AWS_KEYS, what: "the cache's access key" }] : [];
  return [{ name, keys: [key], what: "the runner's authentication token" }, ...keys];
}

/** GitLab Runner 18 and later register nothing by themselves. */
const REGISTRATION = /^GR1348941/;

function badValue(value: string): string | undefined {
  if (!value) return 'is not there, or empty; write it';
  if (/\s/.test(value)) return 'has white space in it, or a line break after it; write it without';
  if (!REGISTRATION.test(value)) return undefined;
  return 'is a registration token; make a runner in GitLab and write its authentication token, which begins with glrt-';
}
