import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type IpPermission,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Edge, startEdge } from '../support/edge/edge.js';
import { latency, stale } from '../support/edge/effects.js';
import { type Moto, startMoto } from '../support/moto.js';

/** What AWS's documents say of security groups, and moto alone gets wrong. */

const accountId = '222222222222';
const region = 'eu-west-1';

let moto: Moto;
let edge: Edge;
let ec2: EC2Client;
let GroupId: string;
beforeAll(async () => {
  moto = await startMoto();
  edge = await startEdge({ upstream: moto.url });
  ec2 = edge.clientFor(accountId, region);
});
afterAll(async () => {
  await edge?.stop();
  await moto?.stop();
});
beforeEach(async () => {
  await moto.reset();
  edge.reset();
  const group = await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'gitlab', Description: 'd' }));
  GroupId = group.GroupId ?? '';
});

const Tags = [{ Key: 'sallyport.dev/owner', Value: 'me' }];
const TagSpecifications = [{ ResourceType: 'security-group-rule' as const, Tags }];

/** A client whose calls count. */
function operator(): EC2Client {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'operator' };
  return new EC2Client({ endpoint: edge.url, region, credentials, maxAttempts: 1 });
}

function tcp(port: number, ...cidrs: string[]): IpPermission {
  return {
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    IpRanges: cidrs.filter((cidr) => !cidr.includes(':')).map((CidrIp) => ({ CidrIp, Description: 'office' })),
    Ipv6Ranges: cidrs.filter((cidr) => cidr.includes(':')).map((CidrIpv6) => ({ CidrIpv6, Description: 'office' })),
  };
}

function authorize(...IpPermissions: IpPermission[]) {
  return ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions, TagSpecifications }));
}

function revoke(...IpPermissions: IpPermission[]) {
  return ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

async function rules(egress = false): Promise<SecurityGroupRule[]> {
  const Filters = [{ Name: 'group-id', Values: [GroupId] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules.filter(({ IsEgress }) => IsEgress === egress);
}

/** The rules as `443 192.0.2.0/24`. */
async function texts(egress = false): Promise<string[]> {
  return (await rules(egress)).map(textOf);
}

function textOf({ FromPort, CidrIpv4, CidrIpv6 }: SecurityGroupRule): string {
  return `${FromPort} ${CidrIpv4 ?? CidrIpv6}`;
}

function cidrs(count: number, cidr: (n: number) => string): string[] {
  return Array.from({ length: count }, (_, n) => cidr(n));
}

const v4 = (n: number) => `10.0.0.${n}/32`;
const v6 = (n: number) => `2001:db8:${n}::/48`;

it('answers with all the rules that were made, with their tags', async () => {
  const { SecurityGroupRules = [] } = await authorize(
    tcp(443, '192.0.2.0/24', '2001:db8::/32'),
    tcp(22, '192.0.2.0/24'),
  );
  expect(SecurityGroupRules.map(textOf)).toEqual(['443 192.0.2.0/24', '443 2001:db8::/32', '22 192.0.2.0/24']);
  for (const rule of [SecurityGroupRules, await rules()].flat()) {
    expect(rule).toMatchObject({ GroupId, IsEgress: false, IpProtocol: 'tcp', Description: 'office', Tags });
  }
});

it('writes CIDRs in their canonical form', async () => {
  await authorize(tcp(443, '10.1.2.3/8', '2001:DB8:0:0::1/32'));
  expect(await texts()).toEqual(['443 10.0.0.0/8', '443 2001:db8::/32']);
});

it.each<[string, string, IpPermission[]]>([
  ['InvalidPermission.Duplicate', 'a rule that is there', [tcp(22, '192.0.2.0/24'), tcp(443, '192.0.2.9/24')]],
  ['InvalidPermission.Duplicate', 'a rule twice', [tcp(22, '192.0.2.0/24', '192.0.2.0/24')]],
  ['RulesPerSecurityGroupLimitExceeded', 'a 61st IPv4 rule', [tcp(22, ...cidrs(60, v4))]],
  ['RulesPerSecurityGroupLimitExceeded', 'a 61st IPv6 rule', [tcp(22, ...cidrs(61, v6))]],
  ['InvalidParameterValue', 'no CIDR', [tcp(22, '192.0.2.0/24', '10.0.0.0/33')]],
  [
    'InvalidParameterValue',
    'a description with an umlaut',
    [{ ...tcp(22), IpRanges: [{ CidrIp: '192.0.2.0/24', Description: 'Büro' }] }],
  ],
])('refuses the whole of a call with %s for %s', async (name, _, permissions) => {
  await authorize(tcp(443, '192.0.2.0/24'));
  await expect(authorize(...permissions)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  expect(await texts()).toEqual(['443 192.0.2.0/24']);
});

it('counts the quota for each family and direction apart', async () => {
  await authorize(tcp(443, ...cidrs(60, v4), ...cidrs(60, v6)));
  const IpPermissions = [tcp(443, ...cidrs(59, v4))];
  await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  expect([(await rules()).length, (await rules(true)).length]).toEqual([120, 60]);
});

it('lets one of two have a rule that both want', async () => {
  const both = await Promise.allSettled([1, 2].map(() => authorize(tcp(443, '192.0.2.0/24'))));
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await texts()).toEqual(['443 192.0.2.0/24']);
});

it('revokes by id and by properties, in both directions', async () => {
  const IpPermissions = [tcp(443, '2001:db8::/32', '192.0.2.0/24')];
  await authorize(...IpPermissions);
  await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  await revoke(tcp(443, '2001:DB8::/32'));
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  expect([await texts(), await texts(true)]).toEqual([['443 192.0.2.0/24'], ['-1 0.0.0.0/0']]);

  const ids = (await rules()).map(({ SecurityGroupRuleId = '' }) => SecurityGroupRuleId);
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: ids }));
  expect(await texts()).toEqual([]);
});

