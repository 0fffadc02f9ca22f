import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  type CreateManagedPrefixListCommandInput,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteManagedPrefixListCommand,
  DeleteTagsCommand,
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupRulesCommand,
  type EC2Client,
  GetManagedPrefixListAssociationsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
  type ModifyManagedPrefixListCommandInput,
  paginateDescribeManagedPrefixLists,
  paginateGetManagedPrefixListEntries,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateResourceShareCommand,
  DeleteResourceShareCommand,
  DisassociateResourceShareCommand,
  RAMClient,
} from '@aws-sdk/client-ram';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Edge, startEdge } from '../support/edge/edge.js';
import { RULES_PER_GROUP } from '../support/edge/quotas.js';
import { type Moto, startMoto } from '../support/moto.js';

/** What AWS's documents say of managed prefix lists, and of rules that refer to them. */

const accountId = '222222222222';
const consumerId = '333333333333';
const region = 'eu-west-1';

let moto: Moto;
let edge: Edge;
let ec2: EC2Client;
let consumer: EC2Client;
beforeAll(async () => {
  moto = await startMoto();
  edge = await startEdge({ upstream: moto.url });
  ec2 = edge.clientFor(accountId, region);
  consumer = edge.clientFor(consumerId, region);
});
afterAll(async () => {
  await edge?.stop();
  await moto?.stop();
});
beforeEach(async () => {
  await moto.reset();
  edge.reset();
  edge.empty();
  edge.settling.take(0);
});

function cidrs(count: number, from = 0): { Cidr: string }[] {
  return Array.from({ length: count }, (_, n) => ({ Cidr: `10.0.${from + n}.0/24` }));
}

async function create(input: Partial<CreateManagedPrefixListCommandInput> = {}) {
  const defaults = { PrefixListName: 'office', AddressFamily: 'IPv4', MaxEntries: 10 };
  const { PrefixList } = await ec2.send(new CreateManagedPrefixListCommand({ ...defaults, ...input }));
  return { PrefixListId: PrefixList?.PrefixListId ?? '', arn: PrefixList?.PrefixListArn ?? '', list: PrefixList };
}

function modify(input: ModifyManagedPrefixListCommandInput) {
  return ec2.send(new ModifyManagedPrefixListCommand(input));
}

async function describe(PrefixListId: string, client = ec2) {
  const { PrefixLists } = await client.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [PrefixListId] }));
  return PrefixLists?.[0];
}

async function entries(PrefixListId: string, TargetVersion?: number, client = ec2): Promise<string[]> {
  const input = { PrefixListId, ...(TargetVersion && { TargetVersion }) };
  const { Entries = [] } = await client.send(new GetManagedPrefixListEntriesCommand(input));
  return Entries.map(({ Cidr, Description }) => (Description ? `${Cidr} ${Description}` : `${Cidr}`));
}

async function makeGroup(client = ec2, GroupName = 'gitlab'): Promise<string> {
  const { GroupId = '' } = await client.send(new CreateSecurityGroupCommand({ GroupName, Description: 'd' }));
  return GroupId;
}

function refer(GroupId: string, PrefixListId: string, port = 443) {
  return { GroupId, IpPermissions: [permission(PrefixListId, port)] };
}

function permission(PrefixListId: string, port = 443, Description = 'office') {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, PrefixListIds: [{ PrefixListId, Description }] };
}

async function rules(GroupId: string, client = ec2) {
  const Filters = [{ Name: 'group-id', Values: [GroupId] }];
  const { SecurityGroupRules = [] } = await client.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress);
}

it('makes a list, with its tags and entries, that is in progress at first', async () => {
  edge.settling.take(1);
  const Tags = [{ Key: 'sallyport.dev/owner', Value: 'me' }];
  const { PrefixListId, list } = await create({
    Entries: [{ Cidr: '10.1.2.3/8', Description: 'Berlin' }],
    TagSpecifications: [{ ResourceType: 'prefix-list', Tags }],
  });
  const made = {
    PrefixListName: 'office',
    AddressFamily: 'IPv4',
    MaxEntries: 10,
    Version: 1,
    OwnerId: accountId,
    Tags,
  };
  expect(list).toMatchObject({ ...made, State: 'create-in-progress' });
  expect(await describe(PrefixListId)).toMatchObject({ ...made, State: 'create-in-progress' });
  expect(await describe(PrefixListId)).toMatchObject({ ...made, State: 'create-complete' });
  expect(await entries(PrefixListId)).toEqual(['10.0.0.0/8 Berlin']);
});

