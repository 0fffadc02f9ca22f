import {
  AssociateVPCWithHostedZoneCommand,
  type Change,
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  CreateVPCAssociationAuthorizationCommand,
  DeleteHostedZoneCommand,
  DeleteVPCAssociationAuthorizationCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesByVPCCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  ListTagsForResourcesCommand,
  ListVPCAssociationAuthorizationsCommand,
  paginateListHostedZones,
  type ResourceRecordSet,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { makeVpc } from '../support/aws/network.js';
import { type Edge, startEdge } from '../support/edge/edge.js';
import { denied, throttled } from '../support/edge/effects.js';
import { endpointZoneId } from '../support/edge/endpoint-zone.js';
import { type Moto, startMoto } from '../support/moto.js';

/** What AWS's documents say of Route 53, and moto alone gets wrong. */

const ownerId = '111111111111';
const otherId = '222222222222';
const strangerId = '333333333333';
const VPCRegion = 'eu-west-1' as const;
const name = 'privatelink.example.com';

let moto: Moto;
let edge: Edge;
let owner: Route53Client;
let other: Route53Client;
let ownVpc: string;
let otherVpc: string;

beforeAll(async () => {
  moto = await startMoto();
  edge = await startEdge({ upstream: moto.url });
  owner = edge.client(Route53Client, ownerId, 'us-east-1');
  other = edge.client(Route53Client, otherId, 'us-east-1');
  ownVpc = await makeVpc(edge.clientFor(ownerId, VPCRegion), { cidrs: ['10.1.0.0/16'] });
  otherVpc = await makeVpc(edge.clientFor(otherId, VPCRegion), { cidrs: ['10.1.0.0/16'] });
});
afterAll(async () => {
  await edge?.stop();
  await moto?.stop();
});
beforeEach(() => {
  edge.reset();
  edge.empty();
  references = 0;
});

let references: number;

/** A zone of the owner's, and its id; `null`: a public one. */
async function makeZone(VPCId: string | null = ownVpc, Name = name): Promise<string> {
  const { HostedZone } = await owner.send(
    new CreateHostedZoneCommand({
      Name,
      CallerReference: `${++references}`,
      ...(VPCId && { VPC: { VPCId, VPCRegion } }),
    }),
  );
  return HostedZone?.Id ?? '';
}

/** A client of the owner's whose calls count, and are made once. */
function operator(): Route53Client {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'operator' };
  return new Route53Client({ endpoint: edge.url, region: VPCRegion, credentials, maxAttempts: 1 });
}

function change(HostedZoneId: string, ...changes: [ChangeAction, ResourceRecordSet][]) {
  return owner.send(changeOf(HostedZoneId, ...changes));
}

function changeOf(HostedZoneId: string, ...changes: [ChangeAction, ResourceRecordSet][]) {
  const Changes = changes.map(([Action, ResourceRecordSet]): Change => ({ Action, ResourceRecordSet }));
  return new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } });
}

function a(label: string, ...addresses: string[]): ResourceRecordSet {
  return { Name: `${label}.${name}`, Type: 'A', TTL: 60, ResourceRecords: addresses.map((Value) => ({ Value })) };
}

function txt(label: string, Value: string): ResourceRecordSet {
  return { Name: `${label}.${name}`, Type: 'TXT', TTL: 60, ResourceRecords: [{ Value }] };
}

function alias(label: string, region = 'eu-west-1', DNSName = `vpce-1-2.vpce-svc-3.${region}.vpce.amazonaws.com`) {
  const AliasTarget = { HostedZoneId: endpointZoneId('eu-west-1'), DNSName, EvaluateTargetHealth: false };
  return { Name: `${label}.${name}`, Type: 'A' as const, AliasTarget };
}

/** Those that people made. */
async function records(HostedZoneId: string): Promise<ResourceRecordSet[]> {
  const { ResourceRecordSets = [] } = await owner.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  return ResourceRecordSets.filter(({ Type = '' }) => !/^(NS|SOA)$/.test(Type));
}

async function vpcsOf(Id: string): Promise<(string | undefined)[]> {
  const { VPCs = [] } = await owner.send(new GetHostedZoneCommand({ Id }));
  return VPCs.map(({ VPCId }) => VPCId);
}

