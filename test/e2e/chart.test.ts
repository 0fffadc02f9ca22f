import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { KubernetesObject, V1PolicyRule, V1Role, V1RoleBinding } from '@kubernetes/client-node';
import { runCommand } from '../../src/commands/run.js';
import { controllerNames } from '../../src/operator/controller-names.js';
import { CHART, helm, objectsIn, render, type Values } from '../support/chart.js';
import {
  containerOf,
  deploymentOf,
  envOf,
  everything,
  example,
  least,
  named,
  on,
  podOf,
  variants,
} from '../support/chart-values.js';
import { complaints } from '../support/kube-score.js';

const workload = await example('workload');

interface Selecting extends KubernetesObject {
  spec?: {
    selector?: { matchLabels?: object };
    podSelector?: { matchLabels?: object };
    ingress?: { ports?: object[] }[];
  };
}

it.each<[what: string, values: Values, controllers: string, roles: string[]]>([
  [
    'the default',
    {},
    'aws-account,cidr-set,private-link-endpoint',
    ['aws-account', 'cidr-set', 'private-link-endpoint'],
  ],
  [
    'a workload cluster',
    workload,
    'aws-account,interception,runner-pool',
    ['aws-account', 'interception', 'job-dns', 'managers', 'pools', 'runner-pool'],
  ],
  [
    'everything',
    everything,
    controllerNames.join(),
    [
      ...['aws-account', 'cidr-set', 'config-maps', 'interception', 'job-dns', 'managers', 'network-policies', 'pools'],
      ...['private-link-endpoint', 'proxy', 'proxy-objects', 'runner-pool'],
    ],
  ],
  ['the least', least, 'aws-account', ['aws-account']],
])('%s: controllers, and the roles of these alone', async (_what, values, controllers, roles) => {
  const objects = await render(values);
  expect(envOf(objects, 'SALLYPORT_CONTROLLERS')).toBe(controllers);
  const all = ['base', 'admin', 'edit', 'view', ...roles].map((role) => `sallyport-${role}`);
  expect(named(objects, 'ClusterRole').sort()).toEqual(all.sort());
});

it('everything is where it belongs', async () => {
  const objects = await render(everything, 'sallyport');
  const image = containerOf(objects).image;
  expect(image).toMatch(/@sha256:0{64}$/);
  expect(envOf(objects, 'SALLYPORT_IMAGE')).toBe(image);
  expect(envOf(objects, 'SALLYPORT_OWN_ADDRESSES')).toBe('203.0.113.7,2001:db8::/64');
  const bound = objects.filter(({ kind }) => kind === 'RoleBinding').map(({ metadata }) => metadata?.namespace);
  expect([...new Set(bound)].sort()).toEqual(['ci', 'default', 'gitlab', 'kube-system', 'sallyport']);
  const aggregated = ['view', 'edit', 'admin'].map((role) => {
    const { metadata } =
      objects.find((each) => each.kind === 'ClusterRole' && each.metadata?.name === `sallyport-${role}`) ?? {};
    return metadata?.labels?.[`rbac.authorization.k8s.io/aggregate-to-${role}`];
  });
  expect(aggregated).toEqual(['true', 'true', 'true']);
});

it('every variable of the container is one that its command takes', async () => {
  const container = containerOf(await render(everything));
  expect(container.args).toEqual([runCommand().name()]);
  const taken = runCommand().options.map(({ envVar }) => envVar);
  // Node's own, and one of the values'.
  const others = ['NODE_OPTIONS', 'HTTPS_PROXY'];
  const names = (container.env ?? []).map(({ name }) => name).filter((name) => !others.includes(name));
  expect(names.filter((name) => !taken.includes(name))).toEqual([]);
  // What is left is the pod's own business.
  expect(taken.filter((name) => name && !names.includes(name))).toEqual(['SALLYPORT_HEALTH_ADDRESS']);
});

it('the least has nothing that can be left out', async () => {
  const objects = await render(least);
  const kinds = [...new Set(objects.map(({ kind }) => kind))].sort();
  const rbac = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
  expect(kinds).toEqual([...rbac, 'Deployment', 'Service', 'ServiceAccount'].sort());
  const unowned = await render({ ...least, rbac: { create: false }, serviceAccount: { create: false, name: 'mine' } });
  expect(unowned.map(({ kind }) => kind).sort()).toEqual(['Deployment', 'Service']);
  expect(podOf(unowned).serviceAccountName).toBe('mine');
});

