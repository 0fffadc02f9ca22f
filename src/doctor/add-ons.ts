import type { KubeClient } from '../kube/client.js';
import { deployments, type Deployment as OwnDeployment } from '../kube/owned/resources.js';
import { objectKey, type Resource } from '../kube/resource.js';
import type { Declared } from '../plan/merge.js';
import { certificates } from '../proxy/deployment/objects.js';
import { ec2nodeclasses, nodepools } from '../runner-pool/karpenter/objects.js';
import { type Crd, customResourceDefinitions } from './cluster/crds.js';
import type { Finding } from './finding.js';
import { tagOf } from './image.js';

/** What RunnerPools are written for: tools/go/karpenter builds with it. */
export const KARPENTER_VERSION = '1.14';

interface Deployment extends OwnDeployment {
  spec: OwnDeployment['spec'] & { template: { spec: { containers: { image?: string }[] } } };
}

/** A program of others that resources need in the cluster. */
interface AddOn {
  name: string;
  /** Of its Deployment: app.kubernetes.io/name. */
  label: string;
  /** Kinds that it brings, in the version that is used. */
  kinds: readonly Resource[];
  install: string;
  /** Which of the resources need it. */
  neededBy(declared: Declared): string[];
}

const addOns: readonly AddOn[] = [
  {
    name: 'Karpenter',
    label: 'karpenter',
    kinds: [nodepools, ec2nodeclasses],
    install: 'https://karpenter.sh/docs/getting-started/',
    neededBy: ({ pools }) =>
      pools.filter(({ spec }) => spec.nodes.provisioner === 'Karpenter').map(({ metadata }) => objectKey(metadata)),
  },
  {
    name: 'cert-manager',
    label: 'cert-manager',
    kinds: [certificates],
    install: 'https://cert-manager.io/docs/installation/',
    neededBy: ({ endpoints }) =>
      endpoints.filter(({ spec }) => spec.proxy?.certificate.issuerRef).map(({ metadata }) => objectKey(metadata)),
  },
  {
    name: 'AWS Load Balancer Controller',
    label: 'aws-load-balancer-controller',
    kinds: [],
    install: 'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/',
    neededBy: ({ endpoints }) =>
      endpoints
        .filter(({ spec }) => spec.proxy?.loadBalancer.class === 'service.k8s.aws/nlb')
        .map(({ metadata }) => objectKey(metadata)),
  },
];

/** What the cluster has of one that is needed. */
export interface AddOnFacts {
  name: string;
  install: string;
  neededBy: readonly string[];
  /** By plural, e.g. `nodepools.karpenter.sh/v1`; those that are not served. */
  missingKinds: readonly string[];
  /** Undefined: no Deployment has its label. */
  deployment?: { key: string; available: number; version?: string };
}

/** Of those that the resources need. @throws KubeError */
export async function observeAddOns(
  client: KubeClient,
  declared: Declared,
  signal: AbortSignal,
): Promise<AddOnFacts[]> {
  const needed = addOns.filter(({ neededBy }) => neededBy(declared).length > 0);
  return Promise.all(
    needed.map(async ({ name, label, kinds, install, neededBy }) => {
      const labelSelector = `app.kubernetes.io/name=${label}`;
      const [{ items }, served] = await Promise.all([
        client.list(deployments as Resource<Deployment>, { labelSelector, signal }),
        Promise.all(kinds.map((kind) => isServed(client, kind, signal))),
      ]);
      const missingKinds = kinds.filter((_, index) => !served[index]).map(kindText);
      const deployment = items[0] && deploymentFacts(items[0]);
      return { name, install, neededBy: neededBy(declared), missingKinds, ...(deployment && { deployment }) };
    }),
  );
}

async function isServed(
  client: KubeClient,
  { plural, group, version }: Resource,
  signal: AbortSignal,
): Promise<boolean> {
  const crd: Crd | undefined = await client.get(customResourceDefinitions, { name: `${plural}.${group}` }, { signal });
  return crd?.spec.versions.some((each) => each.name === version && each.served) ?? false;
}

function kindText({ plural, group, version }: Resource): string {
  return `${plural}.${group}/${version}`;
}

function deploymentFacts({ metadata, spec, status }: Deployment): NonNullable<AddOnFacts['deployment']> {
  const version = tagOf(spec.template.spec.containers[0]?.image ?? '');
  return { key: objectKey(metadata), available: status?.availableReplicas ?? 0, ...(version && { version }) };
}

export function addOnFindings(facts: readonly AddOnFacts[]): Finding[] {
  if (facts.length > 0) return facts.map(addOnFinding);
  return [
    { check: 'add-ons', subject: 'add-ons', level: 'ok', message: 'no resource needs another program in the cluster' },
  ];
}

function addOnFinding({ name, install, neededBy, missingKinds, deployment }: AddOnFacts): Finding {
  const about = { check: 'add-ons', subject: name } as const;
  const [first = '', ...more] = neededBy;
  const who = more.length > 0 ? `${first} and ${more.length} more need` : `${first} needs`;
  if (missingKinds.length > 0) {
    return {
      ...about,
      level: 'failure',
      message: `${who} ${name}, and the cluster doesn't serve ${missingKinds.join(', ')}`,
      next: `install it: ${install}`,
    };
  }
  if (!deployment) {
    const message = `${who} ${name}, and no Deployment here has its label; it may run elsewhere`;
    return { ...about, level: 'warning', message, next: `where it doesn't run, install it: ${install}` };
  }
  const { key, available, version } = deployment;
  if (available === 0) {
    const [namespace, workload] = key.split('/');
    const next = `kubectl describe deployment ${workload} -n ${namespace}`;
    return { ...about, level: 'failure', message: `${who} ${name}, and no pod of ${key} is available`, next };
  }
  const running = [name, version].filter(Boolean).join(' ');
  if (name === 'Karpenter' && version && !isOf(version, KARPENTER_VERSION)) {
    const message = `${running} runs; RunnerPools are written for ${KARPENTER_VERSION}, and may tell wrongly which nodes a change replaces`;
    return { ...about, level: 'note', message, next: 'see whether there is a newer Sallyport' };
  }
  return { ...about, level: 'ok', message: `${running} runs` };
}

function isOf(version: string, minor: string): boolean {
  return version === minor || version.startsWith(`${minor}.`);
}
