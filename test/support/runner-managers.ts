import type { PrivateLinkEndpoint } from '../../src/api/private-link-endpoint.gen.js';
import type { RunnerPool, RunnerPoolSpec } from '../../src/api/runner-pool.gen.js';
import type { Secret } from '../../src/kube/secrets.js';
import { type Configured, managerConfig } from '../../src/runner-pool/manager/config.js';
import type { ManagerSecrets } from '../../src/runner-pool/manager/secrets.js';
import { parseToml, type Table } from '../../src/runner-pool/toml/toml.js';
import { problemText } from '../../src/runner-pool/user-data/result.js';
import { endpoint, type PoolChanges, runnerPool } from './runner-pools.js';

type Gitlab = NonNullable<RunnerPoolSpec['gitlab']>;

export interface ManagerChanges extends Omit<PoolChanges, 'gitlab'> {
  gitlab?: Partial<Gitlab>;
}

/** The least that a manager takes, but for the changes. */
export function managedPool({ gitlab, ...more }: ManagerChanges = {}): RunnerPool {
  const pool = runnerPool({
    ...more,
    gitlab: {
      url: 'https://gitlab.example.com',
      tokenSecret: { name: 'runner', key: 'token' },
      concurrency: 10,
      image: 'gitlab-runner:19.4',
      shutdownGrace: '1h',
      ...gitlab,
    },
  });
  return { ...pool, metadata: { ...pool.metadata, uid: '5f0c' } };
}

/** All that a manager can have. */
export const everything: ManagerChanges = {
  endpointRef: { name: 'gitlab' },
  isolation: { type: 'Sysbox' },
  nodes: {
    os: 'Ubuntu',
    taints: [{ key: 'team', value: 'a', effect: 'NoExecute' }],
    certificateAuthorities: [{ name: 'company', pem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
  },
  gitlab: {
    helperImage: 'helper:1',
    jobImage: 'alpine:3.22',
    resources: {
      requests: { cpu: '1', memory: '2Gi', ephemeralStorage: '10Gi' },
      limits: { cpu: '2', memory: '4Gi', ephemeralStorage: '20Gi' },
    },
    cache: { bucket: 'ci-cache', region: 'eu-west-1', path: 'builders', secretName: 'cache' },
  },
};

export const RESOLVER = '172.20.0.53';

/** Whose jobs ask RESOLVER, but for the changes. */
export function jobDnsEndpoint(status: object = { mode: 'JobDNS', resolver: RESOLVER }): PrivateLinkEndpoint {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PrivateLinkEndpoint',
    metadata: { namespace: 'ci', name: 'gitlab' },
    spec: {
      ...endpoint,
      interception: { mode: 'JobDNS', jobDns: { image: 'coredns', replicas: 2 } },
    },
    status: { interception: status },
  };
}

export function secret(name: string, data: Record<string, string>, resourceVersion = '1'): Secret {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'ci', name, uid: `uid-${name}`, resourceVersion },
    data: Object.fromEntries(encoded),
  };
}

export function secretsOf(...found: Secret[]): ManagerSecrets {
  return new Map(found.map((each) => [each.metadata.name, each]));
}

/** What `everything` needs, and more than the least does. */
export const allSecrets = secretsOf(
  secret('runner', { token: 'glrt-hush' }),
  secret('cache', { AWS_ACCESS_KEY_ID: 'AKIAHUSH', AWS_SECRET_ACCESS_KEY: 'hush' }),
);

export function configOf(pool: RunnerPool, resolver?: string): Configured {
  return managerConfig(pool, pool.spec.gitlab as Gitlab, resolver);
}

/** config.toml as gitlab-runner reads it; what is refused is in the error. */
export function configuredBy(pool: RunnerPool, resolver?: string): Table {
  const result = configOf(pool, resolver);
  if (!result.ok) throw new Error(result.problems.map(problemText).join('\n'));
  const parsed = parseToml(result.value.text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.table;
}

/** Its one [[runners]]. */
export function runnerIn({ runners }: Table): Table {
  return (runners as Table[])[0] as Table;
}
