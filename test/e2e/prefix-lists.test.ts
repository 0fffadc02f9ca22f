import { AuthorizeSecurityGroupIngressCommand, CreateManagedPrefixListCommand } from '@aws-sdk/client-ec2';
import { GetResourceShareAssociationsCommand, GetResourceSharesCommand, RAMClient } from '@aws-sdk/client-ram';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { before, denied, refused } from '../support/edge/effects.js';
import { RULES_PER_GROUP } from '../support/edge/quotas.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import type { Group } from '../support/group.js';
import { PrefixLists } from '../support/prefix-lists.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const V6 = '2001:db8::/32';
const SHARED = '111111111111';
const TEAM_A = '222222222222';
const place = 'shared/eu-west-1';
const NAME = 'sallyport-office-ipv4';
const targets = { prefixLists: [{ name: 'lists', accounts: { names: ['shared'] }, regions: ['eu-west-1'] }] };

let ground: Ground;
let lists: PrefixLists;
beforeAll(async () => {
  ground = await startGround();
  ground.operator({ resyncMs: 300, ownerId: 'owner' });
  lists = new PrefixLists(ground.edge.clientFor(SHARED, 'eu-west-1'));
  await ground.apply(awsAccount('shared'));
});
afterEach(() => ground.clean());
afterAll(() => ground.stop());

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `10.${Math.floor((from + i) / 128)}.${2 * ((from + i) % 128)}.0/24`);

/** A set that goes into groups by its list. */
const listed = (cidrs: string[], groups: Group[], more: object = {}) =>
  cidrSet('office', cidrs, into(groups, { via: 'PrefixList', ...more }));

function makeGroups(count: number, name: string): Promise<Group[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => ground.makeGroup(place, { name: `${name}-${i}` })));
}

async function restsQuietly(): Promise<void> {
  const written = ground.edge.count({ mutating: true });
  await ground.look(place);
  expect(ground.edge.count({ mutating: true })).toBe(written);
}

it('makes lists with our marks, follows the set, keeps an empty family, and deletes them with the set', async () => {
  await ground.apply(cidrSet('office', [{ cidr: A, description: 'Berlin' }, B, V6], { targets }));
  await ground.told('cidrset/office', 'True InSync');
  const made = await lists.see(NAME);
  expect(made).toMatchObject({
    size: 4,
    tags: { 'sallyport.dev/owner': 'owner', 'sallyport.dev/cidr-set': 'office' },
    entries: [B, `${A} Berlin`],
  });
  const where = { target: 'prefixLists', account: 'shared', region: 'eu-west-1' };
  await eventually(async () =>
    expect((await ground.set('office')).status?.objects).toEqual([
      { ...where, id: made?.id, name: NAME, entries: 2 },
      { ...where, id: expect.stringMatching(/^pl-/), name: 'sallyport-office-ipv6', entries: 1 },
    ]),
  );
  await restsQuietly();

  await ground.apply(cidrSet('office', [A, C], { targets }));
  await eventually(async () => expect((await lists.see(NAME))?.entries).toEqual([C, A]));
  await eventually(async () => expect((await lists.see('sallyport-office-ipv6'))?.entries).toEqual([]));
  await ground.told('cidrset/office', 'True InSync');
  // What comes, what goes and what is described anew are one version.
  expect(await lists.see(NAME)).toMatchObject({ id: made?.id, version: 2 });

  await ground.deleteSets('office');
  expect(await lists.names()).toEqual([]);
});

it('writes more than a call takes in hundreds, and grows before that', async () => {
  await ground.apply(cidrSet('office', many(150), { targets }));
  await ground.told('cidrset/office', 'True InSync');
  expect(await lists.see(NAME)).toMatchObject({ size: 165, version: 2 });
  expect((await lists.see(NAME))?.entries).toHaveLength(150);

  await ground.apply(cidrSet('office', many(230), { targets }));
  await ground.told('cidrset/office', 'True InSync');
  const grown = await lists.see(NAME);
  expect(grown).toMatchObject({ size: 253, version: 3 });
  expect(grown?.entries).toHaveLength(230);
  await restsQuietly();
});

