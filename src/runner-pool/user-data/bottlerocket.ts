import { groupBy } from '../../group-by.js';
import { labelsOf, type Taint, taintsOf } from '../pool.js';
import { type Conflict, merged } from '../toml/merge.js';
import { mismatches } from '../toml/shape.js';
import { isTable, parseToml, type Table, tomlText, valueText } from '../toml/toml.js';
import { BOTTLEROCKET_RELEASE, BOTTLEROCKET_SETTINGS } from './bottlerocket-settings.js';
import type { Login, UserDataInput } from './input.js';
import { karpenterProblems } from './karpenter-bottlerocket.js';
import { mirrorsOf } from './mirrors.js';
import { type CertificateAuthority, normalPem } from './pem.js';
import { type Problem, type Rendered, USER_DATA } from './result.js';
import { sized } from './size.js';

const LIST_KEYS = new Map([
  ['settings.container-registry.mirrors', 'registry'],
  ['settings.container-registry.credentials', 'registry'],
]);

/** Settings in TOML: the pool's and the user's, all keys in order. */
export function bottlerocketUserData(input: UserDataInput): Rendered {
  const { userData = '', provisioner } = input.pool.spec.nodes;
  const parsed = parseToml(userData);
  if (!parsed.ok) {
    const { line, column, message } = parsed;
    return { ok: false, problems: [{ path: USER_DATA, message: `line ${line}, column ${column}: ${message}` }] };
  }
  const { settings = {}, ...rest } = parsed.table;
  if (!isTable(settings)) return { ok: false, problems: [{ path: `${USER_DATA}: settings`, message: 'is no table' }] };
  const { table, conflicts } = merged([{ settings: settingsOf(input) }, { settings }], LIST_KEYS);
  const problems = [
    ...missingLogins(input),
    ...Object.keys(rest).map((key) => ({ path: `${USER_DATA}: ${key}`, message: 'is outside of settings' })),
    ...ownCredentials(settings),
    ...conflicts.map(conflictProblem),
    ...(provisioner === 'Karpenter' ? karpenterProblems(settings, labelsOf(input.pool)) : []),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return sized(input.pool, { text: tomlText(table), files: [], notes: unknownSettings(settings) });
}

/** What the pool's fields come to. */
function settingsOf({ pool, endpoint, logins }: UserDataInput): Table {
  const { nodes, isolation } = pool.spec;
  const mirrors = mirrorsOf(nodes, endpoint);
  const credentials = (nodes.registries?.credentials ?? []).flatMap(({ registry }) => {
    const { endpoints = [] } = mirrors.find((mirror) => mirror.registry === registry) ?? {};
    const login = logins.get(registry);
    // A node shows them to the host that it asks, and that is the mirror's.
    return login
      ? [registry, ...endpoints.map((each) => new URL(each).host)].map((host) => credential(host, login))
      : [];
  });
  const authorities = nodes.certificateAuthorities ?? [];
  return {
    ...((mirrors.length > 0 || credentials.length > 0) && {
      'container-registry': {
        ...(mirrors.length > 0 && {
          mirrors: mirrors.map(({ registry, endpoints }) => ({ registry, endpoint: endpoints })),
        }),
        ...(credentials.length > 0 && { credentials }),
      },
    }),
    ...(authorities.length > 0 && { pki: Object.fromEntries(authorities.map(bundle)) }),
    // Bottlerocket allows none by itself.
    ...(isolation.type === 'UserNamespaces' && { kernel: { sysctl: { 'user.max_user_namespaces': '16384' } } }),
    // Karpenter has them from the NodePool.
    ...(nodes.provisioner !== 'Karpenter' && {
      kubernetes: { 'node-labels': labelsOf(pool), 'node-taints': taintSettings(taintsOf(pool)) },
    }),
  };
}

function bundle({ name, pem }: CertificateAuthority): [string, Table] {
  return [name, { data: Buffer.from(normalPem(pem)).toString('base64'), trusted: true }];
}

function missingLogins({ pool, logins }: UserDataInput): Problem[] {
  const { credentials = [] } = pool.spec.nodes.registries ?? {};
  return credentials
    .filter(({ registry }) => !logins.has(registry))
    .map(({ registry, secretName }) => ({
      path: `spec.nodes.registries.credentials[${registry}]`,
      message: `there is no Secret ${secretName} with username and password; make it`,
    }));
}

function ownCredentials({ 'container-registry': registries = {} }: Table): Problem[] {
  if (!isTable(registries) || !registries.credentials) return [];
  const path = `${USER_DATA}: settings.container-registry.credentials`;
  return [
    { path, message: 'are in the clear; write spec.nodes.registries.credentials, which takes them from a Secret' },
  ];
}

function credential(registry: string, { username, password }: Login): Table {
  return { registry, username, password };
}

function taintSettings(taints: readonly Taint[]): Table {
  const byKey = groupBy(taints, ({ key }) => key);
  return Object.fromEntries(
    [...byKey].map(([key, each]) => [key, each.map(({ value = '', effect }) => `${value}:${effect}`)]),
  );
}

function conflictProblem({ path, one, other }: Conflict): Problem {
  const isSecret = path.startsWith('settings.container-registry.credentials');
  const values = isSecret ? 'has two values' : `is both ${valueText(one)} and ${valueText(other)}`;
  return { path: `${USER_DATA}: ${path}`, message: `${values}; take it out here, or in the pool's other fields` };
}

function unknownSettings(settings: Table): Problem[] {
  return mismatches(settings, BOTTLEROCKET_SETTINGS).map(({ path }) => ({
    path: `${USER_DATA}: settings.${path}`,
    message: `is none that Bottlerocket ${BOTTLEROCKET_RELEASE} documents; a release that doesn't know it fails to boot`,
  }));
}