function associate(client: Route53Client, HostedZoneId: string, VPCId = otherVpc) {
  return client.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId, VPC: { VPCId, VPCRegion } }));
}

function disassociate(client: Route53Client, HostedZoneId: string, VPCId = otherVpc) {
  return client.send(new DisassociateVPCFromHostedZoneCommand({ HostedZoneId, VPC: { VPCId, VPCRegion } }));
}

function authorize(HostedZoneId: string, client = owner) {
  return client.send(
    new CreateVPCAssociationAuthorizationCommand({ HostedZoneId, VPC: { VPCId: otherVpc, VPCRegion } }),
  );
}

function deauthorize(HostedZoneId: string) {
  return owner.send(
    new DeleteVPCAssociationAuthorizationCommand({ HostedZoneId, VPC: { VPCId: otherVpc, VPCRegion } }),
  );
}

/** What a call is refused with, or `done`. */
function nameOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: Error) => error.name,
  );
}

it('makes private and public zones, one for a caller reference and one of a name for a VPC', async () => {
  const Id = await makeZone();
  const publicId = await makeZone(null);
  expect(await owner.send(new GetHostedZoneCommand({ Id }))).toMatchObject({
    HostedZone: { Id, Name: `${name}.`, Config: { PrivateZone: true }, ResourceRecordSetCount: 2 },
    VPCs: [{ VPCId: ownVpc, VPCRegion }],
  });
  const { HostedZone, DelegationSet, VPCs } = await owner.send(new GetHostedZoneCommand({ Id: publicId }));
  expect([HostedZone?.Config?.PrivateZone, DelegationSet?.NameServers?.length, VPCs]).toEqual([false, 4, undefined]);
  expect(await nameOf(makeZone())).toBe('ConflictingDomainExists');
  references = 0;
  expect(await nameOf(makeZone(ownVpc, 'other.example.com'))).toBe('HostedZoneAlreadyExists');
  references = 9;
  expect(await nameOf(makeZone(otherVpc, 'other.example.com'))).toBe('InvalidVPCId');
  expect(await nameOf(other.send(new GetHostedZoneCommand({ Id })))).toBe('AccessDenied');
  expect(await nameOf(other.send(new GetHostedZoneCommand({ Id: 'Z1' })))).toBe('NoSuchHostedZone');
});

it('lists zones in pages: all, by name from a name on, and by VPC whoever owns them', async () => {
  const ids = [await makeZone(), await makeZone(ownVpc, 'b.example.com'), await makeZone(null, 'example.org')];
  const all: (string | undefined)[] = [];
  for await (const { HostedZones = [] } of paginateListHostedZones({ client: owner, pageSize: 2 }, {})) {
    all.push(...HostedZones.map(({ Id }) => Id));
  }
  expect(all.sort()).toEqual([...ids].sort());
  const from = await owner.send(new ListHostedZonesByNameCommand({ DNSName: 'c.example.com', MaxItems: 1 }));
  expect([from.HostedZones?.map(({ Name }) => Name), from.NextDNSName]).toEqual([[`${name}.`], 'example.org.']);

  await authorize(ids[0] ?? '');
  await associate(other, ids[0] ?? '');
  const byVpc = new ListHostedZonesByVPCCommand({ VPCId: otherVpc, VPCRegion });
  expect((await other.send(byVpc)).HostedZoneSummaries).toMatchObject([
    { HostedZoneId: ids[0]?.replace('/hostedzone/', ''), Name: `${name}.`, Owner: { OwningAccount: ownerId } },
  ]);
  expect(await nameOf(owner.send(byVpc))).toBe('InvalidVPCId');
});

