import { expect, it } from '@jest/globals';
import type { CidrSetSpec } from '../../../src/api/cidr-set.gen.js';
import { noFacts } from '../../../src/cidr-set/facts.js';
import type { ScopeReport, SetReport } from '../../../src/cidr-set/report.js';
import type { ResolvedSet } from '../../../src/cidr-set/sources/resolve.js';
import { setStatus } from '../../../src/cidr-set/status.js';
import type { ScopeView } from '../../../src/cidr-set/view.js';
import { wishDigest, wishOf } from '../../../src/cidr-set/wish.js';
import { awsAccount, change, cidrSet, gitlab, scope } from './resources.js';

const resolved: ResolvedSet = {
  cidrs: [{ cidr: '203.0.113.0/24', family: 4, description: '' }],
  count: 2,
  sources: Array.from({ length: 53 }, (_, i) => ({ name: `http/${i}`, cidrs: 1, reason: 'Read' })),
};
const well: SetReport = {
  ...noFacts(),
  groups: 2,
  targets: { 'securityGroups/gitlab': 2 },
  rules: 4,
  foreignRules: 1,
  owned: 3,
  pending: [],
};
const removal = change('Revoke', 'tcp/443 10.0.0.0/8');
const denied = { reason: 'AccountDenied', message: 'team-a/eu-west-1: it was denied' };
const full = { reason: 'QuotaExceeded', message: 'team-a/eu-west-1: it is full' };

/** What the last look at an account found; undefined before the first one. */
type Found = (Partial<SetReport> & Pick<ScopeReport, 'error'> & Partial<Pick<ScopeReport, 'failed'>>) | undefined;

/** The status of a set in the regions eu-west-1 of some accounts, where it is in sync unless said otherwise. */
function statusIn(
  found: Record<string, Found>,
  spec: Partial<CidrSetSpec> = gitlab(),
  before = {},
  sources: ResolvedSet = resolved,
) {
  const set = cidrSet(spec, { status: before });
  const accounts = Object.keys(found).map((name) => awsAccount(name));
  const views = accounts.map((account): ScopeView => {
    const { name } = account.metadata;
    const wish = wishOf(set, sources, account, 'eu-west-1');
    const seen = found[name];
    if (!seen) return { account: name, region: 'eu-west-1', wish };
    const { error, failed = new Map(), ...more } = seen;
    const sets = new Map(error ? [] : [['office', { ...well, ...more }]]);
    const digests = new Map([['office', wishDigest(wish)]]);
    return {
      account: name,
      region: 'eu-west-1',
      wish,
      report: { scope, digests, sets, failed, ...(error && { error }) },
    };
  });
  return setStatus(set, sources, accounts, views);
}

it('adds up what the set has in all scopes', () => {
  const { fields, findings } = statusIn({ shared: {}, 'team-a': { rules: 1, foreignRules: 0 } });
  expect(fields).toMatchObject({
    cidrs: 2,
    cidrsWritten: 1,
    sourcesOmitted: 3,
    groups: 4,
    rules: 5,
    foreignRules: 1,
    drift: 0,
  });
  expect(fields.sources).toHaveLength(50);
  expect(fields.scopes?.map(({ account, reason }) => `${account} ${reason}`)).toEqual([
    'shared InSync',
    'team-a InSync',
  ]);
  expect(findings).toEqual({});
});

it('lists no scope that the set asks nothing of and has no rules in', () => {
  expect(statusIn({ shared: { owned: 0 } }, {}).fields.scopes).toEqual([]);
  expect(statusIn({ shared: { owned: 1, pending: [removal] } }, {}).fields.scopes).toHaveLength(1);
});

