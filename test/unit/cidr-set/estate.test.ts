import { expect, it } from '@jest/globals';
import type { AwsAccount } from '../../../src/api/aws-account.gen.js';
import type { CidrSet, CidrSetStatus } from '../../../src/api/cidr-set.gen.js';
import { Estate, FINALIZER, type Place } from '../../../src/cidr-set/estate.js';
import { noFacts } from '../../../src/cidr-set/facts.js';
import { failedReport, type ScopeReport, type SetReport } from '../../../src/cidr-set/report.js';
import { Store } from '../../../src/kube/store.js';
import { awsAccount, cidrSet, denial, gitlab, scope } from './resources.js';

function ground(...names: string[]) {
  const sets = new Store<CidrSet>({});
  const accounts = new Store<AwsAccount>({});
  accounts.set(awsAccount('shared', ['eu-west-1', 'us-east-1']));
  for (const name of names) sets.set(named(name));
  return { sets, estate: new Estate(sets, accounts) };
}

function named(name: string, target = {}, finalizers = [FINALIZER]): CidrSet {
  return cidrSet({ ...gitlab(target), cidrs: [{ cidr: '203.0.113.0/24' }] }, { metadata: { name, finalizers } });
}

function setReport(rules: number): SetReport {
  return { ...noFacts(), groups: 1, rules, owned: rules, pending: [] };
}

function scopeReport(more: Partial<ScopeReport> = {}): ScopeReport {
  const digests = new Map([
    ['office', 'as asked'],
    ['vpn', 'as asked'],
  ]);
  const sets = new Map([...digests.keys()].map((set) => [set, setReport(3)]));
  return { scope, digests, sets, failed: new Map(), ...more };
}

it.each<[what: string, report: ScopeReport, about: string[]]>([
  ['nothing new', scopeReport(), []],
  ['other rules', scopeReport({ sets: new Map(scopeReport().sets).set('vpn', setReport(2)) }), ['vpn']],
  ['another wish', scopeReport({ digests: new Map(scopeReport().digests).set('office', 'otherwise') }), ['office']],
  ['a failure', scopeReport({ error: { reason: 'AccountDenied', message: 'no' } }), ['office', 'vpn']],
  ['another scope', scopeReport({ scope: { ...scope, region: 'us-east-1' } }), ['office', 'vpn']],
])('knows which sets a report with %s is news about', (_, report, about) => {
  const { estate } = ground('office', 'vpn');
  expect(estate.keep(scopeReport())).toEqual(['office', 'vpn']);
  expect(estate.keep(report)).toEqual(about);
});

it('knows which places were last looked at with other wishes, or not at all', () => {
  const { estate, sets } = ground('office', 'vpn');
  expect(estate.staleScopes()).toEqual(['shared/eu-west-1', 'shared/us-east-1']);
  for (const place of estate.places()) estate.keep(failedReport(place.scope, estate.wishes(place), denial()));
  expect(estate.staleScopes()).toEqual([]);

  sets.set(named('office', { regions: ['us-east-1'] }));
  expect(estate.staleScopes()).toEqual(['shared/eu-west-1']);
  estate.forget('shared/us-east-1');
  expect(estate.staleScopes().toSorted()).toEqual(['shared/eu-west-1', 'shared/us-east-1']);
  expect(estate.place('shared/ap-south-1')).toBeUndefined();
});

it('lets a set ask for nothing, and lose nothing, until it has our finalizer', () => {
  const { estate, sets } = ground('vpn');
  sets.set(named('office', {}, []));
  const [place] = estate.places();
  const wishes = place && estate.wishes(place);
  expect(
    wishes?.map(({ set, complete, cidrs, targets }) => [set, complete, cidrs.length, Object.keys(targets)]),
  ).toEqual([
    ['office', false, 0, []],
    ['vpn', true, 1, ['securityGroups']],
  ]);
});

it('knows by statuses where sets have something, and where a list is cut what they may have', () => {
  const { estate, sets } = ground();
  const [here, elsewhere] = estate.places() as [Place, Place];
  const made = (name: string, region?: string) => ({
    target: 'prefixLists',
    id: name,
    name,
    entries: 1,
    ...(region && { account: 'shared', region }),
  });
  const listing = (status: CidrSetStatus) => sets.set({ ...named('office'), status });
  const names = (place: Place) => estate.known(place).map(({ name }) => name);

  listing({ objects: [made('a', 'eu-west-1'), made('in the cluster')] });
  expect([names(here), names(elsewhere)]).toEqual([['a'], []]);
  listing({ objects: [made('a', 'eu-west-1'), made('in the cluster')], objectsOmitted: 1 });
  expect([names(here), names(elsewhere)]).toEqual([['a'], ['a']]);
});