it('refuses more than 1,000 entries whole, with the number and the ways out', async () => {
  const sets = ['a', 'b'].map((name, i) => cidrSet(name, many(600, 600 * i), {}));
  await ground.apply(...sets, cidrSet('office', [], { include: ['a', 'b'], targets }));
  await ground.told(
    'cidrset/office',
    /^False QuotaExceeded: shared\/eu-west-1: office has 1200 IPv4 CIDRs, and a prefix list holds up to 1000: .* Narrow/,
  );
  expect(await lists.names()).toEqual([]);
});

it('leaves a list alone that others made', async () => {
  const ec2 = ground.edge.clientFor(SHARED, 'eu-west-1');
  const theirs = { PrefixListName: 'corp-ipv4', AddressFamily: 'IPv4', MaxEntries: 5 };
  await ec2.send(new CreateManagedPrefixListCommand(theirs));
  const [target] = targets.prefixLists;
  await ground.apply(cidrSet('office', [A], { targets: { prefixLists: [{ ...target, listName: 'corp' }] } }));
  await ground.told(
    'cidrset/office',
    'False NotOurs: shared/eu-west-1: Prefix list corp-ipv4 is there and is not ours',
  );
  expect(await lists.see('corp-ipv4')).toMatchObject({ entries: [], tags: {}, version: 1 });
  await lists.remove('corp-ipv4');
  await ground.edge.settling.finish();
});

it('reads again what somebody changed between its look and its write, and puts it right', async () => {
  await ground.apply(cidrSet('office', [A, B], { targets }));
  await ground.told('cidrset/office', 'True InSync');
  const fault = ground.edge.fault({
    match: { action: 'ModifyManagedPrefixList' },
    effect: before(async () => {
      await lists.add(NAME, '10.9.0.0/16');
      await ground.edge.settling.finish();
    }),
    times: 1,
  });
  await ground.apply(cidrSet('office', [A, C], { targets }));
  await eventually(async () => expect((await lists.see(NAME))?.entries).toEqual([C, A]));
  expect(fault.hits).toBe(1);
  await ground.told('cidrset/office', 'True InSync');
});

it('goes into groups by a list: a change is one call, whatever the number of groups', async () => {
  const groups = await makeGroups(6, 'by-list');
  await ground.apply(listed([A, B], groups, { ports: ['tcp/443', 'icmp'] }));
  await ground.told('cidrset/office', 'True InSync: 12 rules in 6 security groups');
  const { id, size } = (await lists.see(NAME)) ?? { id: '', size: 0 };
  for (const group of groups) {
    expect(await group.notedRules()).toEqual([`* icmp ${id} "[office] ${NAME}"`, `* tcp/443 ${id} "[office] ${NAME}"`]);
  }
  const headroom = new RegExp(
    `^True Enough: shared/eu-west-1 sg-.* \\(by-list-\\d\\): ${2 * size} of 60 inbound IPv4 rules$`,
  );
  await ground.told('cidrset/office', headroom, 'QuotaHeadroom');
  await restsQuietly();

  const written = ground.edge.count({ mutating: true });
  const modified = ground.edge.count({ action: 'ModifyManagedPrefixList' });
  await ground.apply(listed([A, B, C], groups, { ports: ['tcp/443', 'icmp'] }));
  await ground.told('cidrset/office', 'True InSync: 12 rules in 6 security groups');
  expect((await lists.see(NAME))?.entries).toEqual([C, B, A]);
  expect(ground.edge.count({ mutating: true })).toBe(written + 1);
  expect(ground.edge.count({ action: 'ModifyManagedPrefixList' })).toBe(modified + 1);
});

it('moves between rules and a list, and lets the set in all the way', async () => {
  const groups = await makeGroups(2, 'moving');
  const set = (via: 'Rules' | 'PrefixList') => cidrSet('office', [A, B], into(groups, { via }));
  await ground.apply(set('Rules'));
  await ground.told('cidrset/office', 'True InSync: 4 rules');
  const lets = async (group: Group): Promise<boolean> => {
    const rules = await group.rules();
    return [A, B].every((cidr) => rules.includes(`* tcp/443 ${cidr}`)) || rules.some((rule) => rule.includes('pl-'));
  };
  const open: boolean[] = [];
  ground.edge.fault({
    match: { mutating: true },
    effect: async (_call, next) => {
      const answer = await next();
      for (const group of groups) open.push(await lets(group));
      return answer;
    },
  });

  await ground.apply(set('PrefixList'));
  await ground.told('cidrset/office', 'True InSync: 2 rules');
  const { id } = (await lists.see(NAME)) ?? { id: '' };
  await eventually(async () => {
    for (const group of groups) expect(await group.rules()).toEqual([`* tcp/443 ${id}`]);
  });
  await ground.apply(set('Rules'));
  await eventually(async () => expect(await lists.names()).toEqual([]));
  await ground.told('cidrset/office', 'True InSync: 4 rules');
  for (const group of groups) expect(await group.rules()).toEqual([`* tcp/443 ${B}`, `* tcp/443 ${A}`]);
  expect(open.length).toBeGreaterThan(6);
  expect(open).not.toContain(false);
});

