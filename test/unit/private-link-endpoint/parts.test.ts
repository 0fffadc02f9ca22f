import { describe, expect, it } from '@jest/globals';
import type { PrivateLinkEndpoint } from '../../../src/api/private-link-endpoint.gen.js';
import { type PartReport, Reports } from '../../../src/kube/reports.js';
import { type PartReports, partsOf } from '../../../src/private-link-endpoint/parts.js';
import { statusOf } from '../../../src/private-link-endpoint/status.js';
import { planOf, resource } from './world.js';

const now = '2026-11-21T15:00:00Z';
const well = { status: 'True', reason: 'Verified', message: '2 of 2 resolvers' } as const;
const shut = { status: 'False', reason: 'RolledBack', message: 'coredns-1 has another address' } as const;
type Report = PartReport<{ mode?: string }>;

function intercepting(change: Parameters<typeof resource>[0] = {}): PrivateLinkEndpoint {
  const object = resource({
    ...change,
    spec: { interception: { mode: 'ClusterDNS', jobDns: { image: 'coredns', replicas: 2 } }, ...change.spec },
  });
  return { ...object, metadata: { ...object.metadata, generation: 2 } };
}

/** `Ready True Ready`, but for the AWS side's own. */
function told(object: PrivateLinkEndpoint, ...heard: (Report | undefined)[]): string[] {
  const parts: Required<PartReports> = { proxy: new Reports(), interception: new Reports() };
  for (const report of heard) parts.interception.keep('ci/gitlab', report);
  const status = statusOf({ object, plan: planOf(), outcomes: [], now, parts: partsOf(object, parts) });
  const texts = (status.conditions ?? []).map(({ type, status: is, reason }) => `${type} ${is} ${reason}`);
  return texts.filter((text) => !/^(Service|Endpoints|Records)Ready/.test(text));
}

const report: Report = { generation: 2, finding: well, status: { mode: 'ClusterDNS' } };

describe('Ready', () => {
  it.each<[what: string, object: PrivateLinkEndpoint, heard: (Report | undefined)[], told: string[]]>([
    ['needs no part that is not declared', resource(), [], ['Ready True Ready']],
    [
      'awaits a part',
      intercepting(),
      [],
      ['Ready Unknown AwaitingReconciliation', 'Intercepted Unknown AwaitingReconciliation'],
    ],
    ['is True with it', intercepting(), [report], ['Ready True Ready', 'Intercepted True Verified']],
    [
      'is False with its reason',
      intercepting(),
      [{ ...report, finding: shut }],
      ['Ready False RolledBack', 'Intercepted False RolledBack'],
    ],
    [
      'awaits the generation that is declared now',
      intercepting(),
      [{ ...report, generation: 1 }],
      ['Ready Unknown AwaitingReconciliation', 'Intercepted Unknown AwaitingReconciliation'],
    ],
    ['needs no part that has gone', resource(), [report, undefined], ['Ready True Ready']],
  ])('%s', (_what, object, heard, expected) => {
    expect(told(object, ...heard)).toEqual(expected);
  });
});

it('tells a part as it was until its controller has looked', () => {
  const conditions = [{ type: 'Intercepted', ...well, observedGeneration: 2, lastTransitionTime: now }];
  const object = intercepting({ status: { interception: { mode: 'ClusterDNS' }, conditions } });
  expect(told(object)).toEqual(['Ready True Ready', 'Intercepted True Verified']);
  expect(told(object, { ...report, finding: shut })).toContain('Ready False RolledBack');
  expect(partsOf(object, { proxy: new Reports(), interception: new Reports() }).interception?.status).toEqual({
    mode: 'ClusterDNS',
  });
});

it('knows what is news', () => {
  const reports = new Reports<{ mode?: string }>();
  expect(reports.keep('a', undefined)).toBe(true);
  expect(reports.keep('a', undefined)).toBe(false);
  expect(reports.keep('a', report)).toBe(true);
  expect(reports.keep('a', { ...report })).toBe(false);
});