it('tags zones, and reads the tags of ten', async () => {
  const ResourceId = (await makeZone()).replace('/hostedzone/', '');
  const ResourceType = 'hostedzone' as const;
  const tag = (AddTags?: { Key: string; Value: string }[], RemoveTagKeys?: string[]) =>
    owner.send(new ChangeTagsForResourceCommand({ ResourceType, ResourceId, AddTags, RemoveTagKeys }));
  const first = { Key: 'sallyport.dev/owner', Value: 'me & "you"' };
  await tag([first, { Key: 'b', Value: '2' }]);
  await tag(undefined, ['b']);
  const { ResourceTagSet } = await owner.send(new ListTagsForResourceCommand({ ResourceType, ResourceId }));
  expect(ResourceTagSet).toEqual({ ResourceType, ResourceId, Tags: [first] });
  const many = (count: number) =>
    owner.send(
      new ListTagsForResourcesCommand({ ResourceType, ResourceIds: Array.from({ length: count }, () => ResourceId) }),
    );
  expect((await many(10)).ResourceTagSets?.[9]?.Tags).toEqual([first]);
  expect(await nameOf(many(11))).toBe('InvalidInput');
});

it('associates another account’s VPC once it is authorized, and keeps it when that is taken back', async () => {
  const zone = await makeZone();
  expect(await nameOf(associate(other, zone))).toBe('NotAuthorizedException');
  expect(await nameOf(deauthorize(zone))).toBe('VPCAssociationAuthorizationNotFound');
  await authorize(zone);
  await authorize(zone);
  const { VPCs } = await owner.send(new ListVPCAssociationAuthorizationsCommand({ HostedZoneId: zone }));
  expect(VPCs).toEqual([{ VPCId: otherVpc, VPCRegion }]);
  expect(await nameOf(associate(owner, zone))).toBe('InvalidVPCId');
  await associate(other, zone);
  expect(await nameOf(associate(other, zone))).toBe('ConflictingDomainExists');
  await deauthorize(zone);
  expect(await vpcsOf(zone)).toEqual([ownVpc, otherVpc]);

  const stranger = edge.client(Route53Client, strangerId, 'us-east-1');
  expect(await nameOf(disassociate(stranger, zone))).toBe('InvalidVPCId');
  await disassociate(other, zone);
  expect(await nameOf(disassociate(other, zone))).toBe('VPCAssociationNotFound');
  expect(await nameOf(disassociate(owner, zone, ownVpc))).toBe('LastVPCAssociation');
  expect(await vpcsOf(zone)).toEqual([ownVpc]);
  expect(await nameOf(associate(owner, await makeZone(null, 'example.org'), ownVpc))).toBe('PublicZoneVPCAssociation');
});

it('changes records as a whole or not at all', async () => {
  const zone = await makeZone();
  await change(zone, ['CREATE', a('gitlab', '10.0.0.1')], ['UPSERT', txt('gitlab', '"heritage=external-dns"')]);
  const before = await records(zone);
  expect(before).toMatchObject([a('gitlab', '10.0.0.1'), txt('gitlab', '"heritage=external-dns"')].map(dotted));
  await expect(
    change(zone, ['CREATE', a('registry', '10.0.0.2')], ['CREATE', a('gitlab', '10.0.0.3')]),
  ).rejects.toMatchObject({
    name: 'InvalidChangeBatch',
    message: `[Tried to create resource record set [name='gitlab.${name}.', type='A'] but it already exists]`,
  });
  expect(await records(zone)).toEqual(before);
  await change(zone, ['DELETE', a('gitlab', '10.0.0.1')], ['CREATE', alias('gitlab')], ['UPSERT', a('*', '10.0.0.9')]);
  const [wildcard, gitlab] = await records(zone);
  expect(wildcard?.Name).toBe(`\\052.${name}.`);
  expect(gitlab?.AliasTarget).toEqual({
    HostedZoneId: endpointZoneId('eu-west-1'),
    DNSName: 'vpce-1-2.vpce-svc-3.eu-west-1.vpce.amazonaws.com.',
    EvaluateTargetHealth: false,
  });
});

function dotted(record: ResourceRecordSet): ResourceRecordSet {
  return { ...record, Name: `${record.Name}.` };
}

