import type { KubeClient } from '../../kube/client.js';
import type { KubeObject } from '../../kube/resource.js';
import type { ControllerName } from '../../operator/controller-names.js';
import type { Declared } from '../../plan/merge.js';
import { enabledControllers } from '../controllers.js';
import type { Finding } from '../finding.js';
import type { InstallFacts } from './operator.js';
import { type Attributes, attributesText, mayAccount } from './reviews.js';

interface Right extends Attributes {
  /** Absent: whichever run. */
  controller?: ControllerName;
}

const group = 'sallyport.dev';
const kinds = [
  ['aws-account', 'awsaccounts'],
  ['cidr-set', 'cidrsets'],
  ['private-link-endpoint', 'privatelinkendpoints'],
  ['runner-pool', 'runnerpools'],
] as const;

/**
 * What the service account must be allowed: not all that is in its roles, but of each what tells whether it is bound, and where.
 * @param namespace the operator's
 */
function rightsFor({ sets, endpoints, pools }: Declared, namespace: string): Right[] {
  const targets = (name: 'networkPolicies' | 'configMaps') =>
    sets.flatMap(({ spec }): { namespace: string }[] => spec.targets?.[name] ?? []);
  const created = { verb: 'create' } as const;
  const toDns = { controller: 'interception', group: '', namespace: 'kube-system' } as const;
  const toNodes = { controller: 'runner-pool', verb: 'patch' } as const;
  const proxies = endpoints.filter(({ spec }) => spec.proxy);
  const intercepted = endpoints.filter(({ spec }) => spec.interception);
  const managers = pools.filter(({ spec }) => spec.gitlab);
  const karpenter = pools.filter(({ spec }) => spec.nodes.provisioner === 'Karpenter');
  return [
    ...kinds.flatMap(([controller, resource]): Right[] => [
      { verb: 'watch', group, resource },
      { controller, verb: 'patch', group, resource, subresource: 'status' },
    ]),
    { verb: 'patch', group: 'coordination.k8s.io', resource: 'leases', name: 'sallyport', namespace },
    { controller: 'cidr-set', verb: 'patch', group: '', resource: 'configmaps', namespace },
    ...inEach(targets('networkPolicies'), {
      ...created,
      controller: 'cidr-set',
      group: 'networking.k8s.io',
      resource: 'networkpolicies',
    }),
    ...inEach(targets('configMaps'), { ...created, controller: 'cidr-set', group: '', resource: 'configmaps' }),
    ...inEach(placesOf(proxies), { ...created, controller: 'proxy', group: 'apps', resource: 'deployments' }),
    ...once(intercepted, { ...toDns, verb: 'list', resource: 'pods' }),
    ...once(intercepted, { ...toDns, verb: 'get', resource: 'configmaps', name: 'coredns-custom' }),
    ...once(pools, { ...toNodes, group: '', resource: 'nodes' }),
    ...once(karpenter, { ...toNodes, group: 'karpenter.sh', resource: 'nodepools' }),
    ...once(karpenter, { ...toNodes, group: 'karpenter.k8s.aws', resource: 'ec2nodeclasses' }),
    ...inEach(placesOf(managers), {
      ...created,
      controller: 'runner-pool',
      group: 'rbac.authorization.k8s.io',
      resource: 'rolebindings',
    }),
  ];
}

function placesOf(objects: readonly KubeObject[]): { namespace: string }[] {
  return objects.map(({ metadata }) => ({ namespace: metadata.namespace ?? '' }));
}

/** In the namespaces of those that need it. */
function inEach(needing: readonly { namespace: string }[], right: Right): Right[] {
  return [...new Set(needing.map(({ namespace }) => namespace))].map((namespace) => ({ ...right, namespace }));
}

function once(needing: readonly unknown[], right: Right): Right[] {
  return needing.length > 0 ? [right] : [];
}

export interface RightsFacts {
  /** `ci/sallyport` */
  serviceAccount: string;
  denied: readonly Attributes[];
}

/** Of the install's pod; undefined where it can't be seen. @throws KubeError */
export async function observeRights(
  client: KubeClient,
  install: InstallFacts,
  declared: Declared,
  signal: AbortSignal,
): Promise<RightsFacts | undefined> {
  const { pod } = install;
  if (!pod) return undefined;
  const { namespace = '' } = pod.metadata;
  const account = { namespace, name: pod.spec.serviceAccountName ?? 'default' };
  const enabled = enabledControllers([install]);
  const needed = rightsFor(declared, namespace).filter(({ controller }) => !controller || enabled.includes(controller));
  const allowed = await Promise.all(
    needed.map(({ controller, ...attributes }) => mayAccount(client, account, attributes, signal)),
  );
  return { serviceAccount: `${namespace}/${account.name}`, denied: needed.filter((_, index) => !allowed[index]) };
}

export function rightsFindings({ serviceAccount, denied }: RightsFacts): Finding[] {
  const about = { check: 'operator', subject: `ServiceAccount ${serviceAccount}` } as const;
  const user = `system:serviceaccount:${serviceAccount.replace('/', ':')}`;
  if (denied.length === 0) {
    return [{ ...about, level: 'ok', message: `${serviceAccount} may do in the cluster what was asked about` }];
  }
  return denied.map((attributes): Finding => {
    const { verb, group, resource, subresource, namespace: where } = attributes;
    const flags = [subresource && `--subresource=${subresource}`, where ? `-n ${where}` : '-A', `--as=${user}`];
    const question = [verb, group ? `${resource}.${group}` : resource, ...flags].filter(Boolean).join(' ');
    return {
      ...about,
      level: 'failure',
      message: `the operator's ${serviceAccount} may not ${attributesText(attributes)}`,
      next: `see the chart's values for its controller, docs/install.md; then kubectl auth can-i ${question}`,
    };
  });
}
