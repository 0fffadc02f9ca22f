import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { awsAccount, cidrSet } from '../support/cluster.js';
import { diesAt } from '../support/death.js';
import { before, resetAfter, resetBefore } from '../support/edge/effects.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';
import { IpSets } from '../support/ip-sets.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const V6 = '2001:db8::/32';
const SHARED = '111111111111';
const TEAM_A = '222222222222';
const place = 'shared/eu-west-1';

const accounts = { names: ['shared'] };
const targets = { wafIpSets: [{ name: 'edge', accounts }] };

let ground: Ground;
let operator: RunningOperator;
let ipSets: IpSets;
beforeAll(async () => {
  ground = await startGround();
  operator = start();
  ipSets = ipSetsOf(SHARED, 'eu-west-1');
  await ground.apply(awsAccount('shared'));
});
afterEach(() => ground.clean());
afterAll(() => ground.stop());

function start(): RunningOperator {
  return ground.operator({ resyncMs: 300, ownerId: 'owner' });
}

function ipSetsOf(accountId: string, region: string, scope?: 'CLOUDFRONT'): IpSets {
  return new IpSets(ground.edge.client(WAFV2Client, accountId, region), scope);
}

async function addresses(name: string): Promise<string[] | undefined> {
  return (await ipSets.see(name))?.addresses;
}

it('makes an IP set for each family, follows the set, deletes them with it, and at rest writes nothing', async () => {
  await ground.apply(cidrSet('office', [A, B, V6], { targets }));
  await ground.told('cidrset/office', 'True InSync');
  const made = await ipSets.see('sallyport-office-ipv4');
  expect(made).toMatchObject({
    description: 'sallyport.dev/owner=owner sallyport.dev/cidr-set=office',
    tags: { 'sallyport.dev/owner': 'owner', 'sallyport.dev/cidr-set': 'office' },
    addresses: [B, A],
  });
  expect(await addresses('sallyport-office-ipv6')).toEqual(['2001:0db8:0000:0000:0000:0000:0000:0000/32']);
  const where = { target: 'wafIpSets', account: 'shared', region: 'eu-west-1' };
  await eventually(async () =>
    expect((await ground.set('office')).status?.objects).toEqual([
      { ...where, id: made?.arn, name: 'sallyport-office-ipv4', entries: 2 },
      { ...where, id: expect.stringContaining('arn:'), name: 'sallyport-office-ipv6', entries: 1 },
    ]),
  );

  const written = ground.edge.count({ mutating: true });
  await ground.look(place);
  expect(ground.edge.count({ mutating: true })).toBe(written);

  await ground.apply(cidrSet('office', [A, C], { targets }));
  await eventually(async () => expect(await addresses('sallyport-office-ipv4')).toEqual([C, A]));
  await eventually(async () => expect(await addresses('sallyport-office-ipv6')).toEqual([]));
  // One call for what is added and removed.
  expect(ground.edge.count({ action: 'UpdateIPSet' })).toBe(2);
  expect(await ipSets.see('sallyport-office-ipv4')).toMatchObject({ id: made?.id, description: made?.description });

  await ground.deleteSets('office');
  expect(await ipSets.names()).toEqual([]);
});

it('reads every page, and the addresses of its own alone', async () => {
  const others = Array.from({ length: 101 }, (_, n) => `theirs-${n}`);
  for (const name of others) await ipSets.make(name, A);
  await ground.apply(cidrSet('office', [A], { targets }));
  await ground.told('cidrset/office', 'True InSync');
  const before = {
    lists: ground.edge.count({ action: 'ListIPSets' }),
    gets: ground.edge.count({ action: 'GetIPSet' }),
  };
  await ground.look(place);
  const [lists, gets] = [ground.edge.count({ action: 'ListIPSets' }), ground.edge.count({ action: 'GetIPSet' })];
  expect(lists - before.lists).toBeGreaterThanOrEqual(2);
  expect(gets - before.gets).toBeLessThanOrEqual((lists - before.lists) / 2 + 1);
  expect(ground.edge.count({ action: 'CreateIPSet' })).toBe(1);
  for (const name of others) await ipSets.remove(name);
});

it('reads again what somebody changed between its look and its write, and puts it right', async () => {
  await ground.apply(cidrSet('office', [A], { targets }));
  await ground.told('cidrset/office', 'True InSync');
  const fault = ground.edge.fault({
    match: { action: 'UpdateIPSet' },
    effect: before(() => ipSets.write('sallyport-office-ipv4', A, C)),
    times: 1,
  });
  await ground.apply(cidrSet('office', [A, B], { targets }));
  await eventually(async () => expect(await addresses('sallyport-office-ipv4')).toEqual([B, A]));
  expect(fault.hits).toBe(1);
  await ground.told('cidrset/office', 'True InSync');
});

it('leaves an IP set alone that others made', async () => {
  await ipSets.make('theirs-ipv4', C);
  await ground.apply(
    cidrSet('office', [A], { targets: { wafIpSets: [{ name: 'edge', accounts, ipSetName: 'theirs' }] } }),
  );
  await ground.told(
    'cidrset/office',
    'False NotOurs: shared/eu-west-1: IP set theirs-ipv4 is there and is not ours, so it is left alone: write another ipSetName',
  );
  await ground.look(place);
  expect(await addresses('theirs-ipv4')).toEqual([C]);
  await ipSets.remove('theirs-ipv4');
  await ground.told('cidrset/office', 'True InSync');
  expect(await addresses('theirs-ipv4')).toEqual([A]);
});

