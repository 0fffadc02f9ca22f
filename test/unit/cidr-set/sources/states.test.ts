import { expect, it } from '@jest/globals';
import type { CidrSet } from '../../../../src/api/cidr-set.gen.js';
import type { ScopeSelector } from '../../../../src/cidr-set/selector.js';
import type { Found } from '../../../../src/cidr-set/sources/aws/found.js';
import { Readings } from '../../../../src/cidr-set/sources/readings.js';
import type { AwsSourceKind, Discover, SourceState } from '../../../../src/cidr-set/sources/source.js';
import { askedKinds, selectionProblems, sourceStates } from '../../../../src/cidr-set/sources/states.js';
import { awsAccount, cidrSet } from '../resources.js';
import { described, read, remembered, runners, START, words } from './build.js';

const accounts = [
  awsAccount('shared'),
  awsAccount('team-a', ['eu-west-1', 'us-east-1'], { tier: 'runners' }),
  awsAccount('team-b', ['eu-west-1'], { tier: 'runners' }),
];
type HttpSource = NonNullable<Discover['http']>[number];
const http: Omit<HttpSource, 'name'> = {
  url: 'https://example.com/',
  format: 'Text',
  refresh: '1h',
  allowPrivate: false,
};

function discovering(discover: Discover, more: Partial<CidrSet['spec']> = {}): CidrSet {
  return cidrSet({ discover, ...more });
}

function readings(scope: string, kind: AwsSourceKind, ...found: Partial<Found>[]): Readings {
  const made = new Readings();
  const value = found.map((each, i) => ({ id: `nat-${i}`, tags: {}, cidrs: [], ...each }));
  made.keepScope(scope, new Map([[kind, { ok: true, value }]]), START);
  return made;
}

function text({ ref, reading, note }: SourceState): string {
  const where = [ref.name, ref.account, ref.region].filter(Boolean).join(' ');
  const known = !reading
    ? 'unread'
    : reading.ok
      ? reading.value.map(({ cidr }) => cidr).join(' ')
      : reading.problem.reason;
  return [where, known, note?.reason].filter(Boolean).join(': ');
}

it('has a state for each source in each account and region that it selects', () => {
  const set = discovering({
    natGateways: [{ name: 'runners', accounts: { matchLabels: { tier: 'runners' } }, tags: { role: 'runner' } }],
    vpcs: [{ name: 'all', regions: ['us-east-1'] }],
    http: [{ name: 'github', ...http }],
  });
  const known = readings(
    'team-a/eu-west-1',
    'natGateways',
    { tags: { role: 'runner' }, cidrs: ['203.0.113.1'] },
    { tags: { role: 'bastion' }, cidrs: ['203.0.113.2'] },
  );
  expect(sourceStates(set, accounts, new Map(), known).map(text)).toEqual([
    'natGateways/runners team-a eu-west-1: 203.0.113.1/32',
    'natGateways/runners team-a us-east-1: unread',
    'natGateways/runners team-b eu-west-1: unread',
    'vpcs/all team-a us-east-1: unread',
    'http/github: unread',
  ]);
});

it('asks in a scope for the kinds that some set looks for there', () => {
  const sets = [
    discovering({ natGateways: [{ name: 'a', accounts: { names: ['team-a'] } }] }),
    discovering({ vpcs: [{ name: 'b', regions: ['eu-west-1'] }], natGateways: [{ name: 'c' }] }),
    cidrSet(),
  ];
  const [shared, teamA] = accounts;
  expect(shared && askedKinds(sets, shared, 'eu-west-1')).toEqual(['natGateways', 'vpcs']);
  expect(teamA && askedKinds(sets, teamA, 'us-east-1')).toEqual(['natGateways']);
  expect(teamA && askedKinds([cidrSet()], teamA, 'us-east-1')).toEqual([]);
});