it('has the CRDs as they are, to be kept', async () => {
  const found = (await render()).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const files = await Promise.all((await readdir('crds')).map((name) => readFile(join('crds', name), 'utf8')));
  const specs = (objects: KubernetesObject[]) =>
    Object.fromEntries(objects.map((each) => [each.metadata?.name, (each as { spec?: unknown }).spec]));
  expect(specs(found)).toEqual(specs(files.flatMap(objectsIn)));
  const kept = { 'helm.sh/resource-policy': 'keep', 'argocd.argoproj.io/sync-options': 'Prune=false' };
  for (const { metadata } of found) expect(metadata?.annotations).toEqual(kept);
});

it.each(variants)('%s passes helm lint', async (_what, values) => {
  expect(await helm(['lint', '--strict', CHART], values)).toMatch('1 chart(s) linted, 0 chart(s) failed');
});

/** What kube-score says of any chart, and why it is so here. */
const WILLED: [complaint: RegExp, because: string][] = [
  [/CPU limit is not set/, 'it would be slowed down when it is needed most'],
  [/Ephemeral Storage (limit|request) is not set/, 'it can write nowhere'],
  [/ImagePullPolicy is not set to Always/, 'tags of releases do not move, and a digest cannot'],
  [/does not have a host podAntiAffinity set/, 'its pods are spread by topologySpreadConstraints, over zones too'],
];

it.each(variants.filter(([what]) => what !== 'the least'))(
  'kube-score has nothing else against %s',
  async (_, values) => {
    const yaml = await helm(['template', 'sallyport', CHART], values);
    const unwilled = async (manifests: string) =>
      (await complaints(manifests)).filter((line) => !WILLED.some(([complaint]) => complaint.test(line)));
    expect(await unwilled(yaml)).toEqual([]);
    expect(await unwilled(yaml.replace('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'))).toEqual([
      expect.stringContaining('writable root filesystem'),
    ]);
  },
);