it('does not empty what a web ACL uses: it says so, and deletes it once nothing does', async () => {
  await ground.apply(cidrSet('office', [A, B], { targets }));
  await ground.told('cidrset/office', 'True InSync');
  const letGo = await ipSets.use('sallyport-office-ipv4');

  await ground.apply(cidrSet('office', [A, B]));
  await ground.told(
    'cidrset/office',
    /^False InUse: shared\/eu-west-1 arn:\S+ \(sallyport-office-ipv4\): .*; take it out of what refers to it/,
  );
  expect(await addresses('sallyport-office-ipv4')).toEqual([B, A]);
  await letGo();
  await eventually(async () => expect(await ipSets.names()).toEqual([]));
});

it('lets go of it with Retain: it stays as it is, without any mark', async () => {
  await ground.apply(cidrSet('office', [A], { targets, deletionPolicy: 'Retain' }));
  await ground.told('cidrset/office', 'True InSync');
  await ground.deleteSets('office');
  expect(await ipSets.see('sallyport-office-ipv4')).toMatchObject({
    addresses: [A],
    description: 'Left by CidrSet office',
    tags: {},
  });
  await ipSets.remove('sallyport-office-ipv4');
});

it('killed between the two calls of letting go, the next one ends it', async () => {
  await ground.apply(cidrSet('office', [A], { targets, deletionPolicy: 'Retain' }));
  await ground.told('cidrset/office', 'True InSync');
  const fault = ground.edge.fault({ match: { action: 'UntagResource' }, effect: resetBefore() });
  await ground.server.kubectl('delete', 'cidrset', 'office', '--wait=false');
  const left = { addresses: [A], description: 'Left by CidrSet office' };
  await eventually(async () => {
    expect(await ipSets.see('sallyport-office-ipv4')).toMatchObject({
      ...left,
      tags: { 'sallyport.dev/owner': 'owner' },
    });
  });
  await operator.stop();
  fault.stop();
  operator = start();
  await ground.deleteSets('office');
  expect(await ipSets.see('sallyport-office-ipv4')).toMatchObject({ ...left, tags: {} });
  await ipSets.remove('sallyport-office-ipv4');
});

it('makes those of CloudFront in us-east-1, and tells of an account without that region', async () => {
  await ground.apply(awsAccount('team-a', { regions: ['eu-west-1', 'us-east-1'] }));
  const cdn = (...names: string[]) => ({
    targets: { wafIpSets: [{ name: 'cdn', accounts: { names }, scope: 'CLOUDFRONT' as const }] },
  });
  await ground.apply(cidrSet('office', [A], cdn('team-a')));
  await ground.told('cidrset/office', 'True InSync');
  expect(await ipSetsOf(TEAM_A, 'us-east-1', 'CLOUDFRONT').names()).toEqual(['sallyport-office-ipv4']);
  expect(await ipSetsOf(TEAM_A, 'us-east-1').names()).toEqual([]);
  expect(await ipSetsOf(TEAM_A, 'eu-west-1').names()).toEqual([]);

  await ground.apply(cidrSet('office', [A], cdn('team-a', 'shared')));
  await ground.told(
    'cidrset/office',
    "False UnknownRegion: Target cdn is for CLOUDFRONT, whose IP sets live in us-east-1: add that to the target's " +
      'regions and to spec.regions of shared, or select other accounts',
  );
});

it('is never throttled at the rates that AWS publishes', async () => {
  ground.edge.buckets(true);
  const sets = ['a', 'b'].map((name) => cidrSet(name, [A, V6], { targets }));
  await ground.apply(...sets);
  for (const { metadata } of sets) await ground.told(`cidrset/${metadata.name}`, 'True InSync');
  expect(ground.edge.count({ action: 'CreateIPSet', status: 200 })).toBe(4);
  expect(ground.edge.count({ service: 'wafv2', status: 400 })).toBe(0);
});

it('finds what it made just before it died, though no set asks for anything of the kind any more', async () => {
  let tell = () => {};
  const made = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const deadly = resetAfter();
  const fault = ground.edge.fault({
    match: { action: 'CreateIPSet' },
    effect: (call, next) => deadly(call, next).finally(tell),
  });
  await ground.apply(cidrSet('office', [A], { targets }));
  await made;
  await operator.stop();
  fault.stop();
  expect(await ipSets.names()).toEqual(['sallyport-office-ipv4']);

  await ground.apply(cidrSet('office', [A]));
  operator = start();
  await eventually(async () => expect(await ipSets.names()).toEqual([]));
  await ground.told('cidrset/office', 'True InSync: No targets');
});

it('ends as it should when it dies with the answer to any of its calls to WAF', async () => {
  await operator.stop();

  async function prepare(): Promise<void> {
    await ground.apply(cidrSet('kept', [A], { targets }), cidrSet('gone', [A], { targets }));
    const first = start();
    await ground.told('cidrset/kept', 'True InSync');
    await ground.told('cidrset/gone', 'True InSync');
    await first.stop();
    await ground.apply(cidrSet('kept', [B, V6], { targets }), cidrSet('gone', [A]));
  }

  async function done(): Promise<void> {
    await eventually(async () => expect(await ipSets.names()).toEqual(['sallyport-kept-ipv4', 'sallyport-kept-ipv6']));
    await eventually(async () => expect(await addresses('sallyport-kept-ipv4')).toEqual([B]));
    await ground.told('cidrset/kept', 'True InSync');
  }

  let nth = 1;
  for (; ; nth++) {
    await prepare();
    if (!(await diesAt(ground, { service: 'wafv2', nth, start, done }))) break;
    expect(await addresses('sallyport-kept-ipv4')).toHaveLength(1);
    const third = start();
    await done();
    await ground.deleteSets();
    await third.stop();
  }
  // A list, two reads, and an update, a creation and a deletion.
  expect(nth).toBeGreaterThan(6);
  operator = start();
});