it('takes a list from five groups on, says why, and stays with it when a group goes', async () => {
  const groups = await makeGroups(5, 'auto');
  const auto = (of: Group[]) => cidrSet('office', [A, B], into(of, { via: 'Auto' }));
  const note = async () => (await ground.set('office')).status?.scopes?.[0]?.message;
  await ground.apply(auto(groups.slice(1)));
  await ground.told('cidrset/office', 'True InSync: 8 rules in 4');
  await eventually(async () => expect(await note()).toMatch(/by rules: it selects 4 groups, fewer than 5$/));
  await ground.apply(auto(groups));
  await ground.told('cidrset/office', 'True InSync: 5 rules in 5');
  await eventually(async () => expect(await note()).toMatch(/by prefix list: it selects 5 groups$/));
  await ground.apply(auto(groups.slice(1)));
  await ground.told('cidrset/office', 'True InSync: 4 rules in 4');
  await eventually(async () => expect(await note()).toMatch(/by prefix list: the list is there and fits$/));
});

it('does not grow a list where a group that refers to it is full, says so, and does when there is room', async () => {
  const full = await ground.makeGroup(place, { name: 'full', rules: many(56).map((cidr) => `tcp/22 ${cidr}`) });
  await ground.apply(listed([A, B], [full]));
  await ground.told('cidrset/office', 'True InSync: 1 rule');
  await ground.told('cidrset/office', /^False NearQuota: .* 60 of 60 inbound IPv4 rules$/, 'QuotaHeadroom');
  const rules = await full.rules();
  await ground.apply(listed([A, B, C, '10.99.0.0/16'], [full]));
  await ground.told(
    'cidrset/office',
    /^False QuotaExceeded: .*has to grow from 4 to 6 entries, and sg-.* \(full\) has no room: it has 60 inbound IPv4 rules/,
  );
  await restsQuietly();
  expect(await lists.see(NAME)).toMatchObject({ size: 4, entries: [B, A] });
  expect(await full.rules()).toEqual(rules);
  await full.revoke(...many(2).map((cidr) => `tcp/22 ${cidr}`));
  await ground.told('cidrset/office', 'True InSync: 1 rule');
  expect(await lists.see(NAME)).toMatchObject({ size: 6 });
});

it('tells when AWS could not let a list grow for a group that it does not see', async () => {
  await ground.apply(
    cidrSet('office', [A, B], {
      targets: { prefixLists: [{ ...targets.prefixLists[0], name: 'lists', shareWith: [TEAM_A] }] },
    }),
  );
  await ground.told('cidrset/office', 'True InSync');
  const { id = '' } = (await lists.see(NAME)) ?? {};
  const full = await ground.makeGroup('team-a/eu-west-1', {
    name: 'full',
    rules: many(56).map((cidr) => `tcp/22 ${cidr}`),
  });
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: id }] }];
  const consumer = ground.edge.clientFor(TEAM_A, 'eu-west-1');
  await consumer.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: full.id, IpPermissions }));

  const four = cidrSet('office', [A, B, C, '10.99.0.0/16'], {
    targets: { prefixLists: [{ ...targets.prefixLists[0], name: 'lists', shareWith: [TEAM_A] }] },
  });
  await ground.apply(four);
  await ground.told(
    'cidrset/office',
    new RegExp(`^False PrefixListFailed: .*is modify-failed: .*${full.id}; trying again`),
  );
  await full.delete();
  await ground.told('cidrset/office', 'True InSync');
  expect(await lists.see(NAME)).toMatchObject({ size: 6 });
});

