import { describe, expect, it } from '@jest/globals';
import type { RunnerPool, RunnerPoolSpec } from '../../../../src/api/runner-pool.gen.js';
import type { Seen } from '../../../../src/kube/owned/plan.js';
import { type KubeObject, typeOf } from '../../../../src/kube/resource.js';
import { previewOf, replacementHeld } from '../../../../src/runner-pool/nodes/guard.js';
import { nodesWish } from '../../../../src/runner-pool/nodes/wish.js';
import { runnerPool } from '../../../support/runner-pools.js';

type Karpenter = NonNullable<RunnerPoolSpec['nodes']['karpenter']>;
type Disruption = NonNullable<Karpenter['disruption']>;

function pool(karpenter: Partial<Karpenter> = {}, disruption: Partial<Disruption> = {}): RunnerPool {
  const least: Karpenter = {
    ami: { alias: 'bottlerocket@v1.50.0' },
    role: 'ci-nodes',
    subnets: { tags: { role: 'runners' } },
    securityGroups: { tags: { role: 'runners' } },
    expireAfter: '720h',
    disruption: { consolidateAfter: '5m', replacement: 'OnConfirm', ...disruption },
  };
  return runnerPool({ nodes: { karpenter: { ...least, ...karpenter } } });
}

function claims(...names: string[]): KubeObject[] {
  return names.map((name) => ({ apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim', metadata: { name } }));
}

/** What becomes of nodes that were made by `before`. */
function preview(after: RunnerPool, nodeClaims = claims('b', 'a'), before = pool()) {
  const [desired, live] = [after, before].map(
    (each) => nodesWish({ pool: each, logins: new Map(), problems: [] }).desired,
  );
  const seen = (live ?? []).map(({ resource, metadata, fields }): Seen => {
    const object = { ...typeOf(resource), metadata, ...fields };
    return { resource, ref: metadata, object, written: false, contested: false };
  });
  return previewOf({ pool: after, desired: desired ?? [], seen, nodeClaims });
}

function confirmed(of: RunnerPool, value = ''): RunnerPool {
  return { ...of, metadata: { ...of.metadata, annotations: { 'sallyport.dev/confirm-replacement': value } } };
}

describe('nothing is held', () => {
  it.each<[why: string, what: ReturnType<typeof preview>]>([
    ['where nothing changes', preview(pool())],
    ['where limits change', preview(pool({ limits: { cpu: '9' } }))],
    ['where there are no nodes', preview(pool({ role: 'other' }), [])],
  ])('%s', (_why, what) => {
    expect(what).toBeUndefined();
    expect(replacementHeld(pool(), what)).toBeUndefined();
  });

  it('within budgets, and what goes is told', () => {
    const after = pool({ role: 'other' }, { replacement: 'WithinBudgets' });
    const what = preview(after);
    expect(what).toEqual({
      because: ['EC2NodeClass spec.role'],
      count: 2,
      nodeClaims: ['a', 'b'],
      when: 'at most 10% at once',
    });
    expect(replacementHeld(after, what)).toBeUndefined();
  });
});

describe('a replacement waits', () => {
  const after = pool({ role: 'other' });
  const { confirm = '' } = preview(after) ?? {};

  it('for a yes', () => {
    expect(replacementHeld(after, preview(after))).toEqual({
      reason: 'ReplacementHeld',
      message: `EC2NodeClass spec.role would replace 2 nodes. To let them go: kubectl annotate --overwrite runnerpool -n ci builders sallyport.dev/confirm-replacement=${confirm}`,
    });
    expect(preview(confirmed(after, `00000000, ${confirm}`))?.confirm).toBeUndefined();
  });

  it('where the yes was to another change', () => {
    expect(preview(confirmed(pool({ role: 'third' }), confirm))?.confirm).toMatch(/^[0-9a-f]{8}$/);
  });
});

it.each<[budgets: Disruption['budgets'], when: string]>([
  [undefined, 'at most 10% at once'],
  [[{ nodes: '1' }], 'at most 1 at once'],
  [
    [{ nodes: '0', schedule: '0 6 * * *', duration: '16h', reasons: ['Drifted'] }, { nodes: '20%' }],
    'at most 0 from "0 6 * * *" UTC for 16h, 20% at once',
  ],
  [[{ nodes: '1', reasons: ['Empty'] }], 'all at once'],
])('when they go is told by the budgets: %j', (budgets, when) => {
  const disruption = { replacement: 'WithinBudgets' as const, ...(budgets && { budgets }) };
  expect(preview(pool({ role: 'other' }, disruption))?.when).toBe(when);
});

it('where just some may have to go, that is told', () => {
  expect(
    preview(pool({ requirements: [{ key: 'team', operator: 'Exists' }] }, { replacement: 'WithinBudgets' })),
  ).toMatchObject({
    because: ['NodePool spec.template.spec.requirements'],
    when: 'those that no longer fit, at most 10% at once',
  });
});