it.each<[what: string, found: Record<string, Found>, reason: string, message: string]>([
  ['a scope that fails', { shared: {}, 'team-a': { error: denied } }, 'AccountDenied', denied.message],
  [
    'several of them',
    { shared: { problems: [full] }, 'team-a': { error: denied }, 'team-b': {} },
    'QuotaExceeded',
    `${full.message} (and 1 more of 3 scopes)`,
  ],
  [
    'several problems in one',
    { shared: { problems: [full, denied] } },
    'QuotaExceeded',
    `${full.message} (and 1 more)`,
  ],
  ['a scope that was not looked at', { shared: {}, 'team-a': undefined }, 'Progressing', 'Working on team-a/eu-west-1'],
  ['a failure rather than that', { shared: undefined, 'team-a': { error: denied } }, 'AccountDenied', denied.message],
  [
    'what waits for a failed change of another set',
    { shared: { pending: [removal] } },
    'NotTried',
    'shared/eu-west-1: 1 change not tried, as an earlier one on the same object failed',
  ],
  ...(
    [
      ['PlanMode', 'HeldByPlan', 'another set, which is in mode Plan'],
      ['SourcesIncomplete', 'HeldBySources', 'another set, of which not all sources could be read'],
      ['RemovalGuard', 'HeldByGuard', 'another set, whose guard holds its removals'],
      ['InvalidTag', 'HeldByTag', 'another set, as what a group asks of it by its tag is unclear'],
      ['SetUnknown', 'HeldByUnknownSet', 'a set that is not there and was not deleted in order'],
    ] as const
  ).map(([held, reason, whom]): [string, Record<string, Found>, string, string] => [
    `what is held for another set: ${held}`,
    { shared: { pending: [{ ...removal, held }] } },
    reason,
    `shared/eu-west-1: 1 rule kept for ${whom}`,
  ]),
])('tells of %s', (_what, found, reason, message) => {
  const { findings } = statusIn(found);
  expect(findings.rules).toEqual({ reason, message, ...(reason === 'Progressing' && { unknown: true }) });
});

it('leaves what its own incomplete sources hold to the condition on these', () => {
  const pending = [{ ...removal, held: 'SourcesIncomplete' as const }];
  const incomplete = { ...resolved, problem: { reason: 'UnknownInclude', message: 'vpn is not there' } };
  const { findings } = statusIn({ shared: { pending } }, gitlab(), {}, incomplete);
  expect(findings).toEqual({ sources: incomplete.problem });
});

it('says what was last seen where an account fails, and lists troubled scopes first', () => {
  const last = {
    account: 'team-a',
    region: 'eu-west-1',
    groups: 3,
    rules: 7,
    foreignRules: 2,
    drift: 1,
    reason: 'InSync',
  };
  const { scopes, rules } = statusIn({ shared: {}, 'team-a': { error: denied } }, gitlab(), { scopes: [last] }).fields;
  expect(scopes?.[0]).toEqual({ ...last, ...denied, drift: 0 });
  expect(scopes?.[1]).toMatchObject({ account: 'shared', reason: 'InSync' });
  expect(rules).toBe(11);
});

it('keeps a scope listed that is not declared any more, for as long as it may have rules, and counts it no more', () => {
  const last = { region: 'eu-west-1', groups: 3, foreignRules: 0, drift: 0, reason: 'InSync' };
  const scopes = [
    { ...last, account: 'sold', rules: 7 },
    { ...last, account: 'empty', rules: 0 },
  ];
  const { fields, findings } = statusIn({ shared: {} }, gitlab(), { scopes });
  expect(fields.scopes?.map(({ account, reason }) => `${account} ${reason}`)).toEqual([
    'shared InSync',
    'sold Undeclared',
  ]);
  expect(fields.rules).toBe(4);
  expect(findings).toEqual({});
});

it('cuts the list of scopes after 50, and says by how much', () => {
  const found = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`a${i}`, i === 59 ? { error: denied } : {}]));
  const { scopes, scopesOmitted, rules } = statusIn(found).fields;
  expect(scopes).toHaveLength(50);
  expect(scopes?.[0]?.account).toBe('a59');
  expect(scopesOmitted).toBe(10);
  expect(rules).toBe(59 * 4);
});

it.each<[what: string, target: object, reason: string, message: string]>([
  [
    'an unknown account',
    { accounts: { names: ['shared', 'x', 'y'] } },
    'UnknownAccount',
    'Target gitlab names x, y: there is no such AwsAccount',
  ],
  [
    'labels that no account has',
    { accounts: { matchLabels: { a: 'b' } } },
    'NoAccountSelected',
    'Target gitlab selects none of the 2 AwsAccounts',
  ],
  [
    'a region that none of the accounts is declared with',
    { regions: ['eu-west-1', 'us-east-1'] },
    'UnknownRegion',
    'Target gitlab names us-east-1, which is in spec.regions of none of its accounts: shared, team-a',
  ],
])('tells of %s', (_what, target, reason, message) => {
  expect(statusIn({ shared: {}, 'team-a': {} }, gitlab(target)).findings.targets).toEqual({ reason, message });
  const spec = { targets: { taggedSecurityGroups: { allowedPorts: ['tcp/443'], ...target } } };
  expect(statusIn({ shared: {}, 'team-a': {} }, spec).findings.targets?.message).toBe(
    message.replace('gitlab', 'taggedSecurityGroups'),
  );
});

