import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { objectKey } from '../kube/resource.js';
import type { Manifests } from '../plan/manifests.js';
import type { Rendered } from '../plan/render.js';
import { managerConfig } from './manager/config.js';
import { resolverOf } from './manager/resolver.js';
import type { Login } from './user-data/input.js';
import { type Problem, problemText } from './user-data/result.js';
import { userDataOf } from './user-data/user-data.js';

/** The user data of a RunnerPool; Secrets are not read. */
export function renderUserData(pool: RunnerPool, manifests: Manifests): Rendered {
  const { endpoint, missing } = endpointIn(manifests, pool);
  if (missing) return refused([missing]);
  const credentials = pool.spec.nodes.registries?.credentials ?? [];
  const logins = new Map(credentials.map(({ registry, secretName }) => [registry, standIn(secretName)]));
  const result = userDataOf({ pool, logins, ...(endpoint && { endpoint: endpoint.spec }) });
  if (!result.ok) return refused(result.problems);
  const { text, files, notes } = result.value;
  const own = files.map(({ path, content }) => `it is for your user data to write ${path}:\n${content}`);
  const stands = credentials.map(({ secretName }) => `username and password of Secret ${secretName} are not shown`);
  return { ok: true, text, advice: [...notes.map(problemText), ...own, ...stands] };
}

/** The runner manager's config.toml. It has no secrets. */
export function renderConfig(pool: RunnerPool, manifests: Manifests): Rendered {
  const { gitlab } = pool.spec;
  if (!gitlab) return { ok: false, message: 'spec.gitlab is missing: the pool has no runner manager' };
  const { endpoint, missing } = endpointIn(manifests, pool);
  if (missing) return refused([missing]);
  const { problem, resolver = problem && RESOLVER } = resolverOf(pool, endpoint);
  const result = managerConfig(pool, gitlab, resolver);
  if (!result.ok) return refused(result.problems);
  const { text, notes } = result.value;
  const stands = problem ? [`${RESOLVER} is known to the cluster; dns_config is there with mode JobDNS only`] : [];
  return { ok: true, text, advice: [...notes.map(problemText), ...stands] };
}

const RESOLVER = '<status.interception.resolver of the PrivateLinkEndpoint>';

function endpointIn({ endpoints }: Manifests, { metadata, spec }: RunnerPool): Found {
  if (!spec.endpointRef) return {};
  const key = objectKey({ ...metadata, name: spec.endpointRef.name });
  const endpoint = endpoints.find((each) => objectKey(each.metadata) === key);
  if (endpoint) return { endpoint };
  const message = `there is no PrivateLinkEndpoint ${key}; give its file with -f too`;
  return { missing: { path: 'spec.endpointRef', message } };
}

interface Found {
  endpoint?: PrivateLinkEndpoint;
  missing?: Problem;
}

/** What is printed is read by others than may read the Secret. */
function standIn(secretName: string): Login {
  return { username: `<username of Secret ${secretName}>`, password: `<password of Secret ${secretName}>` };
}

function refused(problems: readonly Problem[]): Rendered {
  return { ok: false, message: problems.map(problemText).join('\n') };
}