it('keeps a list that others refer to until they let go of it', async () => {
  await ground.apply(cidrSet('office', [A], { targets }));
  await ground.told('cidrset/office', 'True InSync');
  const { id: PrefixListId = '' } = (await lists.see(NAME)) ?? {};
  const other = await ground.makeGroup(place, { name: 'other' });
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId }] }];
  const ec2 = ground.edge.clientFor(SHARED, 'eu-west-1');
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: other.id, IpPermissions }));
  const deletions = () => ground.edge.count({ action: 'DeleteManagedPrefixList' });
  const deleted = deletions();
  await ground.apply(cidrSet('office', [A], {}));
  await ground.told(
    'cidrset/office',
    `False PrefixListInUse: shared/eu-west-1: ${PrefixListId} (${NAME}) is no longer asked for`,
  );
  await restsQuietly();
  expect(deletions()).toBe(deleted);
  await other.delete();
  await eventually(async () => expect(await lists.names()).toEqual([]));
  expect(deletions()).toBe(deleted + 1);
});

it('shares lists with exactly whom the set names, and ends that with it', async () => {
  const ram = ground.edge.client(RAMClient, SHARED, 'eu-west-1');
  const set = (...shareWith: string[]) =>
    cidrSet('office', [A, V6], { targets: { prefixLists: [{ ...targets.prefixLists[0], name: 'lists', shareWith }] } });
  const principals = async () => {
    const active = { resourceOwner: 'SELF' as const, resourceShareStatus: 'ACTIVE' as const };
    const { resourceShares = [] } = await ram.send(new GetResourceSharesCommand(active));
    const arns = resourceShares.flatMap(({ resourceShareArn }) => resourceShareArn ?? []);
    const input = {
      associationType: 'PRINCIPAL' as const,
      associationStatus: 'ASSOCIATED' as const,
      resourceShareArns: arns,
    };
    const { resourceShareAssociations = [] } = await ram.send(new GetResourceShareAssociationsCommand(input));
    return resourceShareAssociations.map(({ associatedEntity }) => associatedEntity).sort();
  };
  const teamA = new PrefixLists(ground.edge.clientFor(TEAM_A, 'eu-west-1'));
  await ground.apply(set(TEAM_A));
  await ground.told('cidrset/office', 'True InSync');
  await eventually(async () => expect(await teamA.names()).toEqual([NAME, 'sallyport-office-ipv6']));
  await restsQuietly();

  await ground.apply(set('333333333333'));
  await eventually(async () => expect(await principals()).toEqual(['333333333333']));
  expect(await teamA.names()).toEqual([]);

  await ground.apply(set());
  await eventually(async () => expect(await principals()).toEqual([]));
  // Once status no longer tells of the share, nothing is asked about it.
  await eventually(async () => {
    const asked = ground.edge.count({ service: 'ram' });
    await ground.look(place);
    expect(ground.edge.count({ service: 'ram' })).toBe(asked);
  });

  await ground.apply(set(TEAM_A));
  await eventually(async () => expect(await principals()).toEqual([TEAM_A]));
  await ground.deleteSets('office');
  expect(await principals()).toEqual([]);
  expect(await lists.names()).toEqual([]);
});

it('removes nothing from groups while lists can not be read, and says what is missing', async () => {
  const groups = await makeGroups(1, 'unread');
  await ground.apply(listed([A, B], groups));
  await ground.told('cidrset/office', 'True InSync: 1 rule');
  const rules = await groups[0]?.rules();
  const fault = ground.edge.fault({ match: { action: 'DescribeManagedPrefixLists' }, effect: denied() });
  await ground.apply(listed([A], groups));
  await ground.told('cidrset/office', /^False AccountDenied: .*ec2:DescribeManagedPrefixLists/);
  expect(await groups[0]?.rules()).toEqual(rules);
  fault.stop();
  await ground.told('cidrset/office', 'True InSync: 1 rule');
});

it("counts by the account's own quota, and by what AWS begins with where that can't be read", async () => {
  const [group] = (await makeGroups(1, 'quota')) as [Group];
  const set = cidrSet('office', many(62), into(group));
  ground.edge.fault({ match: { action: 'GetServiceQuota' }, effect: refused('AccessDeniedException') });
  await ground.apply(awsAccount('team-a'), set);
  await ground.told(
    'cidrset/office',
    /would hold 62 inbound IPv4 rules: 0 now, 62 to add, 0 to remove; the quota is 60, /,
  );
  ground.edge.quotas.set(SHARED, RULES_PER_GROUP, 100);
  await ground.apply(awsAccount('shared', { rulesPerSecurityGroup: 100 }));
  await ground.told('cidrset/office', 'True InSync: 62 rules');
});
