import { expect, it } from '@jest/globals';
import { type Condition, conditionSet, type Finding } from '../../../src/kube/conditions.js';
import { configMap } from './config-maps.js';

const conditions = conditionSet('SourcesComplete', 'InSync');
const object = (...former: Condition[]) => ({
  ...configMap('office', { generation: 3 }),
  status: { conditions: former },
});
const yes: Finding = { status: 'True', reason: 'Yes', message: 'fine' };
const no: Finding = { status: 'False', reason: 'AccountDenied', message: 'team-b is closed' };
const alsoNo: Finding = { status: 'False', reason: 'Drift', message: 'two rules are missing' };
const unknown: Finding = { status: 'Unknown', reason: 'NotYet', message: 'wait' };
const now = '2026-11-21T09:00:00Z';

it.each<{ when: string; findings: Parameters<typeof conditions>[0]['findings']; status: string; reason: string }>([
  { when: 'all is well', findings: { SourcesComplete: yes, InSync: yes }, status: 'True', reason: 'Ready' },
  { when: 'one is False', findings: { SourcesComplete: yes, InSync: no }, status: 'False', reason: no.reason },
  {
    when: 'one is unknown',
    findings: { SourcesComplete: unknown, InSync: yes },
    status: 'Unknown',
    reason: unknown.reason,
  },
  {
    when: 'one is False, one unknown',
    findings: { SourcesComplete: unknown, InSync: no },
    status: 'False',
    reason: no.reason,
  },
  { when: 'all are False', findings: { SourcesComplete: no, InSync: alsoNo }, status: 'False', reason: no.reason },
  { when: 'one was not looked at', findings: { InSync: yes }, status: 'Unknown', reason: 'AwaitingReconciliation' },
])('Ready is $status ($reason) when $when', ({ findings, status, reason }) => {
  expect(conditions({ object: object(), findings, now })[0]).toMatchObject({ type: 'Ready', status, reason });
});

it('lists Ready, then the dependents as declared, each about the generation at hand', () => {
  const found = conditions({ object: object(), findings: { InSync: yes, SourcesComplete: no }, now });
  expect(found.map(({ type }) => type)).toEqual(['Ready', 'SourcesComplete', 'InSync']);
  for (const condition of found) expect(condition).toMatchObject({ observedGeneration: 3, lastTransitionTime: now });
  expect(found[1]).toMatchObject(no);
});

it('tells Ready in the words it is given', () => {
  const ready = { reason: 'PartialSources', message: 'Adding only' };
  const found = conditions({ object: object(), findings: { InSync: yes, SourcesComplete: no }, ready, now });
  expect(found[0]).toMatchObject({ status: 'False', ...ready });
});

it('keeps the time of a transition while the status is the same, whatever else changes', () => {
  const earlier = '2026-11-20T00:00:00Z';
  const former = conditions({ object: object(), findings: { SourcesComplete: no, InSync: yes }, now: earlier });
  const next = conditions({
    object: object(...former),
    findings: { SourcesComplete: { ...no, message: 'other' }, InSync: no },
    now,
  });
  expect(next.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
    ['Ready', earlier],
    ['SourcesComplete', earlier],
    ['InSync', now],
  ]);
});
