import { describe, expect, it } from '@jest/globals';
import type { V1Deployment } from '@kubernetes/client-node';
import type { RunnerPool } from '../../../../src/api/runner-pool.gen.js';
import { type ManagerInput, managerObjects } from '../../../../src/runner-pool/manager/objects.js';
import {
  allSecrets,
  everything,
  jobDnsEndpoint,
  type ManagerChanges,
  managedPool,
  RESOLVER,
  secret,
  secretsOf,
} from '../../../support/runner-managers.js';
import { runnerPool } from '../../../support/runner-pools.js';

const input = (more: Partial<ManagerInput> = {}): ManagerInput => ({
  endpoint: jobDnsEndpoint(),
  secrets: allSecrets,
  ...more,
});

function fieldsOf(kind: string, pool: RunnerPool, more?: Partial<ManagerInput>) {
  const { desired, problems } = managerObjects(pool, input(more));
  expect(problems).toEqual([]);
  return desired.find(({ resource }) => resource.kind === kind)?.fields;
}

const templateOf = (pool: RunnerPool, more?: Partial<ManagerInput>) =>
  (fieldsOf('Deployment', pool, more) as unknown as V1Deployment).spec?.template;

const problemsOf = (pool: RunnerPool, more: Partial<ManagerInput>) =>
  managerObjects(pool, input(more)).problems.map(({ reason, message }) => `${reason}: ${message}`);

it('there is no manager without spec.gitlab', () => {
  expect(managerObjects(runnerPool(), input())).toEqual({ desired: [], problems: [], notes: [] });
});

it('the least, and all there is, in the order in which it is made', () => {
  const kinds = ['ServiceAccount', 'Role', 'RoleBinding', 'ConfigMap', 'Deployment', 'PodDisruptionBudget'];
  for (const pool of [managedPool(), managedPool(everything)]) {
    const { desired } = managerObjects(pool, input());
    expect(desired.map(({ resource }) => resource.kind)).toEqual(kinds);
    expect(new Set(desired.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`))).toEqual(
      new Set(['ci/builders-manager']),
    );
  }
});

it('no secret is in any object', () => {
  expect(JSON.stringify(managerObjects(managedPool(everything), input()))).not.toMatch(/hush/i);
});

it('it asks for no more jobs when it is stopped, and has time for those that it runs', () => {
  const template = templateOf(managedPool({ gitlab: { shutdownGrace: '1h30m' } }));
  expect(template?.spec).toMatchObject({
    terminationGracePeriodSeconds: 5400,
    containers: [
      { lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', expect.stringMatching(/^kill -QUIT 1;/)] } } } },
    ],
  });
});

it('it asks whom its jobs ask for names', () => {
  const resolved = managedPool({ endpointRef: { name: 'gitlab' } });
  expect(templateOf(resolved)?.spec).toMatchObject({ dnsPolicy: 'None', dnsConfig: { nameservers: [RESOLVER] } });
  const by = { endpoint: jobDnsEndpoint({ mode: 'ClusterDNS' }) };
  expect(Object.keys(templateOf(resolved, by)?.spec ?? {})).not.toContain('dnsPolicy');
});

it('the cache is for the service account, or for the key in a Secret', () => {
  const cache = { bucket: 'ci-cache', region: 'eu-west-1' };
  const roleArn = 'arn:aws:iam::111111111111:role/ci-cache';
  const { desired } = managerObjects(managedPool({ gitlab: { cache: { ...cache, roleArn } } }), input());
  expect(desired[0]?.metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': roleArn });
  const byKey = templateOf(managedPool({ gitlab: { cache: { ...cache, secretName: 'cache' } } }));
  const ref = (key: string) => ({ name: key, valueFrom: { secretKeyRef: { name: 'cache', key } } });
  expect(byKey?.spec?.containers[0]?.env).toEqual(
    expect.arrayContaining([ref('AWS_ACCESS_KEY_ID'), ref('AWS_SECRET_ACCESS_KEY')]),
  );
});

it('it trusts the authorities that nodes trust', () => {
  const { data } = fieldsOf('ConfigMap', managedPool(everything)) as { data: Record<string, string> };
  expect(data).toMatchObject({
    'ca.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    'config.toml': expect.stringContaining('tls-ca-file = "/etc/gitlab-runner/ca.pem"'),
    '.runner_system_id': expect.stringMatching(/^[sr]_[0-9a-zA-Z]{12}$/),
  });
});

describe('the manager is replaced', () => {
  const before = managedPool(everything);
  const rotated = (resourceVersion: string) =>
    secretsOf(secret('runner', { token: 'glrt-hush2' }, resourceVersion), ...[...allSecrets.values()].slice(1));

  it.each<[what: string, changes: ManagerChanges, secrets: ManagerInput['secrets'], replaced: boolean]>([
    ['not where nothing changed', everything, allSecrets, false],
    [
      'not where what others are changed',
      { ...everything, nodes: { ...everything.nodes, labels: { a: 'b' } } },
      allSecrets,
      false,
    ],
    ['where the token was', everything, rotated('2'), true],
    ['where its config is', { ...everything, gitlab: { ...everything.gitlab, concurrency: 11 } }, allSecrets, true],
    ['where its image is', { ...everything, gitlab: { ...everything.gitlab, image: 'other' } }, allSecrets, true],
    ['where its jobs are isolated otherwise', { ...everything, isolation: { type: 'Standard' } }, allSecrets, true],
  ])('%s', (_what, changes, secrets, replaced) => {
    const after = templateOf(managedPool(changes), { secrets });
    expect(JSON.stringify(after) !== JSON.stringify(templateOf(before))).toBe(replaced);
  });
});

describe('nothing is made, and what there is stays,', () => {
  const token = (value: string) => secretsOf(secret('runner', { token: value }));

  it.each<[what: string, changes: ManagerChanges, more: Partial<ManagerInput>, problem: string]>([
    [
      'without the Secret of the token',
      {},
      { secrets: secretsOf() },
      "SecretMissing: there is no Secret ci/runner; make it, with the runner's authentication token as token",
    ],
    [
      'without a token in it',
      {},
      { secrets: token('') },
      'SecretInvalid: Secret ci/runner: token is not there, or empty; write it',
    ],
    [
      'with a line break after it',
      {},
      { secrets: token('glrt-hush\n') },
      'SecretInvalid: Secret ci/runner: token has white space',
    ],
    [
      'with a registration token',
      {},
      { secrets: token('GR1348941hush') },
      'SecretInvalid: Secret ci/runner: token is a registration token; make',
    ],
    [
      'without the endpoint',
      { endpointRef: { name: 'gitlab' } },
      { endpoint: undefined },
      'EndpointNotFound: there is no PrivateLinkEndpoint ci/gitlab; make it',
    ],
    [
      'while its resolver is not known: jobs would go by the internet',
      { endpointRef: { name: 'gitlab' } },
      { endpoint: jobDnsEndpoint({}) },
      'ResolverMissing: PrivateLinkEndpoint ci/gitlab does not say yet whom jobs ask for names; its condition Intercepted says why',
    ],
    [
      'with a config that is refused',
      { gitlab: { config: 'concurrent = 1' } },
      {},
      'ConfigInvalid: spec.gitlab.config: concurrent: is both',
    ],
  ])('%s', (_what, changes, more, problem) => {
    const told = problemsOf(managedPool(changes), more);
    expect(told).toEqual([expect.stringContaining(problem)]);
    expect(told.join()).not.toContain('hush');
    expect(managerObjects(managedPool(changes), input(more)).desired).toEqual([]);
  });
});
