import { expect, it } from '@jest/globals';
import type { AwsAccount } from '../../../src/api/aws-account.gen.js';
import type { CidrSet } from '../../../src/api/cidr-set.gen.js';
import { Estate } from '../../../src/cidr-set/estate.js';
import type { ScopeReport, SetReport } from '../../../src/cidr-set/report.js';
import { Store } from '../../../src/kube/store.js';

const scope = { account: 'shared', accountId: '111111111111', region: 'eu-west-1' };

function setReport(rules: number): SetReport {
  return { groups: 1, targets: {}, rules, foreignRules: 0, ownedRules: rules, problems: [], pending: [] };
}

function scopeReport(more: Partial<ScopeReport> = {}): ScopeReport {
  const digests = new Map([
    ['office', 'as asked'],
    ['vpn', 'as asked'],
  ]);
  return { scope, digests, sets: new Map([...digests.keys()].map((set) => [set, setReport(3)])), ...more };
}

it.each<[what: string, report: ScopeReport, about: string[]]>([
  ['nothing new', scopeReport(), []],
  ['other rules', scopeReport({ sets: new Map(scopeReport().sets).set('vpn', setReport(2)) }), ['vpn']],
  ['another wish', scopeReport({ digests: new Map(scopeReport().digests).set('office', 'otherwise') }), ['office']],
  ['a failure', scopeReport({ error: { reason: 'AccountDenied', message: 'no' } }), ['office', 'vpn']],
  ['another scope', scopeReport({ scope: { ...scope, region: 'us-east-1' } }), ['office', 'vpn']],
])('knows which sets a report with %s is news about', (_, report, about) => {
  const sets = new Store<CidrSet>({});
  for (const name of ['office', 'vpn']) sets.set({ metadata: { name } } as CidrSet);
  const estate = new Estate(sets, new Store<AwsAccount>({}));
  expect(estate.keep(scopeReport())).toEqual(['office', 'vpn']);
  expect(estate.keep(report)).toEqual(about);
});
