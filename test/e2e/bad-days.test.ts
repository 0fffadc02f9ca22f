import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { before, emptyFirstPage, refused, resetAfter, stale, throttled } from '../support/edge/effects.js';
import { eventually, type Ground, startGround } from '../support/ground.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const place = 'shared/eu-west-1';

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
  ground.operator({ resyncMs: 300 });
  await ground.apply(awsAccount('shared'), awsAccount('team-a'), awsAccount('team-b'));
});
afterEach(() => ground.clean());
afterAll(() => ground.stop());

it('only adds while a set includes an unknown one', async () => {
  const group = await ground.makeGroup(place, { name: 'unknown' });
  await ground.apply(cidrSet('unknown', [A], into(group)));
  await ground.told('cidrset/unknown', 'True InSync: 1 rule');

  await ground.apply(cidrSet('unknown', [B], { ...into(group), include: ['branches'] }));
  const message = 'False UnknownInclude: unknown includes branches: there is no such CidrSet; adding only until';
  await ground.told('cidrset/unknown', message);
  await ground.told('cidrset/unknown', message, 'SourcesComplete');
  await ground.look(place);
  expect(await group.rules()).toEqual([`* tcp/443 ${B}`, `* tcp/443 ${A}`]);

  await ground.apply(cidrSet('branches', [C]));
  await ground.told('cidrset/unknown', 'True InSync: 2 rules');
  expect(await group.rules()).toEqual([`* tcp/443 ${C}`, `* tcp/443 ${B}`]);
});

it('writes nothing for sets that include each other in a circle, and keeps what they have', async () => {
  const group = await ground.makeGroup(place, { name: 'circle' });
  const include = (name: string) => ({ ...into(group), include: [name] });
  await ground.apply(cidrSet('c', [C]), cidrSet('b', [B], include('c')), cidrSet('a', [A], include('b')));
  await ground.told('cidrset/a', 'True InSync: 3 rules');
  const rules = await group.rules();
  const written = ground.edge.count({ mutating: true });

  await ground.apply(cidrSet('c', [], include('a')));
  await ground.told('cidrset/a', 'False IncludeCycle: Sets include each other: a -> b -> c -> a; nothing is written');
  await ground.told('cidrset/b', 'False IncludeCycle: Sets include each other: b -> c -> a -> b; nothing is written');
  await ground.told('cidrset/c', 'False IncludeCycle: Sets include each other: c -> a -> b -> c; nothing is written');
  await ground.look(place);
  expect(await group.rules()).toEqual(rules);
  expect(ground.edge.count({ mutating: true })).toBe(written);
});

it.each<[what: string, far: Parameters<typeof into>[1], message: string]>([
  [
    'region',
    { regions: ['ap-south-1'] },
    'UnknownRegion: Target far names ap-south-1, which is in spec.regions of none',
  ],
  [
    'account',
    { accounts: { names: ['nobody'] } },
    'UnknownAccount: Target far names nobody: there is no such AwsAccount',
  ],
  ['group', { groupIds: ['sg-00000000'] }, 'NoGroupSelected: No security group has the tags or ids of target far'],
])('goes on with the other targets of a set that names an unknown %s', async (what, far, message) => {
  const group = await ground.makeGroup(place, { name: `unknown-${what}` });
  const spec = into(group);
  spec.targets.securityGroups.push(...into(group, { name: 'far', ...far }).targets.securityGroups);
  await ground.apply(cidrSet('far', [A], spec));
  await ground.told('cidrset/far', `False ${message}`);
  await ground.told('cidrset/far', 'True InSync: 1 rule', 'RulesInSync');
  expect(await group.rules()).toEqual([`* tcp/443 ${A}`]);
});

it('goes on when a group is deleted between plan and apply', async () => {
  const doomed = await ground.makeGroup(place, { name: 'doomed' });
  const group = await ground.makeGroup(place, { name: 'survivor' });
  const action = 'AuthorizeSecurityGroupIngress';
  const deletion = ground.edge.fault({ match: { action }, times: 1, effect: before(() => doomed.delete()) });
  await ground.apply(cidrSet('doomed', [A], into([doomed, group])));
  await ground.told('cidrset/doomed', 'True InSync: 1 rule in 1 security group');
  expect(deletion.hits).toBe(1);
  expect(await group.rules()).toEqual([`* tcp/443 ${A}`]);
});

it('leaves a rule to whoever adds it by hand between plan and apply', async () => {
  const group = await ground.makeGroup(place, { name: 'raced' });
  const byHand = () => group.authorize(`tcp/443 ${A}`);
  ground.edge.fault({ match: { action: 'AuthorizeSecurityGroupIngress' }, times: 1, effect: before(byHand) });
  await ground.apply(cidrSet('raced', [A, B], into(group)));
  await ground.told('cidrset/raced', 'True InSync: 2 rules');
  expect(await group.rules()).toEqual([`* tcp/443 ${B}`, `tcp/443 ${A}`]);

  await ground.deleteSets('raced');
  expect(await group.rules()).toEqual([`tcp/443 ${A}`]);
});

