import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { V1Deployment, V1PodSpec, V1PolicyRule } from '@kubernetes/client-node';
import type { Desired } from '../../src/kube/owned/part.js';
import { typeOf } from '../../src/kube/resource.js';
import { managerObjects } from '../../src/runner-pool/manager/objects.js';
import { rulesOf } from '../../src/runner-pool/manager/permissions.js';
import { RUNNER_KEYS, RUNNER_RELEASE } from '../../src/runner-pool/manager/runner-keys.js';
import type { Shape } from '../../src/runner-pool/toml/shape.js';
import { ensureParts } from '../../tools/parts/ensure.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { install } from '../support/chart.js';
import { applyObjects } from '../support/crds.js';
import { eventually } from '../support/eventually.js';
import {
  allSecrets,
  configuredBy,
  everything,
  jobDnsEndpoint,
  type ManagerChanges,
  managedPool,
  runnerIn,
} from '../support/runner-managers.js';

/** See tools/go/gitlab-runner. */
interface Said {
  Version: string;
  Config: Shape & { runners: Shape };
  Permissions: { Resource: string; Verb: string; When: string }[];
  FeatureFlags: string[];
}

describe("what gitlab-runner's source says", () => {
  let said: Said;

  beforeAll(async () => {
    const { 'gitlab-runner': path } = await ensureParts(['gitlab-runner']);
    said = JSON.parse(await readFile(path, 'utf8'));
  });

  it('config.toml has the keys that are listed here, and of executors Kubernetes alone', () => {
    const { machine, runners, ...global } = said.Config;
    const others = ['autoscaler', 'custom', 'docker', 'instance', 'machine', 'parallels', 'ssh', 'virtualbox'];
    const left = Object.fromEntries(Object.entries(runners).filter(([key]) => !others.includes(key)));
    expect(RUNNER_KEYS).toEqual({ ...global, runners: left });
    expect(machine).toBeDefined();
    expect(said.Version).toMatch(new RegExp(`^${RUNNER_RELEASE}\\.`));
  });

  it('the feature flags that are set or looked at are there', () => {
    const { feature_flags: flags = {} } = runnerIn(configuredBy(managedPool(everything)));
    const names = [...Object.keys(flags), 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY', 'FF_PRINT_POD_EVENTS'];
    expect(said.FeatureFlags).toEqual(expect.arrayContaining(names));
  });

  /** What it documents: always, and where these are in what it says of when. */
  const documented = (...when: string[]) =>
    said.Permissions.filter(({ When }) => !When || when.some((each) => When.includes(each)))
      // The API server has no such verbs.
      .filter(({ Resource, Verb }) => !/^pods\/(attach|exec) (delete|patch)$/.test(`${Resource} ${Verb}`))
      .map(({ Resource, Verb }) => `${Verb} ${Resource}`);

  it.each<[what: string, config: string, when: string[]]>([
    [
      'usually',
      '',
      ['print_pod_warning_events=true', 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY=false', 'informers'],
    ],
    [
      'with all that a pool may switch on',
      'feature_flags.FF_PRINT_POD_EVENTS = true\nkubernetes.pod_disruption_budget = true',
      [
        'print_pod_warning_events=true',
        'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY=false',
        'informers',
        'FF_PRINT_POD_EVENTS=true',
        'pod_disruption_budget=true',
      ],
    ],
    [
      'with all that it may switch off',
      'feature_flags.FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY = true\nkubernetes.print_pod_warning_events = false',
      ['informers'],
    ],
  ])('a manager may do what is documented, and nothing else: %s', (_what, config, when) => {
    const runner = runnerIn(configuredBy(managedPool({ gitlab: { config: `[[runners]]\n${config}` } })));
    expect(rulesOf(runner).flatMap(names).sort()).toEqual(documented(...when).sort());
  });
});

function names({ resources = [], verbs }: V1PolicyRule): string[] {
  return resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`));
}

describe('in a cluster', () => {
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer();
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await applyObjects(server, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ci', labels } });
  });
  afterAll(() => server.stop());

  const objectsOf = (changes?: ManagerChanges) =>
    managerObjects(managedPool(changes), { endpoint: jobDnsEndpoint(), secrets: allSecrets }).desired.map(manifest);

  const manifest = ({ resource, metadata, fields }: Desired) => ({ ...typeOf(resource), metadata, ...fields });

  const versions = () =>
    server.kubectl(
      'get',
      'sa,role,rolebinding,cm,deploy,pdb',
      '-n',
      'ci',
      '-o',
      'custom-columns=:kind,:metadata.resourceVersion',
    );

  it.each<[what: string, changes: ManagerChanges]>([
    ['the least', {}],
    ['all there is', everything],
  ])('the API server takes %s, and a second time nothing changes', async (_what, changes) => {
    await applyObjects(server, ...objectsOf(changes));
    const first = await versions();
    expect(first.split('\n').filter((line) => /^(Role|Deployment|PodDisruptionBudget) /.test(line))).toHaveLength(3);
    await applyObjects(server, ...objectsOf(changes));
    expect(await versions()).toBe(first);
  });

  /** A pod of the Deployment's, by hand: here is nobody who makes it. */
  async function startPod(name: string, change: (spec: V1PodSpec | undefined) => void): Promise<void> {
    const deployment = objectsOf(everything).find(({ kind }) => kind === 'Deployment') as unknown as V1Deployment;
    const { spec } = structuredClone(deployment.spec?.template) ?? {};
    change(spec);
    await applyObjects(server, { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'ci', name }, spec });
  }

  it('its pods are what the restricted Pod Security Standard wants', async () => {
    await startPod('as-made', () => undefined);
    const privileged = startPod('otherwise', (spec) => {
      for (const { securityContext = {} } of spec?.containers ?? []) securityContext.allowPrivilegeEscalation = true;
    });
    await expect(privileged).rejects.toThrow('violates PodSecurity "restricted');
  });

  it('the manager can make jobs in its namespace, and nothing else', async () => {
    await applyObjects(server, ...objectsOf());
    const can = (...what: string[]) =>
      server.kubectl('auth', 'can-i', ...what, '--as=system:serviceaccount:ci:builders-manager').then(
        () => true,
        () => false,
      );
    // The API server takes a moment to go by what it was just given.
    await eventually(async () => expect(await can('create', 'pods', '-n', 'ci')).toBe(true));
    expect(await can('create', 'pods', '--subresource=attach', '-n', 'ci')).toBe(true);
    for (const [verb = '', resource = '', namespace = 'ci'] of [
      ['create', 'pods', 'default'],
      ['list', 'secrets'],
      ['create', 'rolebindings'],
      ['patch', 'deployments'],
      ['create', 'serviceaccounts/token'],
    ]) {
      expect([verb, resource, namespace, await can(verb, resource, '-n', namespace)]).toEqual([
        verb,
        resource,
        namespace,
        false,
      ]);
    }
  });

  it('Sallyport can make managers in the namespaces that the chart lists, where it has what they get', async () => {
    const config = '[[runners]]\nkubernetes.pod_disruption_budget = true\nfeature_flags.FF_PRINT_POD_EVENTS = true';
    const as = '--as=system:serviceaccount:default:sallyport';
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-manager-'));
    try {
      const items = objectsOf({ gitlab: { config } });
      await writeFile(join(folder, 'objects.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      const make = () => server.kubectl('apply', '--server-side', '--force-conflicts', '-f', folder, as);
      const permit = (runnerPool: object) =>
        install(server, { controllers: { runnerPool: { enabled: true, ...runnerPool } } });
      await permit({ namespaces: ['default'] });
      await expect(make()).rejects.toThrow('cannot patch resource "roles"');
      await permit({ namespaces: ['ci'], managers: false });
      await expect(make()).rejects.toThrow('cannot patch resource "roles"');
      // Making roles alone is not enough.
      const roles = ['--verb=create,patch', '--resource=roles,rolebindings'];
      await server.kubectl('create', 'clusterrole', 'roles', ...roles);
      const who = '--serviceaccount=default:sallyport';
      await server.kubectl('create', 'rolebinding', 'roles', '-n', 'ci', '--clusterrole=roles', who);
      await eventually(() => expect(make()).rejects.toThrow('attempting to grant RBAC permissions not currently held'));
      await server.kubectl('delete', 'rolebinding', 'roles', '-n', 'ci');
      await permit({ namespaces: ['ci'] });
      await eventually(make);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
