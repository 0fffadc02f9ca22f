import {
  CreateClusterCommand,
  DescribeClusterCommand,
  DescribeUpdateCommand,
  EKSClient,
  ListClustersCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import {
  AssociateResourceShareCommand,
  CreateResourceShareCommand,
  DeleteResourceShareCommand,
  DisassociateResourceShareCommand,
  GetResourceShareAssociationsCommand,
  GetResourceSharesCommand,
  ListResourcesCommand,
  RAMClient,
} from '@aws-sdk/client-ram';
import { GetServiceQuotaCommand, ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import {
  CreateIPSetCommand,
  type CreateIPSetCommandInput,
  CreateWebACLCommand,
  DeleteIPSetCommand,
  GetIPSetCommand,
  ListIPSetsCommand,
  ListTagsForResourceCommand,
  UpdateIPSetCommand,
  WAFV2Client,
  TagResourceCommand as WafTagResourceCommand,
  UntagResourceCommand as WafUntagResourceCommand,
} from '@aws-sdk/client-wafv2';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Edge, startEdge } from '../support/edge/edge.js';
import { denied, throttled } from '../support/edge/effects.js';
import { GROUPS_PER_INTERFACE, RULES_PER_GROUP } from '../support/edge/quotas.js';
import { type Moto, startMoto } from '../support/moto.js';

/** What AWS's documents say of WAF IP sets, EKS endpoints' access, RAM and Service Quotas. */

const accountId = '222222222222';
const otherId = '333333333333';
const region = 'eu-west-1';

let moto: Moto;
let edge: Edge;
beforeAll(async () => {
  moto = await startMoto();
  edge = await startEdge({ upstream: moto.url });
});
afterAll(async () => {
  await edge?.stop();
  await moto?.stop();
});
beforeEach(async () => {
  await moto.reset();
  edge.reset();
  edge.empty();
});

/** What a client is made with whose calls count. */
function operator() {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'operator' };
  return { endpoint: edge.url, region, credentials, maxAttempts: 1 };
}

it('knows the actions of all protocols, for counts, faults and buckets', async () => {
  const eks = new EKSClient(operator());
  const ram = new RAMClient(operator());
  const waf = new WAFV2Client(operator());
  const quotas = new ServiceQuotasClient(operator());
  const quota = new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: RULES_PER_GROUP });
  await eks.send(new ListClustersCommand({}));
  await eks.send(new DescribeClusterCommand({ name: 'a' })).catch(() => undefined);
  await ram.send(new GetResourceSharesCommand({ resourceOwner: 'SELF' }));
  await waf.send(new ListIPSetsCommand({ Scope: 'REGIONAL' }));
  await quotas.send(quota);
  await ram.send(new CreateResourceShareCommand({ name: 'a' }));
  expect(edge.calls.map(({ service, action, status, mutating }) => [service, action, status, mutating])).toEqual([
    ['eks', 'ListClusters', 200, false],
    ['eks', 'DescribeCluster', 404, false],
    ['ram', 'GetResourceShares', 200, false],
    ['wafv2', 'ListIPSets', 200, false],
    ['servicequotas', 'GetServiceQuota', 200, false],
    ['ram', 'CreateResourceShare', 200, true],
  ]);

  edge.fault({ match: { service: 'servicequotas' }, effect: denied(), times: 1 });
  await expect(quotas.send(quota)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  edge.fault({ match: { service: 'eks', action: 'ListClusters' }, effect: throttled() });
  await expect(eks.send(new ListClustersCommand({}))).rejects.toMatchObject({ name: 'ThrottlingException' });
  edge.buckets(true, () => 0);
  const sets = Array.from({ length: 7 }, () => waf.send(new ListIPSetsCommand({ Scope: 'REGIONAL' })));
  expect((await Promise.allSettled(sets)).filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

it("tells an account's quotas", async () => {
  const quotas = edge.client(ServiceQuotasClient, accountId, region);
  const get = async (QuotaCode: string, ServiceCode = 'vpc') =>
    (await quotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))).Quota?.Value;
  expect([await get(RULES_PER_GROUP), await get(GROUPS_PER_INTERFACE)]).toEqual([60, 5]);
  edge.quotas.set(accountId, RULES_PER_GROUP, 200);
  expect(await get(RULES_PER_GROUP)).toBe(200);
  const { Quotas } = await quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'vpc' }));
  expect(Quotas).toContainEqual(expect.objectContaining({ QuotaCode: RULES_PER_GROUP, Value: 200 }));
  for (const absent of [get('L-00000000'), get(RULES_PER_GROUP, 'nothing')]) {
    await expect(absent).rejects.toMatchObject({ name: 'NoSuchResourceException' });
  }
});