it.each<[string, string, ChangeAction, ResourceRecordSet]>([
  ['InvalidChangeBatch', 'to delete what isn’t there', 'DELETE', a('registry', '10.0.0.1')],
  ['InvalidChangeBatch', 'to delete other values', 'DELETE', a('gitlab', '10.0.0.2')],
  ['InvalidChangeBatch', 'to delete another TTL', 'DELETE', { ...a('gitlab', '10.0.0.1'), TTL: 61 }],
  ['InvalidChangeBatch', 'another zone’s name', 'CREATE', { ...a('x', '10.0.0.1'), Name: 'gitlab.example.com' }],
  ['InvalidChangeBatch', 'a CNAME beside an address', 'CREATE', { ...a('gitlab', 'x.example.com'), Type: 'CNAME' }],
  ['InvalidChangeBatch', 'text without quotation marks', 'UPSERT', txt('gitlab', 'heritage=external-dns')],
  ['InvalidChangeBatch', 'no address', 'UPSERT', a('gitlab', '10.0.0')],
  ['InvalidChangeBatch', 'an alias to another region’s endpoint', 'UPSERT', alias('gitlab', 'us-east-1')],
  ['InvalidChangeBatch', 'an alias of type AAAA to an endpoint', 'CREATE', { ...alias('gitlab'), Type: 'AAAA' }],
  ['InvalidInput', 'neither an alias nor values', 'UPSERT', { Name: `gitlab.${name}`, Type: 'A' }],
  ['InvalidInput', 'an alias with values', 'UPSERT', { ...a('gitlab', '10.0.0.1'), ...alias('gitlab') }],
])('refuses with %s %s', async (error, _, action, record) => {
  const zone = await makeZone();
  await change(zone, ['CREATE', a('gitlab', '10.0.0.1')]);
  expect(await nameOf(change(zone, [action, record]))).toBe(error);
  expect(await records(zone)).toHaveLength(1);
});

it('counts the values of a batch, those of an UPSERT twice', async () => {
  const zone = await makeZone();
  const many = (count: number) =>
    Array.from({ length: count }, (_, n): [ChangeAction, ResourceRecordSet] => ['UPSERT', a(`h${n}`, '10.0.0.1')]);
  expect(await nameOf(change(zone, ...many(501)))).toBe('InvalidChangeBatch');
  expect(await nameOf(change(zone, ...many(500)))).toBe('done');
  const long = (count: number) =>
    Array.from({ length: count }, (_, n): [ChangeAction, ResourceRecordSet] => [
      'CREATE',
      txt(`t${n}`, `"${'x'.repeat(198)}"`),
    ]);
  expect(await nameOf(change(zone, ...long(161)))).toBe('InvalidChangeBatch');
  expect(await nameOf(change(zone, ...long(160)))).toBe('done');
});

it('keeps weighted records of a name apart from each other, and from a simple one', async () => {
  const zone = await makeZone();
  const weighted = (SetIdentifier: string) => ({ ...a('gitlab', '10.0.0.1'), SetIdentifier, Weight: 1 });
  await change(zone, ['CREATE', weighted('one')], ['CREATE', weighted('two')]);
  expect(await nameOf(change(zone, ['UPSERT', a('gitlab', '10.0.0.1')]))).toBe('InvalidChangeBatch');
  expect(await nameOf(change(zone, ['DELETE', a('gitlab', '10.0.0.1')]))).toBe('InvalidChangeBatch');
  const read = { HostedZoneId: zone, StartRecordName: `gitlab.${name}`, StartRecordType: 'A' as const, MaxItems: 1 };
  const first = await owner.send(new ListResourceRecordSetsCommand(read));
  expect([first.ResourceRecordSets?.[0]?.SetIdentifier, first.NextRecordIdentifier]).toEqual(['one', 'two']);
  const StartRecordIdentifier = first.NextRecordIdentifier;
  const second = await owner.send(new ListResourceRecordSetsCommand({ ...read, StartRecordIdentifier }));
  expect(second.ResourceRecordSets).toEqual([{ ...dotted(weighted('two')) }]);
});

