import { expect, it } from '@jest/globals';
import type { Problem } from '../../../../src/api/problem.js';
import type { Seen } from '../../../../src/kube/owned/plan.js';
import { type Deployment, deployments } from '../../../../src/kube/owned/resources.js';
import { managerReport } from '../../../../src/runner-pool/manager/report.js';
import { managedPool } from '../../../support/runner-managers.js';

const up: Deployment['status'] = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const stuck = [{ type: 'Progressing', status: 'False', message: 'ReplicaSet "x" has timed out progressing.' }];

function reportOf(status?: Deployment['status'], problems: Problem[] = [], notes: string[] = []): string {
  const ref = { namespace: 'ci', name: 'builders-manager' };
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...ref, generation: 1 },
    spec: { replicas: 1 },
  };
  const seen: Seen[] = [
    {
      resource: deployments,
      ref,
      written: true,
      contested: false,
      ...(status && { object: { ...object, status } as Deployment }),
    },
  ];
  const room = { seen, operations: [], outcomes: [], problems };
  const { finding, status: told } = managerReport({ pool: managedPool(), room, notes });
  return `${told.manager?.pods} ${finding.status} ${finding.reason}: ${finding.message}`;
}

it.each<[what: string, told: string, expected: string]>([
  ['its pod answers', reportOf(up), '1/1 True Ready: takes jobs from https://gitlab.example.com'],
  [
    'its config has unknown keys',
    reportOf(up, [], ['x is no key']),
    '1/1 True Ready: takes jobs from https://gitlab.example.com; x is no key',
  ],
  ['there is none', reportOf(), '0/0 False RollingOut: Deployment ci/builders-manager is not there yet'],
  [
    'its pod does not answer',
    reportOf({ ...up, availableReplicas: 0 }),
    '0/1 False RollingOut: Deployment ci/builders-manager has 0/1 pods',
  ],
  [
    'its pod does not come up',
    reportOf({ ...up, availableReplicas: 0, conditions: stuck }),
    '0/1 False RolloutStuck: Deployment ci/builders-manager has 0/1 pods: ReplicaSet "x" has timed out progressing.; kubectl describe pods -n ci -l app.kubernetes.io/name=gitlab-runner,app.kubernetes.io/instance=builders,app.kubernetes.io/component=manager says why',
  ],
  [
    'its Secret is gone, and it runs all the same',
    reportOf(up, [
      { reason: 'SecretMissing', message: 'there is no Secret' },
      { reason: 'Other', message: 'other' },
    ]),
    '1/1 False SecretMissing: there is no Secret (and 1 more)',
  ],
])('%s', (_what, told, expected) => {
  expect(told).toBe(expected);
});