it('makes one list for one client token', async () => {
  const [first, again] = [await create({ ClientToken: 'a' }), await create({ ClientToken: 'a' })];
  expect(again.PrefixListId).toBe(first.PrefixListId);
  await expect(create({ ClientToken: 'a', MaxEntries: 11 })).rejects.toMatchObject({
    name: 'IdempotentParameterMismatch',
  });
});

it.each<[string, string, Partial<CreateManagedPrefixListCommandInput>]>([
  ['InvalidParameterValue', 'no size', { MaxEntries: 0 }],
  ['InvalidParameterValue', 'more than 1,000 entries', { MaxEntries: 1001 }],
  ['InvalidParameterValue', 'more than 100 entries in a call', { MaxEntries: 200, Entries: cidrs(101) }],
  ['InvalidParameterValue', 'a CIDR of the other family', { Entries: [{ Cidr: '2001:db8::/32' }] }],
  ['InvalidParameterValue', 'a CIDR twice', { Entries: [...cidrs(1), ...cidrs(1)] }],
  ['InvalidParameterValue', 'a name of AWS', { PrefixListName: 'com.amazonaws.office' }],
  ['PrefixListMaxEntriesExceeded', 'more entries than its size', { MaxEntries: 1, Entries: cidrs(2) }],
])('refuses to make a list with %s for %s', async (name, _, input) => {
  await expect(create(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

it("finds lists by id, name, owner and tag, in pages, and AWS's own", async () => {
  const tagged = [{ ResourceType: 'prefix-list' as const, Tags: [{ Key: 'set', Value: 'vpn' }] }];
  await create();
  const vpn = await create({ PrefixListName: 'vpn', TagSpecifications: tagged });
  const find = async (Name: string, ...Values: string[]) => {
    const { PrefixLists = [] } = await ec2.send(new DescribeManagedPrefixListsCommand({ Filters: [{ Name, Values }] }));
    return PrefixLists.map(({ PrefixListName }) => PrefixListName);
  };
  expect(await find('prefix-list-id', vpn.PrefixListId)).toEqual(['vpn']);
  expect(await find('prefix-list-name', 'off*')).toEqual(['office']);
  expect(await find('owner-id', accountId)).toEqual(['office', 'vpn']);
  expect(await find('tag:set', 'vpn')).toEqual(['vpn']);
  expect(await find('tag-key', 'set')).toEqual(['vpn']);
  expect(await find('owner-id', 'AWS')).toContain(`com.amazonaws.${region}.s3`);

  const sizes: number[] = [];
  for await (const page of paginateDescribeManagedPrefixLists({ client: ec2, pageSize: 4 }, {})) {
    sizes.push(page.PrefixLists?.length ?? 0);
  }
  expect(sizes).toEqual([4, 2]);
  await expect(describe('pl-0123456789abcdef0')).rejects.toMatchObject({ name: 'InvalidPrefixListID.NotFound' });
});

it('changes tags', async () => {
  const { PrefixListId } = await create();
  const groupId = await makeGroup();
  await ec2.send(
    new CreateTagsCommand({
      Resources: [PrefixListId, groupId],
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  );
  await ec2.send(new DeleteTagsCommand({ Resources: [PrefixListId, groupId], Tags: [{ Key: 'a' }] }));
  expect((await describe(PrefixListId))?.Tags).toEqual([{ Key: 'b', Value: '2' }]);
});

it('makes a version of each change of entries, seen once it is complete', async () => {
  edge.settling.take(Number.POSITIVE_INFINITY);
  const { PrefixListId } = await create({ Entries: cidrs(2) });
  await edge.settling.finish();
  const change = { PrefixListId, CurrentVersion: 1, AddEntries: cidrs(1, 7), RemoveEntries: cidrs(1) };
  expect((await modify(change)).PrefixList).toMatchObject({ State: 'modify-in-progress', Version: 1 });
  expect(await entries(PrefixListId)).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
  await expect(modify({ PrefixListId, CurrentVersion: 1, AddEntries: cidrs(1, 8) })).rejects.toMatchObject({
    name: 'IncorrectState',
  });
  await edge.settling.finish();
  expect(await describe(PrefixListId)).toMatchObject({ State: 'modify-complete', Version: 2 });
  expect(await entries(PrefixListId)).toEqual(['10.0.1.0/24', '10.0.7.0/24']);
  expect(await entries(PrefixListId, 1)).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
});

it('changes a description in place, and a name without a version', async () => {
  const { PrefixListId } = await create({ Entries: cidrs(2) });
  const AddEntries = [{ Cidr: '10.0.0.0/24', Description: 'Berlin' }];
  await modify({ PrefixListId, CurrentVersion: 1, AddEntries });
  await modify({ PrefixListId, PrefixListName: 'offices' });
  expect(await entries(PrefixListId)).toEqual(['10.0.0.0/24 Berlin', '10.0.1.0/24']);
  expect(await describe(PrefixListId)).toMatchObject({ PrefixListName: 'offices', Version: 2 });
});

it.each<[string, string, Omit<ModifyManagedPrefixListCommandInput, 'PrefixListId'>]>([
  ['MissingParameter', 'no version', { AddEntries: cidrs(1, 9) }],
  ['PrefixListVersionMismatch', 'another version', { CurrentVersion: 2, AddEntries: cidrs(1, 9) }],
  ['InvalidParameterCombination', 'entries and size', { CurrentVersion: 1, AddEntries: cidrs(1, 9), MaxEntries: 300 }],
  [
    'InvalidParameterValue',
    'more than 100 changes',
    { CurrentVersion: 1, AddEntries: cidrs(100, 9), RemoveEntries: cidrs(1) },
  ],
  [
    'InvalidParameterValue',
    'to add and remove a CIDR',
    { CurrentVersion: 1, AddEntries: cidrs(1), RemoveEntries: cidrs(1) },
  ],
  ['InvalidPrefixListModification', 'an entry that is there', { CurrentVersion: 1, AddEntries: cidrs(1) }],
  ['InvalidPrefixListModification', "an entry that isn't there", { CurrentVersion: 1, RemoveEntries: cidrs(1, 9) }],
  ['PrefixListMaxEntriesExceeded', 'more entries than its size', { CurrentVersion: 1, AddEntries: cidrs(9, 9) }],
  ['PrefixListMaxEntriesExceeded', 'a size below its entries', { MaxEntries: 1 }],
])('refuses a change with %s for %s', async (name, _, input) => {
  const { PrefixListId } = await create({ Entries: cidrs(2) });
  await expect(modify({ PrefixListId, ...input })).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  expect(await entries(PrefixListId)).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
});

it('gives entries in pages of up to 100', async () => {
  const { PrefixListId } = await create({ MaxEntries: 150, Entries: cidrs(100) });
  await modify({ PrefixListId, CurrentVersion: 1, AddEntries: cidrs(50, 100) });
  const sizes: number[] = [];
  for await (const { Entries = [] } of paginateGetManagedPrefixListEntries({ client: ec2 }, { PrefixListId })) {
    sizes.push(Entries.length);
  }
  expect(sizes).toEqual([100, 50]);
});

it('lets rules refer to a list, with tags and descriptions, and tells who does', async () => {
  const { PrefixListId } = await create();
  const GroupId = await makeGroup();
  const Tags = [{ Key: 'sallyport.dev/owner', Value: 'me' }];
  const TagSpecifications = [{ ResourceType: 'security-group-rule' as const, Tags }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ ...refer(GroupId, PrefixListId), TagSpecifications }));
  const [rule] = await rules(GroupId);
  expect(rule).toMatchObject({ PrefixListId, FromPort: 443, Description: 'office', Tags });
  expect(rule).not.toHaveProperty('CidrIpv4');
  const associations = await ec2.send(new GetManagedPrefixListAssociationsCommand({ PrefixListId }));
  expect(associations.PrefixListAssociations).toEqual([{ ResourceId: GroupId, ResourceOwner: accountId }]);
  await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand(refer(GroupId, PrefixListId)))).rejects.toMatchObject({
    name: 'InvalidPermission.Duplicate',
  });

  const IpPermissions = [permission(PrefixListId, 443, 'Berlin')];
  await ec2.send(new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId, IpPermissions }));
  expect(await rules(GroupId)).toMatchObject([{ Description: 'Berlin' }]);
  const byId = [{ SecurityGroupRuleId: rule?.SecurityGroupRuleId, Description: 'Oslo' }];
  await ec2.send(
    new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId, SecurityGroupRuleDescriptions: byId }),
  );
  expect(await rules(GroupId)).toMatchObject([{ Description: 'Oslo' }]);

  await ec2.send(new RevokeSecurityGroupIngressCommand(refer(GroupId, PrefixListId)));
  expect(await rules(GroupId)).toEqual([]);
});

