import { expect, it } from '@jest/globals';
import type { RunnerPool } from '../../../../src/api/runner-pool.gen.js';
import type { Node } from '../../../../src/runner-pool/nodes/fleet.js';
import { provenNodes } from '../../../../src/runner-pool/nodes/proven.js';
import { type PoolChanges, runnerPool } from '../../../support/runner-pools.js';

function node(ready: 'True' | 'False', ...keys: string[]): Node {
  const taints = keys.map((key) => ({ key, effect: 'NoSchedule' as const }));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1' },
    spec: { taints },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  };
}

function told(reason?: string, changes?: PoolChanges): RunnerPool {
  const lastTransitionTime = '2026-11-21T09:00:00Z';
  const conditions = reason
    ? [{ type: 'JobsIsolated', status: 'False' as const, reason, message: '', lastTransitionTime }]
    : [];
  return { ...runnerPool(changes), status: { conditions } };
}

const jobs: PoolChanges = { aws: { roleArn: 'arn:aws:iam::111111111111:role/ci-jobs', credentials: 'IRSA' } };
const UNPROVEN = 'sallyport.dev/unproven';

it.each<[what: string, pool: RunnerPool, node: Node, takesJobs: boolean]>([
  ['that is Ready', told(), node('True', UNPROVEN), true],
  ['that is Ready, before it is known whether jobs are isolated', told(undefined, jobs), node('True', UNPROVEN), false],
  ['that is Ready, where nobody can probe', told('NotProbed', jobs), node('True', UNPROVEN), true],
  ['that is Ready, in a pool that was proved', told('Isolated'), node('True', UNPROVEN), true],
  ['that is Ready, where jobs get no role', told('NoRole'), node('True', UNPROVEN), true],
  ['that is not Ready', told(), node('False', UNPROVEN), false],
  ['that takes jobs already', told(), node('True', 'sallyport.dev/runner-pool'), false],
  ['while the probe is under way', told('Probing'), node('True', UNPROVEN), false],
  ["where jobs reach the node's credentials", told('MetadataReachable'), node('True', UNPROVEN), false],
  ['where jobs have another role', told('WrongRole'), node('True', UNPROVEN), false],
])('a node %s', (_what, pool, each, takesJobs) => {
  expect(provenNodes(pool, [each])).toHaveLength(takesJobs ? 1 : 0);
});
