import { readFile } from 'node:fs/promises';
import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { CHART, type Values } from './chart.js';

export const on = { enabled: true };
const everywhere = { enabled: true, namespaces: ['ci', 'gitlab'] };

export const everything: Values = {
  controllers: {
    cidrSet: { networkPolicyNamespaces: ['ci'], configMapNamespaces: ['ci', 'gitlab'] },
    proxy: { ...everywhere, certManager: true },
    interception: everywhere,
    runnerPool: { ...everywhere, hostAccess: true },
  },
  settings: { ownerId: 'one', ownAddresses: ['203.0.113.7', '2001:db8::/64'], resyncSeconds: 30 },
  image: { digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: [{ name: 'registry' }],
  serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111111111111:role/sallyport' } },
  rbac: { aggregateTo: ['view', 'edit', 'admin'] },
  env: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' }],
  podAnnotations: { team: 'platform' },
  podLabels: { team: 'platform' },
  tolerations: [{ key: 'system', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  priorityClassName: 'system-cluster-critical',
  networkPolicy: {
    metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    extraEgress: [{ ports: [{ port: 3128 }] }],
  },
  metrics: { serviceMonitor: { ...on, labels: { release: 'prometheus' } }, prometheusRule: on, dashboard: on },
};

/** As little as there can be. */
export const least: Values = {
  controllers: { cidrSet: { enabled: false }, privateLinkEndpoint: { enabled: false } },
  crds: { install: false },
  networkPolicy: { enabled: false },
  rbac: { aggregateTo: [] },
  replicas: 1,
};

/** A file of values that the chart comes with. */
export async function example(name: string): Promise<Values> {
  return parse(await readFile(`${CHART}/examples/${name}.yaml`, 'utf8'));
}

export const variants: [what: string, values: Values][] = [
  ['the default', {}],
  ['the hub', await example('hub')],
  ['a workload cluster', await example('workload')],
  ['everything', everything],
  ['the least', least],
];

export function named(objects: KubernetesObject[], kind: string) {
  return objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata?.name);
}

export function deploymentOf(objects: KubernetesObject[]): V1Deployment {
  const found = objects.find(({ kind }) => kind === 'Deployment');
  if (!found) throw new Error('there is no Deployment');
  return found;
}

export function podOf(objects: KubernetesObject[]) {
  return deploymentOf(objects).spec?.template.spec ?? { containers: [] };
}

export function containerOf(objects: KubernetesObject[]) {
  const [container, ...others] = podOf(objects).containers;
  if (!container || others.length > 0) throw new Error('there is to be one container');
  return container;
}

export function envOf(objects: KubernetesObject[], name: string) {
  return containerOf(objects).env?.find((each) => each.name === name)?.value;
}