it('knows a document only as it is declared now', () => {
  const known = new Readings();
  const github: HttpSource = { name: 'github', ...http };
  const document = { cidrs: described('203.0.113.1/32'), validators: { asked: 'x' } };
  known.keepDocument('office', github, { ok: true, value: document }, START);
  const states = (source: HttpSource) => sourceStates(discovering({ http: [source] }), [], new Map(), known).map(text);
  expect(states(github)).toEqual(['http/github: 203.0.113.1/32']);
  expect(states({ ...github, url: 'https://example.com/other' })).toEqual(['http/github: unread']);
});

it('refuses what is wider than the set allows', () => {
  const known = readings('shared/eu-west-1', 'vpcs', { cidrs: ['10.0.0.0/7'] });
  const states = (allowAnywhere: boolean) =>
    sourceStates(
      discovering({ vpcs: [{ name: 'all', accounts: { names: ['shared'] } }] }, { allowAnywhere }),
      accounts,
      new Map(),
      known,
    ).map(text);
  expect(states(false)).toEqual(['vpcs/all shared eu-west-1: TooWide']);
  expect(states(true)).toEqual(['vpcs/all shared eu-west-1: 10.0.0.0/7']);
});

it.each<[what: string, accounts: NonNullable<ScopeSelector['accounts']>, after: string[]]>([
  ['as no longer found, when labels select', { matchLabels: { tier: 'runners' } }, ['0: missing since 0', '60: ']],
  ['until it is back, when it is named', { names: ['team-a'] }, ['0: failing', '60: failing']],
])('keeps what an AwsAccount had that is gone %s', (_what, selector, after) => {
  const set = discovering({ natGateways: [{ name: 'runners', accounts: selector }] });
  const memory = remembered([[0, read(runners, ['203.0.113.1/32'])]]);
  const states = sourceStates(set, [], memory, new Readings());
  const later = [0, 60].map((minute) => {
    const [line = ''] = words(
      remembered([
        [0, read(runners, ['203.0.113.1/32'])],
        [0, ...states],
        [minute, ...states],
      ]),
    );
    return `${minute}: ${/missing since 0|failing|$/.exec(line)?.[0]}`;
  });
  expect(later).toEqual(after);
});

it.each<[what: string, discover: Discover, accounts: typeof accounts]>([
  ['source', { natGateways: [{ name: 'other' }] }, accounts],
  ['source, with the AwsAccount,', { natGateways: [{ name: 'other' }] }, []],
  ['region of the source', { natGateways: [{ name: 'runners', regions: ['us-east-1'] }] }, accounts],
  ['account of the source', { natGateways: [{ name: 'runners', accounts: { names: ['shared'] } }] }, accounts],
  [
    'account of the source, with the AwsAccount,',
    { natGateways: [{ name: 'runners', accounts: { names: ['shared'] } }] },
    [],
  ],
  ['region of the AwsAccount', { natGateways: [{ name: 'runners' }] }, [awsAccount('team-a', ['us-east-1'])]],
  [
    'label',
    { natGateways: [{ name: 'runners', accounts: { matchLabels: { tier: 'runners' } } }] },
    [awsAccount('team-a')],
  ],
])('lets go at once of what was in a %s that was taken out', (_what, discover, present) => {
  const memory = remembered([[0, read(runners, ['203.0.113.1/32'])]]);
  const states = sourceStates(discovering(discover), present, memory, new Readings());
  expect(
    states.filter(({ ref }) => ref.account === 'team-a' && ref.region === 'eu-west-1' && ref.name === runners.name),
  ).toEqual([]);
});

it('says what a source names that does not exist', () => {
  const set = discovering({
    natGateways: [{ name: 'a', accounts: { names: ['nobody'] } }],
    elasticIps: [{ name: 'b', accounts: { matchLabels: { tier: 'none' } } }],
    vpcs: [{ name: 'c', regions: ['ap-south-1'] }],
  });
  expect(selectionProblems(set, accounts).map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
    'UnknownAccount: Source natGateways/a names nobody: there is no such AwsAccount',
    'NoAccountSelected: Source elasticIps/b selects none of the 3 AwsAccounts',
    'UnknownRegion: Source vpcs/c names ap-south-1, which is in spec.regions of none of its accounts: shared, team-a, team-b',
  ]);
});
