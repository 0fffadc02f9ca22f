import type { Problem } from '../api/problem.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import type { KubeClient } from '../kube/client.js';
import { readingOf } from '../kube/problem.js';
import { secrets } from '../kube/secrets.js';
import type { Login } from './user-data/input.js';

export interface Logins {
  /** By registry. */
  logins: ReadonlyMap<string, Login>;
  problems: readonly Problem[];
}

/**
 * What the Secrets of `registries.credentials` have now; no others are read.
 * @throws KubeError where the same call may do soon
 */
export async function readLogins(
  { metadata, spec }: RunnerPool,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Logins> {
  const { namespace = '' } = metadata;
  const logins = new Map<string, Login>();
  const problems: Problem[] = [];
  for (const { registry, secretName: name } of spec.nodes.registries?.credentials ?? []) {
    const read = await readingOf(client.get(secrets, { namespace, name }, { signal }));
    if (!read.ok) {
      problems.push(read.problem);
      continue;
    }
    const { data = {} } = read.value ?? {};
    const [username, password] = [data.username, data.password].map(plain);
    if (username && password) logins.set(registry, { username, password });
    else problems.push({ reason: 'SecretMissing', message: missing(`${namespace}/${name}`, registry) });
  }
  return { logins, problems };
}

function plain(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString();
}

function missing(secret: string, registry: string): string {
  return `there is no Secret ${secret} with username and password, as whom nodes pull from ${registry}; make one of type kubernetes.io/basic-auth`;
}