it("refuses rules that refer to no list, or to one that isn't made yet", async () => {
  const GroupId = await makeGroup();
  const authorize = (id: string) => ec2.send(new AuthorizeSecurityGroupIngressCommand(refer(GroupId, id)));
  await expect(authorize('pl-0123456789abcdef0')).rejects.toMatchObject({ name: 'InvalidPrefixListID.NotFound' });
  edge.settling.take(1);
  const { PrefixListId } = await create();
  await expect(authorize(PrefixListId)).rejects.toMatchObject({ name: 'IncorrectState' });
});

it('counts a list as its size, in the quota of its family, as high as that is', async () => {
  const { PrefixListId } = await create({ MaxEntries: 59 });
  const v6 = await create({ AddressFamily: 'IPv6', MaxEntries: 60 });
  const GroupId = await makeGroup();
  const add = (IpPermission: object) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [IpPermission] }));
  const cidr = (CidrIp: string) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] });
  await add(permission(PrefixListId));
  await add(permission(v6.PrefixListId));
  await add(cidr('192.0.2.1/32'));
  const full = { name: 'RulesPerSecurityGroupLimitExceeded' };
  await expect(add(cidr('192.0.2.2/32'))).rejects.toMatchObject(full);
  edge.quotas.set(accountId, RULES_PER_GROUP, 61);
  await add(cidr('192.0.2.2/32'));
  await expect(add(permission(PrefixListId, 22))).rejects.toMatchObject(full);
});

