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
const unknown: Finding = { status: 'Unknown', reason: 'NotYet', message: 'wait' };
const now = '2026-11-21T09:00:00Z';

it.each`
  what                             | findings                                                  | status       | reason
  ${'all is well'}                 | ${{ SourcesComplete: yes, InSync: yes }}                  | ${'True'}    | ${'Ready'}
  ${'one is False'}                | ${{ SourcesComplete: yes, InSync: no }}                   | ${'False'}   | ${'AccountDenied'}
  ${'False outweighs Unknown'}     | ${{ SourcesComplete: unknown, InSync: no }}               | ${'False'}   | ${'AccountDenied'}
  ${'the first False is to blame'} | ${{ SourcesComplete: no, InSync: { ...no, reason: '' } }} | ${'False'}   | ${'AccountDenied'}
  ${'one is Unknown'}              | ${{ SourcesComplete: yes, InSync: unknown }}              | ${'Unknown'} | ${'NotYet'}
  ${'one was not looked at'}       | ${{ SourcesComplete: yes }}                               | ${'Unknown'} | ${'AwaitingReconciliation'}
`('Ready is $status when $what', ({ findings, status, reason }) => {
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