it('keeps EKS clusters with their access lists and tags', async () => {
  const eks = edge.client(EKSClient, accountId, region);
  for (const name of ['ci', 'tools']) {
    const resourcesVpcConfig = { subnetIds: ['subnet-1'], publicAccessCidrs: ['192.0.2.0/24'] };
    await eks.send(new CreateClusterCommand({ name, roleArn: 'arn', resourcesVpcConfig, tags: { team: 'a' } }));
  }
  const first = await eks.send(new ListClustersCommand({ maxResults: 1 }));
  const { nextToken } = first;
  const second = await eks.send(new ListClustersCommand({ maxResults: 1, nextToken }));
  expect([first.clusters, second.clusters, second.nextToken]).toEqual([['ci'], ['tools'], undefined]);
  const describe = async () => (await eks.send(new DescribeClusterCommand({ name: 'ci' }))).cluster;
  const resourceArn = (await describe())?.arn;
  await eks.send(new TagResourceCommand({ resourceArn, tags: { owner: 'me' } }));
  await eks.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
  expect(await describe()).toMatchObject({
    status: 'ACTIVE',
    tags: { owner: 'me' },
    resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ['192.0.2.0/24'], subnetIds: ['subnet-1'] },
  });
  expect((await describe())?.tags).not.toHaveProperty('team');
  const elsewhere = edge.client(EKSClient, otherId, region);
  await expect(elsewhere.send(new DescribeClusterCommand({ name: 'ci' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('changes an access list slowly, one change at a time, and not to what it is', async () => {
  const eks = edge.client(EKSClient, accountId, region);
  const name = 'ci';
  await eks.send(new CreateClusterCommand({ name, roleArn: 'arn', resourcesVpcConfig: {} }));
  const change = (...publicAccessCidrs: string[]) =>
    eks.send(new UpdateClusterConfigCommand({ name, resourcesVpcConfig: { publicAccessCidrs } }));
  const look = async (updateId?: string) => {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    const { update } = await eks.send(new DescribeUpdateCommand({ name, updateId }));
    return [cluster?.status, update?.status, cluster?.resourcesVpcConfig?.publicAccessCidrs];
  };
  edge.settling.take(Number.POSITIVE_INFINITY);
  const { update } = await change('192.0.2.0/24', '198.51.100.0/24');
  expect(update).toMatchObject({ status: 'InProgress', type: 'EndpointAccessUpdate' });
  expect(await look(update?.id)).toEqual(['UPDATING', 'InProgress', ['0.0.0.0/0']]);
  await expect(change('203.0.113.0/24')).rejects.toMatchObject({ name: 'ResourceInUseException' });
  await edge.settling.finish();
  expect(await look(update?.id)).toEqual(['ACTIVE', 'Successful', ['192.0.2.0/24', '198.51.100.0/24']]);
  const same = ['198.51.100.0/24', '192.0.2.0/24'];
  for (const refused of [same, ['nonsense'], ['10.0.0.0/8'], ['2600:1f00::/24'], Array(41).fill('192.0.2.0/24')]) {
    await expect(change(...refused)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }
  const failing = await change('203.0.113.0/24');
  await edge.settling.finish(false);
  expect(await look(failing.update?.id)).toEqual(['ACTIVE', 'Failed', ['192.0.2.0/24', '198.51.100.0/24']]);
});

it('shares resources with accounts, and lists what was taken back as such', async () => {
  const ram = edge.client(RAMClient, accountId, region);
  const theirs = edge.client(RAMClient, otherId, region);
  const arn = `arn:aws:ec2:${region}:${accountId}:prefix-list/pl-0123456789abcdef0`;
  const input = { name: 'office', clientToken: 'a', tags: [{ key: 'owner', value: 'me' }], resourceArns: [arn] };
  const create = () => ram.send(new CreateResourceShareCommand(input));
  const { resourceShare: { resourceShareArn = '' } = {} } = await create();
  expect((await create()).resourceShare?.resourceShareArn).toBe(resourceShareArn);
  const tagFilters = [{ tagKey: 'owner', tagValues: ['me'] }];
  const shares = async () =>
    (await ram.send(new GetResourceSharesCommand({ resourceOwner: 'SELF', tagFilters }))).resourceShares;
  expect(await shares()).toMatchObject([{ name: 'office', status: 'ACTIVE', tags: input.tags }]);

  const seen = async () =>
    (await theirs.send(new ListResourcesCommand({ resourceOwner: 'OTHER-ACCOUNTS' }))).resources?.map(
      (each) => each.arn,
    );
  const principals = async () => {
    const command = new GetResourceShareAssociationsCommand({
      associationType: 'PRINCIPAL',
      resourceShareArns: [resourceShareArn],
    });
    return (await ram.send(command)).resourceShareAssociations?.map(
      ({ associatedEntity, status }) => `${associatedEntity} ${status}`,
    );
  };
  expect(await seen()).toEqual([]);
  await ram.send(new AssociateResourceShareCommand({ resourceShareArn, principals: [otherId] }));
  expect([await seen(), await principals()]).toEqual([[arn], [`${otherId} ASSOCIATED`]]);
  await ram.send(new DisassociateResourceShareCommand({ resourceShareArn, principals: [otherId] }));
  expect([await seen(), await principals()]).toEqual([[], [`${otherId} DISASSOCIATED`]]);
  const organization = 'arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5';
  await ram.send(new AssociateResourceShareCommand({ resourceShareArn, principals: [organization] }));
  expect(await seen()).toEqual([arn]);
  await ram.send(new DeleteResourceShareCommand({ resourceShareArn }));
  expect(await shares()).toMatchObject([{ status: 'DELETED' }]);
  expect(await seen()).toEqual([]);
  await expect(
    theirs.send(new AssociateResourceShareCommand({ resourceShareArn, principals: [otherId] })),
  ).rejects.toMatchObject({ name: 'UnknownResourceException' });
});

const set = { Name: 'office', Scope: 'REGIONAL', IPAddressVersion: 'IPV4', Addresses: ['192.0.2.0/24'] } as const;

function makeSet(input: Partial<CreateIPSetCommandInput> = {}, at = region) {
  return edge
    .client(WAFV2Client, accountId, at)
    .send(new CreateIPSetCommand({ ...set, Addresses: [...set.Addresses], ...input }));
}

it('guards WAF IP sets by lock tokens', async () => {
  const waf = edge.client(WAFV2Client, accountId, region);
  const { Summary: { Id, LockToken } = {} } = await makeSet();
  const update = (token: string | undefined, ...Addresses: string[]) =>
    waf.send(new UpdateIPSetCommand({ ...set, Id, LockToken: token, Addresses }));
  const { NextLockToken } = await update(LockToken, '198.51.100.0/24');
  await expect(update(LockToken, '203.0.113.0/24')).rejects.toMatchObject({ name: 'WAFOptimisticLockException' });
  const { IPSet, LockToken: current } = await waf.send(new GetIPSetCommand({ ...set, Id }));
  expect([IPSet?.Addresses, current]).toEqual([['198.51.100.0/24'], NextLockToken]);
  await waf.send(new DeleteIPSetCommand({ ...set, Id, LockToken: current }));
  await expect(waf.send(new GetIPSetCommand({ ...set, Id }))).rejects.toMatchObject({
    name: 'WAFNonexistentItemException',
  });
});

it.each<[string, string, Partial<CreateIPSetCommandInput>]>([
  ['WAFDuplicateItemException', 'a name that is taken', { Name: 'taken' }],
  ['WAFInvalidParameterException', 'anywhere', { Addresses: ['0.0.0.0/0'] }],
  ['WAFInvalidParameterException', 'no CIDR', { Addresses: ['192.0.2.1'] }],
  ['WAFInvalidParameterException', 'the other family', { Addresses: ['2001:db8::/32'] }],
  ['WAFInvalidParameterException', 'CloudFront outside us-east-1', { Scope: 'CLOUDFRONT' }],
  [
    'WAFLimitsExceededException',
    'more than 10,000 addresses',
    { Addresses: Array.from({ length: 10_001 }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32`) },
  ],
])('refuses a WAF IP set with %s for %s', async (name, _, input) => {
  await makeSet({ Name: 'taken' });
  await expect(makeSet(input)).rejects.toMatchObject({ name });
});

it('has WAF IP sets for CloudFront in us-east-1, and spells IPv6 out', async () => {
  const input = { Scope: 'CLOUDFRONT', IPAddressVersion: 'IPV6', Addresses: ['2001:db8::/32'] } as const;
  const { Summary } = await makeSet({ ...input, Addresses: [...input.Addresses] }, 'us-east-1');
  const waf = edge.client(WAFV2Client, accountId, 'us-east-1');
  const { IPSet } = await waf.send(new GetIPSetCommand({ Name: set.Name, Scope: 'CLOUDFRONT', Id: Summary?.Id }));
  expect(IPSet?.Addresses).toEqual(['2001:0db8:0000:0000:0000:0000:0000:0000/32']);
});

it('lists WAF IP sets in pages, with tags of their own', async () => {
  const waf = edge.client(WAFV2Client, accountId, region);
  const { Summary: { ARN: ResourceARN } = {} } = await makeSet({ Tags: [{ Key: 'owner', Value: 'me' }] });
  await makeSet({ Name: 'vpn' });
  const list = (NextMarker?: string) => waf.send(new ListIPSetsCommand({ Scope: 'REGIONAL', Limit: 1, NextMarker }));
  const first = await list();
  const second = await list(first.NextMarker);
  expect([first, second].map(({ IPSets }) => IPSets?.map(({ Name }) => Name))).toEqual([['office'], ['vpn']]);
  await waf.send(new WafTagResourceCommand({ ResourceARN, Tags: [{ Key: 'set', Value: 'office' }] }));
  await waf.send(new WafUntagResourceCommand({ ResourceARN, TagKeys: ['owner'] }));
  const { TagInfoForResource } = await waf.send(new ListTagsForResourceCommand({ ResourceARN }));
  expect(TagInfoForResource?.TagList).toEqual([{ Key: 'set', Value: 'office' }]);
});

it('keeps a WAF IP set that a web ACL uses', async () => {
  const waf = edge.client(WAFV2Client, accountId, region);
  const { Summary: { Id, ARN, LockToken } = {} } = await makeSet();
  const VisibilityConfig = { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: false, MetricName: 'm' };
  const Statement = { IPSetReferenceStatement: { ARN } };
  const Rules = [{ Name: 'r', Priority: 1, Action: { Allow: {} }, Statement, VisibilityConfig }];
  await waf.send(
    new CreateWebACLCommand({ Name: 'acl', Scope: 'REGIONAL', DefaultAction: { Block: {} }, Rules, VisibilityConfig }),
  );
  await expect(waf.send(new DeleteIPSetCommand({ ...set, Id, LockToken }))).rejects.toMatchObject({
    name: 'WAFAssociatedItemException',
  });
});
