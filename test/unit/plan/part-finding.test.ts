import { describe, expect, it } from '@jest/globals';
import { createColors } from 'picocolors';
import type { RunnerPool } from '../../../src/api/runner-pool.gen.js';
import type { OwnedOperation, Seen } from '../../../src/kube/owned/plan.js';
import { configMaps, deployments, services } from '../../../src/kube/owned/resources.js';
import { type Resource, typeOf } from '../../../src/kube/resource.js';
import { planMarkdown } from '../../../src/plan/markdown.js';
import type { PartFinding } from '../../../src/plan/part-finding.js';
import { planText } from '../../../src/plan/text.js';
import { runnerPool } from '../../support/runner-pools.js';
import { resource } from '../private-link-endpoint/world.js';
import { reportOf } from './build.js';

const gitlab = resource({});
const ref = { namespace: 'ci', name: 'gitlab-proxy' };

function seen(kind: Resource, isThere: boolean): Seen {
  const object = { ...typeOf(kind), metadata: ref };
  return { resource: kind, ref, ...(isThere && { object }), written: false, contested: false };
}
function operation(kind: Resource, action: OwnedOperation['action'], isThere = true, changed: string[] = []) {
  return { action, seen: seen(kind, isThere), changed, repairs: false };
}
function finding(more: Partial<PartFinding> = {}): PartFinding {
  return { owner: gitlab, now: { operations: [] }, problems: [], seen: [], ...more };
}
function text(...parts: PartFinding[]): string {
  return planText(reportOf([], { parts }), createColors(false));
}

it('nothing in the cluster changes nothing of what is told', () => {
  expect(text(finding())).toBe(text());
  expect(JSON.stringify(reportOf([], { parts: [finding()] }))).toBe(JSON.stringify(reportOf([])));
});

it('in sync, it counts what there is', () => {
  expect(text(finding({ seen: [seen(services, true), seen(deployments, true), seen(configMaps, false)] }))).toBe(
    'In sync: 0 groups, 2 cluster objects, 0 rules of this install. 9 calls.\n',
  );
});

it('has each object, with the fields that change, and what comes later', () => {
  const now = {
    operations: [
      operation(services, 'Apply', false),
      operation(deployments, 'Apply', true, ['metadata.annotations.sallyport.dev/digest', 'spec.replicas']),
    ],
  };
  const report = text(finding({ now, later: { operations: [operation(configMaps, 'Delete')] } }));
  expect(report).toBe(
    [
      'in the cluster',
      '  ci/gitlab-proxy',
      '    + Service     ci/gitlab',
      '    ~ Deployment  ci/gitlab (spec.replicas)',
      '    - ConfigMap   ci/gitlab (once the step before is done)',
      '',
      '0 accounts, 0 account regions, 0 groups, 0 rules of this install read with 9 calls.',
      'Plan: 1 to add, 1 to change, 1 to remove, 0 groups over quota.',
      '',
    ].join('\n'),
  );
});

it.each<[line: string, operation: OwnedOperation]>([
  [
    '~ ConfigMap  ci/gitlab (some fields go)',
    operation(configMaps, 'Apply', true, ['metadata.annotations.sallyport.dev/digest']),
  ],
  ['/ ConfigMap  ci/gitlab', operation(configMaps, 'Release')],
  ['- ConfigMap  ci/gitlab', operation(configMaps, 'Delete')],
])('%s', (line, each) => {
  expect(text(finding({ now: { operations: [each] } }))).toContain(`    ${line}\n`);
});