it('lists records in the order of their domains, in pages, from a name on', async () => {
  const zone = await makeZone();
  await change(
    zone,
    ...['b.a', 'a', 'c', 'a.b'].map((label): [ChangeAction, ResourceRecordSet] => ['CREATE', a(label, '10.0.0.1')]),
  );
  const labels = (sets: ResourceRecordSet[] = []) => sets.map(({ Name = '' }) => Name.replace(`${name}.`, ''));
  const page = (StartRecordName?: string, StartRecordType?: RRType, MaxItems = 3) =>
    owner.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName, StartRecordType, MaxItems }));
  const first = await page();
  const second = await page(first.NextRecordName, first.NextRecordType);
  const pages = [first, second].map(({ ResourceRecordSets }) => labels(ResourceRecordSets));
  expect(pages).toEqual([
    ['', '', 'a.'],
    ['b.a.', 'a.b.', 'c.'],
  ]);
  expect([first.IsTruncated, second.IsTruncated, second.NextRecordName]).toEqual([true, false, undefined]);
  expect(labels((await page(`b.${name}`, undefined, 1)).ResourceRecordSets)).toEqual(['a.b.']);
});

it('keeps a zone with records, and forgets an empty one', async () => {
  const Id = await makeZone();
  const drop = () => nameOf(owner.send(new DeleteHostedZoneCommand({ Id })));
  await change(Id, ['CREATE', a('gitlab', '10.0.0.1')]);
  expect(await drop()).toBe('HostedZoneNotEmpty');
  await change(Id, ['DELETE', a('gitlab', '10.0.0.1')]);
  expect([await drop(), await drop()]).toEqual(['done', 'NoSuchHostedZone']);
});

it('takes its time for changes', async () => {
  edge.settling.take(2);
  const { ChangeInfo } = await change(await makeZone(), ['CREATE', a('gitlab', '10.0.0.1')]);
  const status = async (Id = ChangeInfo?.Id) => (await owner.send(new GetChangeCommand({ Id }))).ChangeInfo?.Status;
  expect([ChangeInfo?.Status, await status(), await status(), await status()]).toEqual([
    ...['PENDING', 'PENDING', 'PENDING', 'INSYNC'],
  ]);
  expect(await nameOf(status('C1'))).toBe('NoSuchChange');
});

it('refuses a change to a zone while it is busy with another one', async () => {
  const zone = await makeZone();
  const client = operator();
  const parallel = (call: (index: number) => Promise<unknown>) =>
    Promise.all(Array.from({ length: 10 }, (_, index) => nameOf(call(index))));
  const changes = await parallel((n) => client.send(changeOf(zone, ['CREATE', a(`h${n}`, '10.0.0.1')])));
  expect(new Set(changes)).toEqual(new Set(['done', 'PriorRequestNotComplete']));
  expect(await records(zone)).toHaveLength(changes.filter((result) => result === 'done').length);
  const authorizations = await parallel(() => authorize(zone, client));
  expect(new Set(authorizations)).toEqual(new Set(['done', 'ConcurrentModification']));
});

it('counts, throttles and denies calls under their names', async () => {
  const Id = await makeZone();
  edge.reset();
  const client = operator();
  const read = () => client.send(new GetHostedZoneCommand({ Id }));
  await read();
  await nameOf(client.send(new DeleteHostedZoneCommand({ Id: 'Z1' })));
  expect(edge.calls.map(({ action, region, mutating, status }) => [action, region, mutating, status])).toEqual([
    ['GetHostedZone', 'us-east-1', false, 200],
    ['DeleteHostedZone', 'us-east-1', true, 404],
  ]);
  edge.fault({ match: { action: 'GetHostedZone' }, effect: denied(), times: 1 });
  expect(await nameOf(read())).toBe('AccessDenied');
  edge.fault({ match: { service: 'route53' }, effect: throttled(), times: 1 });
  expect(await nameOf(read())).toBe('Throttling');
  edge.buckets(true, () => 0);
  const through = await Promise.all(Array.from({ length: 60 }, () => nameOf(read())));
  expect(through.filter((result) => result === 'done')).toHaveLength(50);
  edge.buckets(true, () => 0);
  const drops = await Promise.all(
    Array.from({ length: 45 }, () => nameOf(client.send(new DeleteHostedZoneCommand({ Id: 'Z1' })))),
  );
  expect(drops.filter((result) => result === 'NoSuchHostedZone')).toHaveLength(40);
});