it('tells of a target that selects no group anywhere, once all scopes could be read', () => {
  const none = { targets: {} };
  const message = 'No security group has the tags or ids of target gitlab';
  expect(statusIn({ shared: none, 'team-a': none }).findings.targets).toEqual({ reason: 'NoGroupSelected', message });
  expect(statusIn({ shared: none, 'team-a': {} }).findings.targets).toBeUndefined();
  expect(statusIn({ shared: none, 'team-a': undefined }).findings.targets).toBeUndefined();
  expect(statusIn({ shared: none, 'team-a': { error: denied } }).findings.targets).toBeUndefined();
});

it('shows in mode Plan what would be written: exact counts, and a list that is cut after 100', () => {
  const held = { held: 'PlanMode' as const };
  const adds = Array.from({ length: 120 }, (_, i) => change('Authorize', `tcp/443 10.0.${i}.0/24`, held));
  const pending = [
    ...adds,
    change('UpdateDescription', 'tcp/443 10.1.0.0/24', held),
    change('Revoke', 'tcp/22 10.2.0.0/24', held),
    change('Disown', 'tcp/22 10.3.0.0/24', held),
  ];
  const { fields, findings } = statusIn({ shared: { pending } }, { ...gitlab(), mode: 'Plan' });
  expect(fields.plan).toMatchObject({ add: 120, change: 1, remove: 2, operationsOmitted: 23 });
  expect(fields.plan?.operations).toHaveLength(100);
  expect(fields.plan?.operations?.[0]).toBe('shared/eu-west-1 sg-1 (gitlab-nlb) + rule tcp/443 10.0.0.0/24');
  expect(fields.drift).toBe(123);
  expect(findings.rules).toBeUndefined();
});

const list = { target: 'prefixLists' as const, id: 'pl-1', name: 'sallyport-office-ipv4', entries: 2 };

it('keeps what was made listed until the scope is looked at, and where nothing declares the scope any more', () => {
  const inShared = { ...list, account: 'shared', region: 'eu-west-1' };
  const inSold = { ...inShared, account: 'sold' };
  const before = { objects: [inShared, inSold] };
  expect(statusIn({ shared: undefined }, {}, before).fields.objects).toEqual([inShared, inSold]);
  expect(statusIn({ shared: {} }, {}, before).fields.objects).toEqual([inSold]);
});

it.each([
  ['besides what it asks for', gitlab()],
  ['of a set that asks for nothing any more', {}],
])('does not take for gone what the last look could not read, %s', (_, spec) => {
  const inShared = { ...list, account: 'shared', region: 'eu-west-1' };
  const failed = new Map([['prefixLists' as const, denied]]);
  const { fields, findings } = statusIn({ shared: { owned: 0, failed } }, spec, { objects: [inShared] });
  expect(fields.objects).toEqual([inShared]);
  expect(findings.rules).toEqual(denied);
});

it.each<[what: string, spec: Partial<CidrSetSpec>, found: Partial<SetReport>, summary: string]>([
  ['rules', gitlab(), {}, '4 rules in 2 security groups'],
  ['no rules yet', gitlab(), { rules: 0, groups: 0 }, '0 rules in 0 security groups'],
  [
    'rules and lists',
    gitlab(),
    { objects: [list, { ...list, id: 'pl-2' }] },
    '4 rules in 2 security groups, 2 prefix lists',
  ],
  [
    'no groups at all',
    { targets: { wafIpSets: [{ name: 'edge', scope: 'REGIONAL' }] } },
    {
      rules: 0,
      groups: 0,
      objects: [
        { ...list, target: 'wafIpSets' },
        { ...list, target: 'eksPublicAccess' },
        { ...list, target: 'networkPolicies' },
        { ...list, target: 'networkPolicies' },
        { ...list, name: 'sallyport-office (share)' },
      ],
    },
    '1 IP set, 1 EKS cluster, 2 NetworkPolicies, 1 share',
  ],
  ['no targets', {}, { rules: 0, groups: 0 }, 'No targets: it is there to be included'],
])('sums up what a set has: %s', (_, spec, found, summary) => {
  expect(statusIn({ shared: found as Found }, spec).summary).toBe(summary);
});
