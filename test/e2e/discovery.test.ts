import { CreateTagsCommand, DeleteNatGatewayCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { configMaps } from '../../src/kube/owned/resources.js';
import { registry } from '../../src/telemetry/metrics.js';
import { makeAddress, makeNatGateway, makeVpc } from '../support/aws/network.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { refused } from '../support/edge/effects.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';

const place = 'shared/eu-west-1';
const teams = { 'team-a': '222222222222', 'team-b': '333333333333', 'team-c': '444444444444' };
const runners = { accounts: { matchLabels: { tier: 'runners' } }, tags: { role: 'runner' } };
const tags = { Name: 'runners', role: 'runner' };

let ground: Ground;
let operator: RunningOperator;
beforeAll(async () => {
  ground = await startGround();
  operator = ground.operator({ resyncMs: 300 });
  await ground.apply(awsAccount('shared'), ...Object.keys(teams).map(team));
});
afterEach(() => ground.clean());
afterAll(() => ground.stop());

function team(name: string) {
  const accountId = teams[name as keyof typeof teams];
  const account = awsAccount(name, { accountId, roleArn: `arn:aws:iam::${accountId}:role/sallyport` });
  return { ...account, metadata: { name, labels: { tier: 'runners' } } };
}

function ec2(name: keyof typeof teams): EC2Client {
  return ground.edge.clientFor(teams[name], 'eu-west-1');
}

async function restart(): Promise<void> {
  await operator.stop();
  operator = ground.operator({ resyncMs: 300 });
}

/** Discovery looked at the accounts from beginning to end. */
async function discovered(...names: (keyof typeof teams)[]): Promise<void> {
  const action = 'DescribeNatGateways';
  for (const accountId of names.map((name) => teams[name])) {
    const awaited = ground.edge.count({ accountId, action }) + 2;
    await eventually(() => expect(ground.edge.count({ accountId, action })).toBeGreaterThanOrEqual(awaited));
  }
}

async function events(set: string): Promise<string[]> {
  const fields = ['-o', 'jsonpath={range .items[*]}{.reason} {.note}{"\\n"}{end}'];
  const selector = `--field-selector=regarding.name=${set}`;
  const text = await ground.server.kubectl('get', 'events.events.k8s.io', selector, ...fields);
  return text
    .split('\n')
    .filter((line) => /^(Source|Addresses|Memory)/.test(line))
    .sort();
}

const DENIED = () => refused('UnauthorizedOperation', 403);

it('lets the NAT gateways of three accounts into a group of a fourth, and is at rest then', async () => {
  const group = await ground.makeGroup(place, { name: 'three-accounts' });
  const [a] = await Promise.all([
    makeNatGateway(ec2('team-a'), { addresses: ['198.51.100.1', '198.51.100.7'], tags }),
    makeNatGateway(ec2('team-b'), { addresses: ['198.51.100.2'], tags }),
    makeNatGateway(ec2('team-b'), { addresses: ['198.51.100.9'], tags: { role: 'bastion' } }),
    makeNatGateway(ec2('team-b'), { tags }),
    makeNatGateway(ec2('team-c'), { addresses: ['198.51.100.3'], tags: { role: 'runner' } }),
  ]);
  await ground.apply(
    cidrSet('runners', ['203.0.113.0/24'], { ...into(group), discover: { natGateways: [{ name: 'ci', ...runners }] } }),
  );
  await ground.told('cidrset/runners', 'True Complete: 5 CIDRs', 'SourcesComplete');
  await ground.told('cidrset/runners', 'True InSync: 4 rules');
  // .2 and .3 are one network.
  const noted = await group.notedRules();
  expect(noted.map((rule) => rule.replace(/nat-\w+/g, 'nat-?'))).toEqual([
    '* tcp/443 198.51.100.1/32 "[runners] nat-? runners (team-a/eu-west-1)"',
    '* tcp/443 198.51.100.2/31 "[runners] nat-? runners (team-b/eu-west-1), nat-? (team-c/eu-west-1)"',
    '* tcp/443 198.51.100.7/32 "[runners] nat-? runners (team-a/eu-west-1)"',
    '* tcp/443 203.0.113.0/24 "[runners]"',
  ]);
  expect(noted[0]).toContain(a);
  const { status } = await ground.set('runners');
  expect(status).toMatchObject({ cidrs: 5, cidrsWritten: 4 });
  expect(status?.sources).toEqual(
    Object.keys(teams).map((account) => ({
      name: 'natGateways/ci',
      account,
      region: 'eu-west-1',
      cidrs: account === 'team-a' ? 2 : 1,
      reason: 'Read',
    })),
  );
  const metrics = await registry.metrics();
  expect(metrics).toContain(
    'sallyport_source_cidrs{set="runners",source="natGateways/ci",account="team-a",region="eu-west-1"} 2',
  );
  expect(metrics).toMatch(
    /sallyport_source_age_seconds\{set="runners",source="natGateways\/ci",account="team-b",region="eu-west-1"\} \d/,
  );

  const writes = async () =>
    (await registry.getSingleMetric('sallyport_kube_requests_total')?.get())?.values
      .filter(({ labels: { verb, kind } }) => !/get|list|watch/.test(`${verb}`) && kind !== 'Lease')
      .reduce((sum, { value }) => sum + value, 0);
  const calls = await eventually(async () => {
    const before = {
      aws: ground.edge.count({ mutating: true }),
      kube: await writes(),
      calls: ground.edge.calls.length,
    };
    await discovered('team-a', 'team-b', 'team-c');
    await ground.look(place);
    expect(ground.edge.count({ mutating: true })).toBe(before.aws);
    expect(await writes()).toBe(before.kube);
    return ground.edge.calls.slice(before.calls);
  });
  const later = calls.map(({ action, accountId }) => `${accountId} ${action}`);
  // Nobody looks for anything in the account that is written to, nor for other kinds in those that are looked at.
  const reads = ['DescribeSecurityGroupRules', 'DescribeSecurityGroups'];
  const expected = Object.values(teams).flatMap((id) =>
    ['DescribeNatGateways', ...reads].map((action) => `${id} ${action}`),
  );
  expect([...new Set(later)].sort()).toEqual([...reads.map((action) => `111111111111 ${action}`), ...expected]);
});

it('keeps the address of a gateway that is being deleted, and of one that is gone until its grace is over', async () => {
  const group = await ground.makeGroup(place, { name: 'deleted' });
  const source = { name: 'ci', accounts: { names: ['team-a'] }, tags: { test: 'grace' } };
  const gateway = await makeNatGateway(ec2('team-a'), { addresses: ['198.51.100.20'], tags: { test: 'grace' } });
  const set = (grace: string) =>
    cidrSet('grace', [], { ...into(group), discover: { natGateways: [source] }, guard: { grace } });
  await ground.apply(set('1h'));
  await ground.told('cidrset/grace', 'True InSync: 1 rule');

  await ec2('team-a').send(new DeleteNatGatewayCommand({ NatGatewayId: gateway }));
  await discovered('team-a');
  await ground.told('cidrset/grace', /^True Complete: 1 CIDR$/, 'SourcesComplete');
  ground.edge.natGateways.setState(gateway, 'deleted');
  await ground.told('cidrset/grace', /1 CIDR, 1 of them no longer found and kept until .* UTC$/, 'SourcesComplete');
  expect((await ground.set('grace')).status?.sources).toMatchObject([{ cidrs: 1, leaving: 1, reason: 'Read' }]);
  await ground.look(place);
  expect(await group.rules()).toEqual(['* tcp/443 198.51.100.20/32']);

  await restart();
  await discovered('team-a');
  await ground.look(place);
  expect(await group.rules()).toEqual(['* tcp/443 198.51.100.20/32']);

  await ground.apply(set('1s'));
  await eventually(async () => expect(await group.rules()).toEqual([]));
  await ground.told('cidrset/grace', /^True Complete: 0 CIDRs$/, 'SourcesComplete');
  expect(await events('grace')).toEqual([
    'AddressesAppeared natGateways/ci in team-a/eu-west-1: 1 CIDR: 198.51.100.20/32',
    expect.stringMatching(/^AddressesGone .*: 1 CIDR: 198.51.100.20\/32: no longer found, kept until /),
  ]);
});

it('only adds while an account is denied, across a restart too, and catches up then', async () => {
  const group = await ground.makeGroup(place, { name: 'denied' });
  const source = { name: 'ci', accounts: runners.accounts, tags: { test: 'denied' } };
  const more = { tags: { test: 'denied' } };
  const gateway = await makeNatGateway(ec2('team-a'), { addresses: ['198.51.100.31'], ...more });
  await makeNatGateway(ec2('team-b'), { addresses: ['198.51.100.33'], ...more });
  const spec = { ...into(group), discover: { natGateways: [source] }, guard: { grace: '0s' } };
  await ground.apply(cidrSet('denied', [], spec));
  await ground.told('cidrset/denied', 'True InSync: 2 rules');

  const match = { accountId: teams['team-b'], action: 'DescribeNatGateways' };
  const fault = ground.edge.fault({ match, effect: DENIED() });
  const kept =
    /^False AccountDenied: natGateways\/ci: team-b\/eu-west-1: ec2:DescribeNatGateways was denied; .*; 1 CIDR kept since 20.* UTC$/;
  await ground.told('cidrset/denied', kept, 'SourcesComplete');
  await ground.told('cidrset/denied', kept);
  expect((await ground.set('denied')).status?.sources?.[0]).toMatchObject({
    account: 'team-b',
    cidrs: 1,
    reason: 'AccountDenied',
    lastRead: expect.any(String),
  });

  // Another account gets a gateway, and loses one.
  await makeNatGateway(ec2('team-a'), { addresses: ['198.51.100.35'], ...more });
  ground.edge.natGateways.setState(gateway, 'deleted');
  const all = ['31', '33', '35'].map((host) => `* tcp/443 198.51.100.${host}/32`);
  await eventually(async () => expect(await group.rules()).toEqual(all));
  await ground.look(place);
  expect(await group.rules()).toEqual(all);

  ground.edge.role(`arn:aws:iam::${teams['team-b']}:role/sallyport`, { denied: true });
  await restart();
  await ground.told('cidrset/denied', /sts:AssumeRole on .* was denied.*1 CIDR kept since 20/, 'SourcesComplete');
  await ground.look(place);
  expect(await group.rules()).toEqual(all);

  ground.edge.role(`arn:aws:iam::${teams['team-b']}:role/sallyport`, {});
  fault.stop();
  await ground.told('cidrset/denied', 'True Complete: 2 CIDRs', 'SourcesComplete');
  await eventually(async () => expect(await group.rules()).toEqual(all.slice(1)));
  await eventually(async () =>
    expect((await events('denied')).filter((line) => line.startsWith('Source'))).toEqual([
      expect.stringMatching(/^SourceFailed natGateways\/ci in team-b\/eu-west-1: .*denied/),
      'SourceRecovered natGateways/ci in team-b/eu-west-1: read again',
    ]),
  );
});

it('finds elastic IPs and VPCs, and what a set that it includes finds', async () => {
  const group = await ground.makeGroup(place, { name: 'included' });
  const more = { test: 'kinds' };
  await makeAddress(ec2('team-a'), '198.51.100.40', more);
  await makeVpc(ec2('team-b'), { cidrs: ['10.40.0.0/16', '10.42.0.0/16'], tags: more });
  const accounts = runners.accounts;
  const found = cidrSet('found', [], {
    discover: {
      elasticIps: [{ name: 'ips', accounts, tags: more }],
      vpcs: [{ name: 'vpcs', accounts, tags: more }],
    },
  });
  await ground.apply(found, cidrSet('includer', ['203.0.113.0/24'], { ...into(group), include: ['found'] }));
  await ground.told('cidrset/includer', 'True InSync: 4 rules');
  expect(await group.rules()).toEqual([
    '* tcp/443 10.40.0.0/16',
    '* tcp/443 10.42.0.0/16',
    '* tcp/443 198.51.100.40/32',
    '* tcp/443 203.0.113.0/24',
  ]);
  ground.edge.fault({ match: { accountId: teams['team-b'], action: 'DescribeVpcs' }, effect: DENIED() });
  await ground.told('cidrset/includer', /^False AccountDenied: found: vpcs\/vpcs: team-b\/eu-west-1: ec2:DescribeVpcs/);
});

it('loses no rule when an address moves from the list to where it is found', async () => {
  const group = await ground.makeGroup(place, { name: 'moved' });
  await makeNatGateway(ec2('team-c'), { addresses: ['198.51.100.50'], tags: { test: 'moved' } });
  await ground.apply(cidrSet('moved', ['198.51.100.50/32'], into(group)));
  await ground.told('cidrset/moved', 'True InSync: 1 rule');
  const revoked = ground.edge.count({ action: 'RevokeSecurityGroupIngress' });
  const discover = { natGateways: [{ name: 'ci', accounts: { names: ['team-c'] }, tags: { test: 'moved' } }] };
  await ground.apply(cidrSet('moved', [], { ...into(group), discover }));
  await ground.told('cidrset/moved', 'True InSync: 1 rule');
  expect((await ground.set('moved')).status?.sources).toMatchObject([{ cidrs: 1, reason: 'Read' }]);
  expect(ground.edge.count({ action: 'RevokeSecurityGroupIngress' })).toBe(revoked);
});

it('lets go at once of what the set no longer looks for, and forgets what a deleted set found', async () => {
  const group = await ground.makeGroup(place, { name: 'taken-out' });
  await makeNatGateway(ec2('team-a'), { addresses: ['198.51.100.60'], tags: { test: 'out' } });
  await makeNatGateway(ec2('team-b'), { addresses: ['198.51.100.62'], tags: { test: 'out' } });
  const looking = (...names: string[]) =>
    cidrSet('out', [], {
      ...into(group),
      discover: { natGateways: [{ name: 'ci', accounts: { names }, tags: { test: 'out' } }] },
    });
  await ground.apply(looking('team-a', 'team-b'));
  await ground.told('cidrset/out', 'True InSync: 2 rules');
  await ground.apply(looking('team-a'));
  await ground.told('cidrset/out', 'True InSync: 1 rule');
  expect(await group.rules()).toEqual(['* tcp/443 198.51.100.60/32']);

  const memory = () => ground.client.get(configMaps, { namespace: 'default', name: 'sallyport-memory-out' });
  const { metadata, data } = (await memory()) ?? {};
  expect(metadata?.ownerReferences?.[0]?.uid).toBe((await ground.set('out')).metadata.uid);
  expect(data?.memory).toContain('198.51.100.60/32');
  await ground.deleteSets('out');
  expect(await memory()).toBeUndefined();
});

it('waits out the grace for a selected AwsAccount that vanished', async () => {
  const group = await ground.makeGroup(place, { name: 'vanished' });
  await makeNatGateway(ec2('team-c'), { addresses: ['198.51.100.70'], tags: { test: 'vanished' } });
  const discover = { natGateways: [{ name: 'ci', accounts: runners.accounts, tags: { test: 'vanished' } }] };
  await ground.apply(cidrSet('vanished', [], { ...into(group), discover }));
  await ground.told('cidrset/vanished', 'True InSync: 1 rule');
  await ground.server.kubectl('delete', 'awsaccount', 'team-c');
  await ground.told('cidrset/vanished', /1 of them no longer found and kept until/, 'SourcesComplete');
  await ground.look(place);
  expect(await group.rules()).toEqual(['* tcp/443 198.51.100.70/32']);
  await ground.apply(team('team-c'));
  await ground.told('cidrset/vanished', /^True Complete: 1 CIDR$/, 'SourcesComplete');
});

it('takes a gateway in as soon as its tags say so', async () => {
  const group = await ground.makeGroup(place, { name: 'tagged' });
  const gateway = await makeNatGateway(ec2('team-a'), { addresses: ['198.51.100.80'] });
  const discover = { natGateways: [{ name: 'ci', tags: { test: 'tagged' } }] };
  await ground.apply(cidrSet('tagged', [], { ...into(group), discover }));
  await ground.told('cidrset/tagged', 'True InSync: 0 rules');
  const Tags = [{ Key: 'test', Value: 'tagged' }];
  await ec2('team-a').send(new CreateTagsCommand({ Resources: [gateway], Tags }));
  await ground.told('cidrset/tagged', 'True InSync: 1 rule');
});