it.each([
  ['Authorize', ['AuthorizeSecurityGroupIngress']],
  ['reads', ['DescribeSecurityGroups', 'DescribeSecurityGroupRules']],
])('loses nothing while AWS throttles %s', async (_what, actions) => {
  const groups = await Promise.all([1, 2, 3].map((i) => ground.makeGroup(place, { name: `${actions[0]}-${i}` })));
  const faults = actions.map((action) => ground.edge.fault({ match: { action }, effect: throttled() }));
  await ground.apply(cidrSet('throttled', [A, B], into(groups)));
  await ground.told('cidrset/throttled', /^False Throttled: shared\/eu-west-1.* failed: RequestLimitExceeded/);
  for (const fault of faults) fault.stop();
  await ground.told('cidrset/throttled', 'True InSync: 6 rules in 3');
  for (const group of groups) expect(await group.rules()).toEqual([`* tcp/443 ${B}`, `* tcp/443 ${A}`]);
});

it('goes on with the other accounts while one is down, and catches up when it is back', async () => {
  const [up, down, also] = await Promise.all([
    ground.makeGroup(place, { name: 'up' }),
    ground.makeGroup('team-a/eu-west-1', { name: 'down' }),
    ground.makeGroup('team-b/eu-west-1', { name: 'also' }),
  ]);
  await ground.apply(cidrSet('everywhere', [A], into([up, down, also])));
  await ground.told('cidrset/everywhere', 'True InSync: 3 rules');

  const outage = ground.edge.fault({ match: { accountId: '222222222222' }, effect: refused('InternalError', 500) });
  await ground.apply(cidrSet('everywhere', [B], into([up, down, also])));
  await ground.told(
    'cidrset/everywhere',
    /^False AwsUnreachable: team-a\/eu-west-1: ec2:Describe\w+ failed: InternalError/,
  );
  await eventually(async () => {
    const { scopes } = (await ground.set('everywhere')).status ?? {};
    expect(scopes?.map(({ account, reason, rules }) => `${account} ${reason} ${rules}`)).toEqual([
      'team-a AwsUnreachable 1',
      'shared InSync 1',
      'team-b InSync 1',
    ]);
    expect(await up.rules()).toEqual([`* tcp/443 ${B}`]);
    expect(await also.rules()).toEqual([`* tcp/443 ${B}`]);
  });
  expect(await down.rules()).toEqual([`* tcp/443 ${A}`]);

  outage.stop();
  await ground.told('cidrset/everywhere', 'True InSync: 3 rules');
  expect(await down.rules()).toEqual([`* tcp/443 ${B}`]);
});

it('finishes what AWS did without an answer', async () => {
  const group = await ground.makeGroup(place, { name: 'unanswered' });
  ground.edge.fault({ match: { mutating: true }, times: 3, effect: resetAfter() });
  await ground.apply(cidrSet('unanswered', [A, B], into(group)));
  await ground.told('cidrset/unanswered', 'True InSync: 2 rules');
  expect((await ground.set('unanswered')).status).toMatchObject({ foreignRules: 0 });
  expect(await group.rules()).toEqual([`* tcp/443 ${B}`, `* tcp/443 ${A}`]);
});

it('converges while reads are out of date', async () => {
  const group = await ground.makeGroup(place, { name: 'stale' });
  await ground.apply(cidrSet('stale', [A], into(group)));
  await ground.told('cidrset/stale', 'True InSync: 1 rule');

  const action = 'DescribeSecurityGroupRules';
  const old = ground.edge.fault({ match: { action }, times: 3, effect: stale() });
  await ground.apply(cidrSet('stale', [B, C], into(group)));
  await eventually(() => expect(old.hits).toBe(3));
  await ground.told('cidrset/stale', 'True InSync: 2 rules');
  await ground.look(place);
  expect(await group.rules()).toEqual([`* tcp/443 ${C}`, `* tcp/443 ${B}`]);
});

it.each(['DescribeSecurityGroups', 'DescribeSecurityGroupRules'])(
  'removes nothing when the first page of %s is empty',
  async (action) => {
    const group = await ground.makeGroup(place, { name: `pages of ${action}` });
    await ground.apply(cidrSet('pages', [A], into(group)));
    await ground.told('cidrset/pages', 'True InSync: 1 rule');
    const written = ground.edge.count({ mutating: true });
    const empty = ground.edge.fault({ match: { action }, effect: emptyFirstPage() });
    await ground.look(place);
    await ground.look(place);
    expect(empty.hits).toBeGreaterThan(0);
    await ground.told('cidrset/pages', 'True InSync: 1 rule');
    expect(ground.edge.count({ mutating: true })).toBe(written);
  },
);
