import fc from 'fast-check';
import type { PrivateLinkEndpointSpec } from '../../src/api/private-link-endpoint.gen.js';
import type { RunnerPool, RunnerPoolSpec } from '../../src/api/runner-pool.gen.js';
import { tomlText } from '../../src/runner-pool/toml/toml.js';
import type { UserData } from '../../src/runner-pool/user-data/result.js';
import { userDataOf } from '../../src/runner-pool/user-data/user-data.js';

export interface PoolChanges extends Partial<Omit<RunnerPoolSpec, 'nodes' | 'isolation'>> {
  nodes?: Partial<RunnerPoolSpec['nodes']>;
  isolation?: Partial<RunnerPoolSpec['isolation']>;
}

/** Bottlerocket nodes by Karpenter, but for the changes. */
export function runnerPool({ nodes, isolation, ...more }: PoolChanges = {}): RunnerPool {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'RunnerPool',
    metadata: { namespace: 'ci', name: 'builders' },
    spec: {
      nodes: { os: 'Bottlerocket', provisioner: 'Karpenter', ...nodes },
      isolation: { type: 'Standard', privileged: false, ...isolation },
      network: { apiServer: false, nodes: false },
      hostAccess: 'Ignore',
      acceptRisks: [],
      mode: 'Enforce',
      deletionPolicy: 'Delete',
      ...more,
    },
  };
}

/** GitLab and its registry, which nodes pull from by its private name. */
export const endpoint: PrivateLinkEndpointSpec = {
  zone: 'privatelink.example.com',
  hosts: [
    { public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' },
    { public: 'registry.example.com', private: 'registry.privatelink.example.com', registry: true },
  ],
  service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
  consumers: [],
  mode: 'Enforce',
  deletionPolicy: 'Delete',
  force: false,
};

const login = { username: 'pull', password: 'glpat-hush' };

/** The user data with `endpoint`, and with a login for each registry; `userData` in the error is what was refused. */
export function rendered(pool: RunnerPool): UserData {
  const { credentials = [] } = pool.spec.nodes.registries ?? {};
  const result = userDataOf({ pool, endpoint, logins: new Map(credentials.map((each) => [each.registry, login])) });
  if (!result.ok) throw new Error(problems(pool).join('\n'));
  return result.value;
}

/** What is wrong with the pool, a line each. */
export function problems(pool: RunnerPool): string[] {
  const result = userDataOf({ pool, endpoint, logins: new Map() });
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,12}$/);
const host = fc.tuple(name, name).map(([one, other]) => `${one}.${other}.example.com`);

/** A pool whose own user data says nothing that its fields do. */
export const anyPool: fc.Arbitrary<RunnerPool> = fc
  .record({
    mirrors: fc.uniqueArray(
      fc.record({
        registry: host,
        endpoints: fc.uniqueArray(
          host.map((each) => `https://${each}`),
          { minLength: 1, maxLength: 3 },
        ),
      }),
      { selector: ({ registry }) => registry, maxLength: 6 },
    ),
    credentials: fc.uniqueArray(fc.record({ registry: host, secretName: name }), {
      selector: ({ registry }) => registry,
      maxLength: 2,
    }),
    certificateAuthorities: fc.uniqueArray(
      fc.record({
        name,
        pem: fc
          .base64String({ minLength: 4, maxLength: 400 })
          .map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`),
      }),
      { selector: (each) => each.name, maxLength: 3 },
    ),
    labels: fc.dictionary(name, name, { maxKeys: 5 }),
    taints: fc.array(fc.record({ key: name, value: name, effect: fc.constantFrom('NoSchedule', 'NoExecute') }), {
      maxLength: 4,
    }),
    isolation: fc.constantFrom('Standard', 'UserNamespaces'),
    settings: fc.record(
      {
        motd: fc.string(),
        ntp: fc.record({ 'time-servers': fc.array(host) }),
        kernel: fc.record({
          sysctl: fc.dictionary(name, fc.string()),
          modules: fc.dictionary(name, fc.record({ allowed: fc.boolean() })),
        }),
        kubernetes: fc.record({
          'node-labels': fc.dictionary(
            name.map((each) => `own-${each}`),
            name,
          ),
          'pod-pids-limit': fc.bigInt({ min: 1n, max: 1_000_000n }),
        }),
        'host-containers': fc.dictionary(name, fc.record({ enabled: fc.boolean(), source: fc.string() })),
        boot: fc.record({ 'reboot-to-reconcile': fc.boolean() }),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ mirrors, credentials, isolation, settings, ...nodes }) =>
    runnerPool({
      nodes: {
        ...nodes,
        registries: { mirrors, fallback: 'Allow', ...(credentials.length > 0 && { credentials }) },
        userData: tomlText({ settings }),
      },
      isolation: { type: isolation },
    }),
  );