it('revokes nothing when one of the rules is unknown', async () => {
  await authorize(tcp(443, '192.0.2.0/24'));
  await expect(revoke(tcp(443, '192.0.2.0/24'), tcp(22, '192.0.2.0/24'))).rejects.toMatchObject({
    name: 'InvalidPermission.NotFound',
  });
  const [{ SecurityGroupRuleId = '' } = {}] = await rules();
  const SecurityGroupRuleIds = [SecurityGroupRuleId, 'sgr-0123456789abcdef0'];
  await expect(
    ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds })),
  ).rejects.toMatchObject({ name: 'InvalidSecurityGroupRuleId.NotFound' });
  expect(await texts()).toEqual(['443 192.0.2.0/24']);
});

it('changes descriptions by id and by properties, and only of rules that exist', async () => {
  await authorize(tcp(443, '192.0.2.0/24', '2001:db8::/32'));
  const describe = async (input: object) => {
    await ec2.send(new UpdateSecurityGroupRuleDescriptionsIngressCommand({ GroupId, ...input }));
    return (await rules()).map(({ Description }) => Description || 'none');
  };
  const [{ SecurityGroupRuleId } = {}] = await rules();
  const byId = { SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId, Description: 'Berlin' }] };
  expect(await describe(byId)).toEqual(['Berlin', 'office']);
  const Ipv6Ranges = [{ CidrIpv6: '2001:db8::/32', Description: 'Oslo' }];
  expect(await describe({ IpPermissions: [{ ...tcp(443), Ipv6Ranges }] })).toEqual(['Berlin', 'Oslo']);
  const IpRanges = [{ CidrIp: '192.0.2.0/24' }];
  expect(await describe({ IpPermissions: [{ ...tcp(443), IpRanges }] })).toEqual(['none', 'Oslo']);
  await expect(describe({ IpPermissions: [tcp(22, '192.0.2.0/24')] })).rejects.toMatchObject({
    name: 'InvalidPermission.NotFound',
  });
});

it('finds rules by tag, and takes tags off them', async () => {
  await authorize(tcp(443, '192.0.2.0/24'));
  const tagged = async () => {
    const Filters = [{ Name: 'tag:sallyport.dev/owner', Values: ['me'] }];
    return (await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }))).SecurityGroupRules ?? [];
  };
  const found = await tagged();
  expect(found.map(textOf)).toEqual(['443 192.0.2.0/24']);
  const Resources = found.map(({ SecurityGroupRuleId = '' }) => SecurityGroupRuleId);
  await ec2.send(new DeleteTagsCommand({ Resources, Tags }));
  expect(await tagged()).toEqual([]);
  expect(await texts()).toEqual(['443 192.0.2.0/24']);
});

it('pages, each page of one read being of one moment', async () => {
  await authorize(tcp(443, ...cidrs(20, v4)));
  const sizes: number[] = [];
  for await (const { SecurityGroupRules = [] } of paginateDescribeSecurityGroupRules(
    { client: ec2, pageSize: 10 },
    {},
  )) {
    sizes.push(SecurityGroupRules.length);
    await authorize(tcp(22, v4(sizes.length)));
  }
  // The two groups have an outbound rule each.
  expect(sizes).toEqual([10, 10, 2]);
});

it.each([4, 1001])('refuses pages of %d', async (MaxResults) => {
  await expect(ec2.send(new DescribeSecurityGroupsCommand({ MaxResults }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});

it('throttles as EC2 does', async () => {
  let now = 0;
  const client = operator();
  const read = (MaxResults?: number) => () =>
    client.send(new DescribeSecurityGroupsCommand({ MaxResults })).then(
      () => 200,
      ({ name }) => name,
    );
  const through = async (count: number, call: () => Promise<unknown>) =>
    (await Promise.all(Array.from({ length: count }, call))).filter((result) => result === 200).length;

  edge.buckets(true, () => now);
  expect([await through(110, read(1000)), await through(60, read())]).toEqual([100, 50]);
  now += 1_000;
  expect([await through(110, read(1000)), await through(60, read())]).toEqual([20, 10]);
  expect(await read()()).toBe('RequestLimitExceeded');
});

it('answers a read as before the latest write', async () => {
  const client = operator();
  const names = async () => {
    const { SecurityGroups = [] } = await client.send(new DescribeSecurityGroupsCommand({ MaxResults: 1000 }));
    return SecurityGroups.map(({ GroupName }) => GroupName);
  };
  const before = await names();
  await client.send(new CreateSecurityGroupCommand({ GroupName: 'new', Description: 'd' }));
  const old = edge.fault({ match: { mutating: false }, effect: stale() });
  expect(await names()).toEqual(before);
  old.stop();
  expect(await names()).toEqual([...before, 'new']);
  edge.fault({ match: { mutating: false }, effect: stale() });
  expect(await names()).toEqual(before);
});

it("knows others' calls from the hand's, which are not counted and to which nothing happens", async () => {
  const fault = edge.fault({ effect: latency(0) });
  await operator().send(new DescribeSecurityGroupsCommand({}));
  await authorize(tcp(443, '192.0.2.0/24'));
  const read = { service: 'ec2', action: 'DescribeSecurityGroups', accountId: '111111111111', region, mutating: false };
  expect(edge.calls).toEqual([{ ...read, status: 200 }]);
  expect([fault.hits, edge.count({ mutating: true }), edge.count(read)]).toEqual([1, 0, 1]);
});
