import type { KubeClient } from '../../kube/client.js';
import type { CheckName, Finding } from '../finding.js';
import { type Attributes, attributesText, mayI } from './reviews.js';

/** What doctor itself asks the cluster for. docs/doctor.md has it as a ClusterRole. */
const READS: readonly (Attributes & { checks: readonly CheckName[] })[] = [
  ...['awsaccounts', 'cidrsets', 'privatelinkendpoints', 'runnerpools'].map((resource) => ({
    verb: 'list',
    group: 'sallyport.dev',
    resource,
    checks: ['accounts', 'add-ons'] as const,
  })),
  {
    verb: 'get',
    group: '',
    resource: 'namespaces',
    name: 'kube-system',
    checks: ['permissions', 'quotas'],
  },
  { verb: 'get', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', checks: ['crds', 'add-ons'] },
  { verb: 'list', group: 'coordination.k8s.io', resource: 'leases', checks: ['operator'] },
  { verb: 'get', group: '', resource: 'pods', checks: ['operator'] },
  { verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews', checks: ['operator'] },
  { verb: 'list', group: '', resource: 'services', namespace: 'kube-system', checks: ['dns'] },
  { verb: 'list', group: '', resource: 'pods', namespace: 'kube-system', checks: ['dns'] },
  { verb: 'get', group: '', resource: 'configmaps', namespace: 'kube-system', checks: ['dns'] },
  { verb: 'list', group: 'apps', resource: 'deployments', checks: ['add-ons'] },
];

/** Those that the caller may not make. @throws KubeError */
export async function observeAccess(client: KubeClient, signal: AbortSignal): Promise<typeof READS> {
  const allowed = await Promise.all(READS.map(({ checks, ...attributes }) => mayI(client, attributes, signal)));
  return READS.filter((_, index) => !allowed[index]);
}

export function accessFindings(denied: typeof READS): Finding[] {
  const about = { check: 'access', subject: 'your own permissions' } as const;
  if (denied.length === 0) return [{ ...about, level: 'ok', message: 'you may read all that is looked at' }];
  const what = denied.map(attributesText).join(', ');
  const checks = [...new Set(denied.flatMap((each) => each.checks))].join(', ');
  return [
    {
      ...about,
      level: 'unchecked',
      message: `you may not ${what}, which ${checks} would take`,
      next: 'ask for the ClusterRole sallyport-doctor, docs/doctor.md',
    },
  ];
}