// What kube-linter looks for by default, and more; kube-linter itself can't be had from Go's module proxy.
it.each(variants)('%s is sound', async (_what, values) => {
  const objects = await render(values, 'sallyport');
  const { metadata, spec: pod } = deploymentOf(objects).spec?.template ?? {};
  const container = containerOf(objects);
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(container.image).not.toMatch(/(:latest|\/[^:@]*)$/);
  expect(container.resources).toMatchObject({ requests: { cpu: expect.anything(), memory: expect.anything() } });
  expect(container.resources?.limits?.memory).toBeDefined();
  expect([container.livenessProbe, container.readinessProbe]).toEqual([expect.anything(), expect.anything()]);
  expect(pod).not.toHaveProperty('hostNetwork');
  expect(pod).not.toHaveProperty('volumes');
  expect(pod?.topologySpreadConstraints).toHaveLength(2);
  // So none of it goes to the nodes of RunnerPools.
  expect(pod?.tolerations).toEqual(values.tolerations);
  const secrets = container.env?.filter(({ name, value }) => /secret|token|password/i.test(name) && value);
  expect(secrets).toEqual([]);

  // Whatever selects pods selects these, and what selects the Service selects it.
  const selects = (selector: object | undefined) =>
    expect(metadata?.labels).toEqual(expect.objectContaining(selector ?? { nothing: '' }));
  for (const { kind, spec } of objects as Selecting[]) {
    if (kind === 'Service') selects(spec?.selector);
    if (kind === 'PodDisruptionBudget' || kind === 'Deployment') selects(spec?.selector?.matchLabels);
    if (kind === 'NetworkPolicy') {
      selects(spec?.podSelector?.matchLabels);
      // Nobody comes to anything but metrics and probes.
      expect(spec?.ingress?.map(({ ports }) => ports)).toEqual([[{ port: 'http' }]]);
    }
    if (kind === 'PodDisruptionBudget')
      expect(spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  }
  for (const object of objects) expect(object.metadata?.annotations ?? {}).not.toHaveProperty(['helm.sh/hook']);
});

it.each(variants)('%s permits no more than it says', async (_what, values) => {
  const objects = await render(values, 'sallyport');
  const roles = objects.filter(({ kind }) => kind?.endsWith('Role')) as V1Role[];
  expect(roles.length).toBeGreaterThanOrEqual(5);
  for (const { metadata, rules = [] } of roles) {
    for (const { apiGroups = [], resources = [], verbs, ...rest } of rules as V1PolicyRule[]) {
      const where = { role: metadata?.name, apiGroups, resources, verbs };
      expect({
        ...where,
        wildcards: [...apiGroups, ...resources, ...verbs].filter((each) => each.includes('*')),
      }).toEqual({
        ...where,
        wildcards: [],
      });
      expect(rest).not.toHaveProperty('nonResourceURLs');
      expect(verbs).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(bind|escalate|impersonate)$/)]));
      if (resources.includes('secrets')) expect(verbs).not.toContain('list');
    }
  }
  // Each role has its bindings, to this account; what reaches Secrets or writes is never bound in the whole cluster.
  const bindings = objects.filter(({ kind }) => kind?.endsWith('RoleBinding')) as V1RoleBinding[];
  const account = named(objects, 'ServiceAccount')[0];
  for (const { kind, metadata, roleRef, subjects } of bindings) {
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: account, namespace: 'sallyport' }]);
    const role = roles.find(
      (each) =>
        each.kind === roleRef.kind &&
        each.metadata?.name === roleRef.name &&
        (roleRef.kind === 'ClusterRole' || each.metadata?.namespace === metadata?.namespace),
    );
    expect({ binding: metadata?.name, role: role?.metadata?.name }).toEqual({
      binding: metadata?.name,
      role: roleRef.name,
    });
    if (kind !== 'ClusterRoleBinding') continue;
    const ours =
      /^(.*\.?sallyport\.dev|karpenter\.sh|karpenter\.k8s\.aws|admissionregistration\.k8s\.io|events\.k8s\.io)$/;
    const wide = (role?.rules ?? [])
      .filter(({ apiGroups = [] }) => !apiGroups.every((group) => ours.test(group)))
      .flatMap(({ resources = [], verbs }) => verbs.map((verb) => `${verb} ${resources.join()}`))
      .filter((line) => !/^(get|list|watch) /.test(line) || /secrets/.test(line));
    expect(wide.filter((line) => line !== 'patch nodes')).toEqual([]);
  }
});

it.each<[what: string, values: Values, says: RegExp]>([
  ['a controller that there is not', { controllers: { cidrset: on } }, /additional properties 'cidrset' not allowed/],
  ['text for a switch', { controllers: { proxy: { enabled: 'yes' } } }, /controllers\/proxy\/enabled.*want boolean/],
  [
    'a namespace by a pattern',
    { controllers: { proxy: { namespaces: ['*'] } } },
    /controllers\/proxy\/namespaces\/0.*does not match pattern/,
  ],
  [
    'a mode that there is not',
    { controllers: { interception: { modes: ['Auto'] } } },
    /interception\/modes\/0.*must be one of 'ClusterDNS', 'CoreDNSImport', 'JobDNS'/,
  ],
  ['a digest that is none', { image: { digest: 'latest' } }, /image\/digest.*does not match pattern/],
  [
    'a level that there is not',
    { settings: { logLevel: 'trace' } },
    /logLevel.*must be one of 'error', 'warn', 'info', 'debug'/,
  ],
  [
    'a role that there is not',
    { rbac: { aggregateTo: ['owner'] } },
    /aggregateTo\/0.*must be one of 'view', 'edit', 'admin'/,
  ],
  ['a value of another chart', { replicaCount: 3 }, /additional properties 'replicaCount' not allowed/],
  [
    'no controller',
    {
      controllers: {
        awsAccount: { enabled: false },
        cidrSet: { enabled: false },
        privateLinkEndpoint: { enabled: false },
      },
    },
    /controllers: switch on at least one/,
  ],
])('refuses %s', async (_what, values, says) => {
  await expect(render(values)).rejects.toThrow(says);
});