describe('the Corefile', () => {
  const before = '.:53 {\n    errors\n    errors\n}\n';
  const lines = ['z.example.com', 'a.example.com'].map(
    (host) => `    rewrite stop name exact ${host} private # managed by sallyport.dev: ci/gitlab\n`,
  );
  const after = before.replace('{\n', `{\n${lines.join('')}`);
  const edited = (one: string, other: string) =>
    text(
      finding({ now: { operations: [], edits: [{ configMap: 'kube-system/coredns', before: one, after: other }] } }),
    );

  it('has the lines that come, in their order, and no others', () => {
    expect(edited(before, after)).toContain(
      [
        'in the cluster',
        '  kube-system/coredns',
        '    + rewrite stop name exact z.example.com private  ci/gitlab',
        '    + rewrite stop name exact a.example.com private  ci/gitlab',
        '',
      ].join('\n'),
    );
    expect(edited(before, after)).toContain('Plan: 2 to add, 0 to change, 0 to remove,');
  });

  it('has those that go, each as often as it goes', () => {
    expect(edited(after, before)).toContain('Plan: 0 to add, 0 to change, 2 to remove,');
    expect(edited(before, before.replace('    errors\n', ''))).toContain('Plan: 0 to add, 0 to change, 1 to remove,');
    expect(edited('one\ntwo\n', 'two\none\n')).toContain('    ~ the same lines, in another order  ci/gitlab\n');
  });

  it('is grouped in a comment, too', () => {
    const edits = [{ configMap: 'kube-system/coredns', before, after }];
    const markdown = planMarkdown(reportOf([], { parts: [finding({ now: { operations: [], edits } })] }));
    expect(markdown).toContain('<summary>in the cluster: 2 changes</summary>');
    expect(markdown).toContain('\n+    rewrite stop name exact z.example.com private  ci/gitlab\n');
  });
});

it.each<[held: boolean, what: string, change: Parameters<typeof resource>[0], deleted: boolean]>([
  [true, 'mode Plan', { spec: { mode: 'Plan' } }, false],
  [false, 'mode Enforce', {}, false],
  [false, 'mode Plan, deleted', { spec: { mode: 'Plan' } }, true],
])('held is %s in %s', (held, _, change, deleted) => {
  const owner = resource(change);
  if (deleted) owner.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  const { summary } = reportOf([], {
    parts: [finding({ owner, now: { operations: [operation(services, 'Apply', false)] } })],
  });
  expect(summary).toMatchObject({ add: held ? 0 : 1, held: held ? 1 : 0, differs: true });
});

describe('a RunnerPool', () => {
  const owner: RunnerPool = runnerPool();
  const replacement = {
    because: ['EC2NodeClass spec.userData'],
    count: 3,
    nodeClaims: ['a', 'b', 'c'],
    when: 'at most 10% at once',
  };

  it('says which nodes go, unless it has to be asked to let them', () => {
    const words = '! ci/builders: EC2NodeClass spec.userData replaces 3 nodes, at most 10% at once\n';
    expect(text(finding({ owner, replacement }))).toContain(words);
    const problems = [{ reason: 'ReplacementHeld', message: 'would replace 3 nodes' }];
    const asked = text(finding({ owner, problems, replacement: { ...replacement, confirm: 'abcd' } }));
    expect(asked).not.toContain(words);
    expect(asked).toContain('! ci/builders: would replace 3 nodes\n');
  });

  it('differs while something is wrong with it, and is named in what programs read', () => {
    const problems = [{ reason: 'SecretMissing', message: 'there is no Secret' }];
    const now = { operations: [operation(services, 'Apply', false)] };
    const report = reportOf([], { parts: [finding({ owner, problems, now })] });
    expect(report.runnerPools).toEqual([{ name: 'ci/builders', problems }]);
    expect(report.summary.differs).toBe(true);
    expect(report.scopes).toMatchObject([
      { objects: [{ target: 'clusterObjects', changes: [{ sign: '+', noun: 'Service', runnerPool: 'ci/builders' }] }] },
    ]);
  });
});

it('what is wrong with a PrivateLinkEndpoint in AWS and in the cluster stands under one name', () => {
  const one = finding({ problems: [{ reason: 'A', message: 'one' }] });
  const other = finding({ problems: [{ reason: 'B', message: 'other', waits: true }], left: ['rewrites'] });
  const report = reportOf([], { parts: [one, other] });
  expect(report.privateLinkEndpoints).toEqual([
    { name: 'ci/gitlab', problems: [...one.problems, ...other.problems], left: ['rewrites'] },
  ]);
  expect(text(one, other)).toContain('! ci/gitlab: one\n! ci/gitlab: left behind: rewrites\n');
});

it('without a cluster, it says whose part there is not planned for, and is as it was else', () => {
  const named = planText(reportOf([], { withoutCluster: ['ci/gitlab', 'ci/builders'] }), createColors(false));
  expect(named).toBe(`ci/gitlab, ci/builders: the part in the cluster is not planned for without one.\n${text()}`);
  expect(reportOf([], { withoutCluster: [] })).toEqual(reportOf([]));
});