it('grows a list only where all that refer to it have room', async () => {
  const { PrefixListId } = await create({ MaxEntries: 10 });
  const GroupId = await makeGroup();
  for (const port of [22, 443]) {
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(refer(GroupId, PrefixListId, port)));
  }
  await modify({ PrefixListId, MaxEntries: 30 });
  expect(await describe(PrefixListId)).toMatchObject({ State: 'modify-complete', MaxEntries: 30, Version: 1 });
  await modify({ PrefixListId, MaxEntries: 31 });
  const failed = await describe(PrefixListId);
  expect(failed).toMatchObject({ State: 'modify-failed', MaxEntries: 30 });
  expect(failed?.StateMessage).toContain(GroupId);
  await modify({ PrefixListId, MaxEntries: 29 });
  expect(await describe(PrefixListId)).toMatchObject({ State: 'modify-complete', MaxEntries: 29 });
});

it("deletes a list, but not one that is referred to or AWS's", async () => {
  const { PrefixListId } = await create();
  const GroupId = await makeGroup();
  await ec2.send(new AuthorizeSecurityGroupIngressCommand(refer(GroupId, PrefixListId)));
  const remove = (id = PrefixListId) => ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId: id }));
  expect((await remove()).PrefixList?.State).toBe('delete-in-progress');
  const failed = await describe(PrefixListId);
  expect(failed?.State).toBe('delete-failed');
  expect(failed?.StateMessage).toContain(GroupId);
  await ec2.send(new RevokeSecurityGroupIngressCommand(refer(GroupId, PrefixListId)));
  await remove();
  await expect(describe(PrefixListId)).rejects.toMatchObject({ name: 'InvalidPrefixListID.NotFound' });

  const Filters = [{ Name: 'owner-id', Values: ['AWS'] }];
  const { PrefixLists = [] } = await ec2.send(new DescribeManagedPrefixListsCommand({ Filters }));
  await expect(remove(PrefixLists[0]?.PrefixListId)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
});

it('shares a list with another account, which may refer to it but not change it', async () => {
  const { PrefixListId, arn } = await create({ Entries: cidrs(2) });
  await expect(describe(PrefixListId, consumer)).rejects.toMatchObject({ name: 'InvalidPrefixListID.NotFound' });
  const ram = edge.client(RAMClient, accountId, region);
  const { resourceShare } = await ram.send(
    new CreateResourceShareCommand({ name: 'office', resourceArns: [arn], principals: [consumerId] }),
  );
  expect(await describe(PrefixListId, consumer)).toMatchObject({ OwnerId: accountId, PrefixListName: 'office' });
  expect(await entries(PrefixListId, undefined, consumer)).toHaveLength(2);
  await expect(
    consumer.send(new ModifyManagedPrefixListCommand({ PrefixListId, MaxEntries: 20 })),
  ).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  const GroupId = await makeGroup(consumer);
  await consumer.send(new AuthorizeSecurityGroupIngressCommand(refer(GroupId, PrefixListId)));
  const associations = await ec2.send(new GetManagedPrefixListAssociationsCommand({ PrefixListId }));
  expect(associations.PrefixListAssociations).toEqual([{ ResourceId: GroupId, ResourceOwner: consumerId }]);

  const { resourceShareArn = '' } = resourceShare ?? {};
  await ram.send(new DisassociateResourceShareCommand({ resourceShareArn, principals: [consumerId] }));
  await expect(describe(PrefixListId, consumer)).rejects.toMatchObject({ name: 'InvalidPrefixListID.NotFound' });
  expect(await rules(GroupId, consumer)).toMatchObject([{ PrefixListId }]);
  await ram.send(new DeleteResourceShareCommand({ resourceShareArn }));
  await ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId }));
  expect((await describe(PrefixListId))?.State).toBe('delete-failed');
});
