import {
  AcceptVpcEndpointConnectionsCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  CreateVpcEndpointServiceConfigurationCommand,
  type CreateVpcEndpointServiceConfigurationCommandInput,
  DeleteSecurityGroupCommand,
  DeleteVpcEndpointServiceConfigurationsCommand,
  DeleteVpcEndpointsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointConnectionsCommand,
  DescribeVpcEndpointServiceConfigurationsCommand,
  DescribeVpcEndpointServicePermissionsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  type Filter,
  ModifyVpcEndpointCommand,
  type ModifyVpcEndpointCommandInput,
  ModifyVpcEndpointServiceConfigurationCommand,
  type ModifyVpcEndpointServiceConfigurationCommandInput,
  ModifyVpcEndpointServicePermissionsCommand,
  paginateDescribeVpcEndpoints,
  RejectVpcEndpointConnectionsCommand,
  StartVpcEndpointServicePrivateDnsVerificationCommand,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { makeHostedZone } from '../support/aws/hosted-zone.js';
import { type MadeLoadBalancer, makeLoadBalancer } from '../support/aws/load-balancer.js';
import { enableDnsHostnames, makeSubnets, makeVpc } from '../support/aws/network.js';
import { makePrivateLinkCompany, type Network } from '../support/aws/private-link.js';
import { type Edge, startEdge } from '../support/edge/edge.js';
import { emptyFirstPage, refused } from '../support/edge/effects.js';
import { ENDPOINTS_PER_VPC } from '../support/edge/quotas.js';
import { type Moto, startMoto } from '../support/moto.js';

/** What AWS's documents say of endpoint services, interface endpoints and their load balancers. */

const providerId = '111111111111';
const consumerId = '222222222222';
const strangerId = '333333333333';
const region = 'eu-west-1';
const remoteRegion = 'us-east-1';
const consumerArn = `arn:aws:iam::${consumerId}:root`;

let moto: Moto;
let edge: Edge;
let provider: EC2Client;
let consumer: EC2Client;
let elb: ElasticLoadBalancingV2Client;
let loadBalancer: MadeLoadBalancer;
let otherBalancer: MadeLoadBalancer;
/** The provider's, in the zones a, b and c. */
let homeSubnets: string[];
let VpcId: string;
/** In the zones a, c, b and a; the load balancer's a is the consumer's c, its b the consumer's a. */
let subnets: string[];

beforeAll(async () => {
  moto = await startMoto();
  edge = await startEdge({ upstream: moto.url });
  provider = edge.clientFor(providerId, region);
  consumer = edge.clientFor(consumerId, region);
  elb = edge.client(ElasticLoadBalancingV2Client, providerId, region);
  const cidr = '10.1.0.0/16';
  const home = await makeVpc(provider, { cidrs: [cidr] });
  homeSubnets = await makeSubnets(provider, { vpcId: home, cidr, zones: ['a', 'b', 'c'] });
  const subnetIds = homeSubnets.slice(0, 2);
  loadBalancer = await makeLoadBalancer(elb, { name: 'front', subnetIds, tags: { app: 'gitlab' } });
  otherBalancer = await makeLoadBalancer(elb, { name: 'other', subnetIds });
  VpcId = await makeVpc(consumer, { cidrs: [cidr] });
  subnets = await makeSubnets(consumer, { vpcId: VpcId, cidr, zones: ['a', 'c', 'b', 'a'] });
});
afterAll(async () => {
  await edge?.stop();
  await moto?.stop();
});
beforeEach(() => {
  edge.reset();
  edge.empty();
  edge.settling.take(0);
});

interface Service {
  ServiceId: string;
  ServiceName: string;
}

/** A service that the consumer is allowed to use. */
async function makeService(
  input: Partial<CreateVpcEndpointServiceConfigurationCommandInput> = {},
  principals = [consumerArn],
): Promise<Service> {
  const { ServiceConfiguration: { ServiceId = '', ServiceName = '' } = {} } = await provider.send(
    new CreateVpcEndpointServiceConfigurationCommand({ NetworkLoadBalancerArns: [loadBalancer.arn], ...input }),
  );
  if (principals.length > 0) await allow(ServiceId, ...principals);
  return { ServiceId, ServiceName };
}

function allow(ServiceId: string, ...AddAllowedPrincipals: string[]) {
  return provider.send(new ModifyVpcEndpointServicePermissionsCommand({ ServiceId, AddAllowedPrincipals }));
}

async function configuration(ServiceId: string) {
  const { ServiceConfigurations = [] } = await provider.send(
    new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId] }),
  );
  return ServiceConfigurations[0];
}

async function makeEndpoint(
  { ServiceName }: Service,
  input: Partial<CreateVpcEndpointCommandInput> = {},
): Promise<VpcEndpoint> {
  const { VpcEndpoint = {} } = await consumer.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: 'Interface',
      VpcId,
      ServiceName,
      SubnetIds: subnets.slice(0, 2),
      ...input,
    }),
  );
  return VpcEndpoint;
}

async function endpoints(...Filters: Filter[]): Promise<VpcEndpoint[]> {
  return (await consumer.send(new DescribeVpcEndpointsCommand({ Filters }))).VpcEndpoints ?? [];
}

async function states(): Promise<(string | undefined)[]> {
  return (await endpoints()).map(({ State }) => State);
}

async function connections(client = provider, ...Filters: Filter[]) {
  const { VpcEndpointConnections = [] } = await client.send(new DescribeVpcEndpointConnectionsCommand({ Filters }));
  return VpcEndpointConnections;
}

function accept({ ServiceId }: Service, ...VpcEndpointIds: string[]) {
  return provider.send(new AcceptVpcEndpointConnectionsCommand({ ServiceId, VpcEndpointIds }));
}

function reject({ ServiceId }: Service, ...VpcEndpointIds: string[]) {
  return provider.send(new RejectVpcEndpointConnectionsCommand({ ServiceId, VpcEndpointIds }));
}

function modify(VpcEndpointId: string | undefined, input: Partial<ModifyVpcEndpointCommandInput>) {
  return consumer.send(new ModifyVpcEndpointCommand({ VpcEndpointId, ...input }));
}

function remove(...VpcEndpointIds: string[]) {
  return consumer.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
}

async function addressesOf({ NetworkInterfaceIds = [] }: VpcEndpoint) {
  const { NetworkInterfaces = [] } = await consumer.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }));
  return NetworkInterfaces;
}

async function makeGroup(GroupName: string): Promise<string> {
  const command = new CreateSecurityGroupCommand({ GroupName, Description: 'd', VpcId });
  return (await consumer.send(command)).GroupId ?? '';
}

it('makes a service of a load balancer, which is its owner’s to see, tag, change and delete', async () => {
  edge.settling.take(1);
  const input = { AcceptanceRequired: false, SupportedRegions: [remoteRegion] };
  const Tags = [{ Key: 'app', Value: 'gitlab' }];
  const TagSpecifications = [{ ResourceType: 'vpc-endpoint-service' as const, Tags }];
  const { ServiceId, ServiceName } = await makeService({ ...input, TagSpecifications });
  expect((await configuration(ServiceId))?.ServiceState).toBe('Pending');
  expect(await configuration(ServiceId)).toMatchObject({
    ServiceId,
    ServiceName: `com.amazonaws.vpce.${region}.${ServiceId}`,
    ServiceState: 'Available',
    ServiceType: [{ ServiceType: 'Interface' }],
    AvailabilityZones: ['eu-west-1a', 'eu-west-1b'],
    AvailabilityZoneIds: ['euw1-az1', 'euw1-az2'],
    AcceptanceRequired: false,
    NetworkLoadBalancerArns: [loadBalancer.arn],
    SupportedRegions: [{ Region: region }, { Region: remoteRegion }],
    Tags,
  });
  await provider.send(new CreateTagsCommand({ Resources: [ServiceId], Tags: [{ Key: 'owner', Value: 'me' }] }));
  const Filters = [{ Name: 'tag:owner', Values: ['me'] }];
  const read = new DescribeVpcEndpointServiceConfigurationsCommand({ Filters });
  expect((await provider.send(read)).ServiceConfigurations).toMatchObject([{ ServiceName }]);
  expect((await consumer.send(read)).ServiceConfigurations).toEqual([]);
  await provider.send(
    new ModifyVpcEndpointServiceConfigurationCommand({
      ServiceId,
      AcceptanceRequired: true,
      RemoveSupportedRegions: [remoteRegion],
    }),
  );
  expect(await configuration(ServiceId)).toMatchObject({
    AcceptanceRequired: true,
    SupportedRegions: [{ Region: region }],
  });
  await provider.send(new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId] }));
  expect((await configuration(ServiceId))?.ServiceState).toBe('Deleting');
  await expect(configuration(ServiceId)).rejects.toMatchObject({ name: 'InvalidVpcEndpointServiceId.NotFound' });
});

it('has the zones that its load balancers had when it was last modified, and them for itself', async () => {
  const { ServiceId } = await makeService();
  const zones = async () => (await configuration(ServiceId))?.AvailabilityZones;
  await elb.send(new SetSubnetsCommand({ LoadBalancerArn: loadBalancer.arn, Subnets: homeSubnets }));
  expect(await zones()).toEqual(['eu-west-1a', 'eu-west-1b']);
  await provider.send(new ModifyVpcEndpointServiceConfigurationCommand({ ServiceId }));
  expect(await zones()).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
  await elb.send(new SetSubnetsCommand({ LoadBalancerArn: loadBalancer.arn, Subnets: homeSubnets.slice(0, 2) }));
  await expect(makeService()).rejects.toMatchObject({ name: 'InvalidParameter' });
});

it('makes one service and one endpoint for a client token', async () => {
  const ServiceConfiguration = { AcceptanceRequired: false, ClientToken: 'once' };
  const service = await makeService(ServiceConfiguration);
  expect((await makeService(ServiceConfiguration)).ServiceId).toBe(service.ServiceId);
  const first = await makeEndpoint(service, { ClientToken: 'once' });
  expect((await makeEndpoint(service, { ClientToken: 'once' })).VpcEndpointId).toBe(first.VpcEndpointId);
  await expect(makeEndpoint(service, { ClientToken: 'once', SubnetIds: [] })).rejects.toMatchObject({
    name: 'IdempotentParameterMismatch',
  });
  expect(await endpoints()).toHaveLength(1);
});

it('shows a service to allowed principals only, with their own names of its zones', async () => {
  const service = await makeService({}, []);
  const details = async (client: EC2Client) => {
    const read = new DescribeVpcEndpointServicesCommand({ ServiceNames: [service.ServiceName] });
    return (await client.send(read)).ServiceDetails;
  };
  await expect(details(consumer)).rejects.toMatchObject({ name: 'InvalidServiceName' });
  await expect(makeEndpoint(service)).rejects.toMatchObject({ name: 'InvalidServiceName' });
  const { AddedPrincipals } = await allow(service.ServiceId, consumerArn, `arn:aws:iam::${strangerId}:role/ci`);
  expect(AddedPrincipals).toHaveLength(2);
  expect((await allow(service.ServiceId, consumerArn)).AddedPrincipals ?? []).toEqual([]);
  expect(await details(consumer)).toMatchObject([
    {
      Owner: providerId,
      ServiceRegion: region,
      AvailabilityZones: ['eu-west-1a', 'eu-west-1c'],
      AvailabilityZoneIds: ['euw1-az2', 'euw1-az1'],
      AcceptanceRequired: true,
    },
  ]);
  await provider.send(
    new ModifyVpcEndpointServicePermissionsCommand({
      ServiceId: service.ServiceId,
      RemoveAllowedPrincipals: [consumerArn],
    }),
  );
  await expect(details(consumer)).rejects.toMatchObject({ name: 'InvalidServiceName' });
  const { AllowedPrincipals } = await provider.send(
    new DescribeVpcEndpointServicePermissionsCommand({ ServiceId: service.ServiceId }),
  );
  expect(AllowedPrincipals).toMatchObject([
    { Principal: `arn:aws:iam::${strangerId}:role/ci`, PrincipalType: 'Role', ServiceId: service.ServiceId },
  ]);
  await expect(allow(service.ServiceId, strangerId)).rejects.toMatchObject({ name: 'InvalidPrincipal' });
});

it('lets the owner of a service accept and reject endpoints', async () => {
  edge.settling.take(1);
  const service = await makeService();
  await configuration(service.ServiceId);
  const { VpcEndpointId = '', State } = await makeEndpoint(service);
  expect(State).toBe('pendingAcceptance');
  expect(await connections(provider, { Name: 'service-id', Values: [service.ServiceId] })).toMatchObject([
    { VpcEndpointId, VpcEndpointOwner: consumerId, VpcEndpointState: 'pendingAcceptance', VpcEndpointRegion: region },
  ]);
  expect(await connections(consumer)).toEqual([]);
  expect((await accept(service, VpcEndpointId)).Unsuccessful ?? []).toEqual([]);
  expect([await states(), await states()]).toEqual([['pending'], ['available']]);
  await reject(service, VpcEndpointId);
  expect(await states()).toEqual(['rejected']);
  await accept(service, VpcEndpointId);
  expect([await states(), await states()]).toEqual([['pending'], ['available']]);
  expect((await accept(service, VpcEndpointId, 'vpce-1')).Unsuccessful).toMatchObject([
    { ResourceId: VpcEndpointId, Error: { Code: 'InvalidState' } },
    { ResourceId: 'vpce-1', Error: { Code: 'InvalidVpcEndpoint.NotFound' } },
  ]);
  const { ServiceId } = service;
  await expect(
    consumer.send(new AcceptVpcEndpointConnectionsCommand({ ServiceId, VpcEndpointIds: [VpcEndpointId] })),
  ).rejects.toMatchObject({ name: 'InvalidVpcEndpointServiceId.NotFound' });
});

it('makes endpoints with names, tags, groups and addresses, which their owner alone sees', async () => {
  const service = await makeService({ AcceptanceRequired: false });
  const Tags = [{ Key: 'owner', Value: 'me' }];
  const made = await makeEndpoint(service, { TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags }] });
  expect(made.State).toBe('pending');
  const found = await endpoints(
    { Name: 'tag:owner', Values: ['me'] },
    { Name: 'vpc-id', Values: [VpcId] },
    { Name: 'service-name', Values: [service.ServiceName] },
    { Name: 'vpc-endpoint-state', Values: ['available'] },
  );
  expect(found).toMatchObject([{ VpcEndpointId: made.VpcEndpointId, SubnetIds: subnets.slice(0, 2), Tags }]);
  const domain = `${service.ServiceId}.${region}.vpce.amazonaws.com`;
  const [regional, ...zonal] = found[0]?.DnsEntries ?? [];
  const [name] = regional?.DnsName?.split('.') ?? [];
  expect(name).toMatch(new RegExp(`^${made.VpcEndpointId}-[0-9a-f]+$`));
  expect(zonal.map(({ DnsName }) => DnsName)).toEqual([`${name}-eu-west-1a.${domain}`, `${name}-eu-west-1c.${domain}`]);
  const { Subnets = [] } = await consumer.send(new DescribeSubnetsCommand({ SubnetIds: subnets.slice(0, 2) }));
  const interfaces = await addressesOf(made);
  expect(interfaces.map(({ SubnetId }) => SubnetId).sort()).toEqual(Subnets.map(({ SubnetId }) => SubnetId).sort());
  expect(interfaces[0]?.PrivateIpAddress).toMatch(/^10\.1\.10[01]\./);
  expect(interfaces[0]?.Groups).toMatchObject([{ GroupName: 'default' }]);
  const { VpcEndpoints } = await edge.clientFor(strangerId, region).send(new DescribeVpcEndpointsCommand({}));
  expect(VpcEndpoints).toEqual([]);
});

it.each<[string, string, () => Partial<CreateVpcEndpointCommandInput>]>([
  ['InvalidParameter', 'a zone that the service has not', () => ({ SubnetIds: [subnets[2] ?? ''] })],
  ['DuplicateSubnetsInSameZone', 'a zone twice', () => ({ SubnetIds: [subnets[0] ?? '', subnets[3] ?? ''] })],
  ['InvalidSubnetID.NotFound', 'no subnet', () => ({ SubnetIds: ['subnet-0123456789abcdef0'] })],
  ['InvalidVpcID.NotFound', 'no VPC', () => ({ VpcId: 'vpc-0123456789abcdef0' })],
  ['InvalidGroup.NotFound', 'no group', () => ({ SecurityGroupIds: ['sg-0123456789abcdef0'] })],
  ['InvalidParameter', 'private DNS of a service without a name', () => ({ PrivateDnsEnabled: true })],
])('refuses an endpoint with %s for %s', async (name, _, input) => {
  const service = await makeService({ AcceptanceRequired: false });
  await expect(makeEndpoint(service, input())).rejects.toMatchObject({ name });
  expect(await endpoints()).toEqual([]);
});

it('counts the endpoints of a VPC', async () => {
  edge.quotas.set(consumerId, ENDPOINTS_PER_VPC, 1);
  const service = await makeService();
  await makeEndpoint(service);
  await expect(makeEndpoint(service)).rejects.toMatchObject({ name: 'VpcEndpointLimitExceeded' });
});

it('changes subnets, groups and policy of available endpoints only', async () => {
  edge.settling.take(1);
  const service = await makeService();
  await configuration(service.ServiceId);
  const made = await makeEndpoint(service, { SubnetIds: subnets.slice(0, 1) });
  const change = { AddSubnetIds: subnets.slice(1, 2), PolicyDocument: '{}' };
  await expect(modify(made.VpcEndpointId, change)).rejects.toMatchObject({ name: 'IncorrectState' });
  edge.settling.take(0);
  await accept(service, made.VpcEndpointId ?? '');
  const GroupId = await makeGroup('changed');
  const [{ Groups: [{ GroupId: old = '' } = {}] = [] } = {}] = await endpoints();
  edge.settling.take(1);
  await modify(made.VpcEndpointId, { ...change, AddSecurityGroupIds: [GroupId], RemoveSecurityGroupIds: [old] });
  const [changed = {}] = await endpoints();
  expect(changed).toMatchObject({
    State: 'pending',
    SubnetIds: subnets.slice(0, 2),
    Groups: [{ GroupId }],
    PolicyDocument: '{}',
  });
  expect((await addressesOf(changed)).map(({ Groups }) => Groups)).toMatchObject([[{ GroupId }], [{ GroupId }]]);
  expect(await states()).toEqual(['available']);
});

it('deletes endpoints in their own time, and keeps their groups until then', async () => {
  const service = await makeService({ AcceptanceRequired: false });
  const GroupId = await makeGroup('deleted');
  const { VpcEndpointId = '' } = await makeEndpoint(service, { SecurityGroupIds: [GroupId] });
  edge.settling.take(1);
  const dropGroup = () => consumer.send(new DeleteSecurityGroupCommand({ GroupId }));
  expect((await remove(VpcEndpointId, 'vpce-1')).Unsuccessful).toMatchObject([
    { ResourceId: 'vpce-1', Error: { Code: 'InvalidVpcEndpoint.NotFound' } },
  ]);
  await expect(dropGroup()).rejects.toMatchObject({ name: 'DependencyViolation' });
  expect([await states(), await states(), await states()]).toEqual([['deleting'], ['deleted'], []]);
  await dropGroup();
  const byId = new DescribeVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] });
  await expect(consumer.send(byId)).rejects.toMatchObject({ name: 'InvalidVpcEndpointId.NotFound' });
});

it('keeps a service that endpoints are connected to, and its load balancers', async () => {
  const service = await makeService();
  const { VpcEndpointId = '' } = await makeEndpoint(service);
  const { ServiceId } = service;
  const drop = async (...ServiceIds: string[]) => {
    const { Unsuccessful = [] } = await provider.send(
      new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds }),
    );
    return Unsuccessful.map((item) => [item.ResourceId, item.Error?.Code]);
  };
  expect(await drop(ServiceId, 'vpce-svc-1')).toEqual([
    [ServiceId, 'ExistingVpcEndpointConnections'],
    ['vpce-svc-1', 'InvalidVpcEndpointService.NotFound'],
  ]);
  const change = (input: Partial<ModifyVpcEndpointServiceConfigurationCommandInput>) =>
    provider.send(new ModifyVpcEndpointServiceConfigurationCommand({ ServiceId, ...input }));
  await change({ AddNetworkLoadBalancerArns: [otherBalancer.arn] });
  await expect(change({ RemoveNetworkLoadBalancerArns: [loadBalancer.arn] })).rejects.toMatchObject({
    name: 'ExistingVpcEndpointConnections',
  });
  await reject(service, VpcEndpointId);
  expect(await drop(ServiceId)).toEqual([]);
});

it('verifies a private DNS name by the record in the public zone, whoever owns that', async () => {
  edge.settling.take(1);
  const PrivateDnsName = 'gitlab.example.com';
  const service = await makeService({ PrivateDnsName });
  const { ServiceId } = service;
  const state = async () => (await configuration(ServiceId))?.PrivateDnsNameConfiguration;
  const verify = () => provider.send(new StartVpcEndpointServicePrivateDnsVerificationCommand({ ServiceId }));
  const { State, Type, Name, Value } = (await state()) ?? {};
  expect([State, Type]).toEqual(['pendingVerification', 'TXT']);
  await verify();
  expect([(await state())?.State, (await state())?.State]).toEqual(['pendingVerification', 'failed']);

  const dns = edge.client(Route53Client, strangerId, 'us-east-1');
  const ResourceRecords = [{ Value: `"${Value}"` }];
  const proof = { Name: `${Name}.${PrivateDnsName}`, Type: 'TXT' as const, TTL: 300, ResourceRecords };
  await makeHostedZone(dns, { name: 'example.com', records: [proof] });
  await verify();
  expect([(await state())?.State, (await state())?.State]).toEqual(['pendingVerification', 'verified']);

  edge.privateLink.setPrivateDnsState(ServiceId, 'failed');
  expect((await state())?.State).toBe('failed');
  const changed = { ServiceId, PrivateDnsName: 'git.example.com' };
  await provider.send(new ModifyVpcEndpointServiceConfigurationCommand(changed));
  const second = await state();
  expect(second?.Name).not.toBe(Name);
  const bare = { ...proof, Name: 'git.example.com', ResourceRecords: [{ Value: `"${second?.Value}"` }] };
  await makeHostedZone(dns, { name: 'git.example.com', records: [bare] });
  await verify();
  expect([(await state())?.State, (await state())?.State]).toEqual(['pendingVerification', 'verified']);
});

it('switches private DNS on for accepted endpoints of a verified name, once a VPC', async () => {
  const service = await makeService({ PrivateDnsName: 'gitlab.example.com' });
  const refusal = { name: 'InvalidParameter' };
  await expect(makeEndpoint(service, { PrivateDnsEnabled: true })).rejects.toMatchObject(refusal);
  const { VpcEndpointId = '' } = await makeEndpoint(service);
  await accept(service, VpcEndpointId);
  const enable = (id = VpcEndpointId) => modify(id, { PrivateDnsEnabled: true });
  await expect(enable()).rejects.toMatchObject(refusal);
  edge.privateLink.setPrivateDnsState(service.ServiceId, 'verified');
  await expect(enable()).rejects.toMatchObject({ message: expect.stringContaining('enableDnsHostnames') });
  await enableDnsHostnames(consumer, VpcId);
  await enable();
  const [endpoint] = await endpoints();
  expect(endpoint?.PrivateDnsEnabled).toBe(true);
  expect(endpoint?.DnsEntries?.map(({ DnsName }) => DnsName).at(-1)).toBe('gitlab.example.com');
  await enable();
  const second = await makeEndpoint(service);
  await accept(service, second.VpcEndpointId ?? '');
  await expect(enable(second.VpcEndpointId)).rejects.toMatchObject({ message: expect.stringContaining('conflicting') });
});

it('serves other regions that a service supports, but for some zones', async () => {
  const { ServiceId, ServiceName } = await makeService({ SupportedRegions: [remoteRegion] });
  const remote = edge.clientFor(consumerId, remoteRegion);
  const cidr = '10.2.0.0/16';
  const vpcId = await makeVpc(remote, { cidrs: [cidr] });
  const SubnetIds = await makeSubnets(remote, { vpcId, cidr, zones: ['a', 'b', 'c'] });
  const read = (ServiceRegions?: string[]) =>
    remote.send(new DescribeVpcEndpointServicesCommand({ ServiceNames: [ServiceName], ServiceRegions }));
  await expect(read()).rejects.toMatchObject({ name: 'InvalidServiceName' });
  const { ServiceDetails: [detail] = [] } = await read([region]);
  expect([detail?.ServiceRegion, detail?.AvailabilityZones]).toEqual([region, []]);

  const make = (ServiceRegion?: string, count = 2) => {
    const ids = SubnetIds.slice(0, count);
    const input = { VpcEndpointType: 'Interface' as const, VpcId: vpcId, ServiceName, ServiceRegion, SubnetIds: ids };
    return remote.send(new CreateVpcEndpointCommand(input));
  };
  await expect(make()).rejects.toMatchObject({ name: 'InvalidServiceName' });
  // The consumer's us-east-1c is use1-az3.
  await expect(make(region, 3)).rejects.toMatchObject({
    name: 'InvalidParameter',
    message: expect.stringContaining('supported for remote access: use1-az2, use1-az4'),
  });
  const { VpcEndpoint } = await make(region);
  expect(VpcEndpoint?.DnsEntries?.[1]?.DnsName).toMatch(`-us-east-1a.${ServiceId}.${region}.vpce.amazonaws.com`);
  expect(await connections()).toMatchObject([{ VpcEndpointRegion: remoteRegion }]);

  const change = (input: { RemoveSupportedRegions: string[] }) =>
    provider.send(new ModifyVpcEndpointServiceConfigurationCommand({ ServiceId, ...input }));
  await expect(change({ RemoveSupportedRegions: [region] })).rejects.toMatchObject({ name: 'InvalidParameter' });
  await change({ RemoveSupportedRegions: [remoteRegion] });
  await expect(make(region)).rejects.toMatchObject({ name: 'InvalidServiceName' });
  expect(await connections()).toHaveLength(1);
});

it('lets a company’s accounts in from the zones that they have in common with the provider', async () => {
  const { provider: home, consumers } = await makePrivateLinkCompany(edge);
  const { accountId, loadBalancer: front } = home;
  const ids = Object.values(consumers).map((each) => each.accountId);
  const service = await makeService(
    { NetworkLoadBalancerArns: [front.arn], SupportedRegions: [remoteRegion] },
    ids.map((id) => `arn:aws:iam::${id}:root`),
  );
  const connect = async (network: Network, zones: number[]) => {
    const SubnetIds = zones.map((zone) => network.subnetIds[zone] ?? '');
    const input = { VpcId: network.vpcId, ServiceName: service.ServiceName, ServiceRegion: home.region, SubnetIds };
    const client = edge.clientFor(network.accountId, network.region);
    const { VpcEndpoint } = await client.send(new CreateVpcEndpointCommand({ VpcEndpointType: 'Interface', ...input }));
    return VpcEndpoint?.VpcEndpointId ?? '';
  };
  const { shared, teamA, teamB } = consumers;
  await expect(connect(teamA, [0, 1])).rejects.toMatchObject({ name: 'InvalidParameter' });
  await expect(connect(teamB, [0, 1])).rejects.toMatchObject({ name: 'InvalidParameter' });
  await accept(service, await connect(shared, [0, 1]), await connect(teamA, [0, 2]), await connect(teamB, [0, 2]));
  expect(
    (await connections()).map((each) => [each.VpcEndpointOwner, each.VpcEndpointRegion, each.VpcEndpointState]),
  ).toEqual([
    [accountId, region, 'available'],
    [teamA.accountId, region, 'available'],
    [teamB.accountId, remoteRegion, 'available'],
  ]);
});

it('has endpoints that fail and expire, and calls that AWS refuses on a bad day', async () => {
  const service = await makeService({ AcceptanceRequired: false });
  const { VpcEndpointId = '' } = await makeEndpoint(service);
  edge.privateLink.setEndpointState(VpcEndpointId, 'failed', { code: 'InsufficientCapacity', message: 'no room' });
  expect(await endpoints()).toMatchObject([{ State: 'failed', LastError: { Code: 'InsufficientCapacity' } }]);
  edge.privateLink.setEndpointState(VpcEndpointId, 'expired');
  expect(await states()).toEqual(['expired']);

  edge.settling.take(Number.POSITIVE_INFINITY);
  await makeEndpoint(service);
  await edge.settling.finish(false);
  expect(await states()).toEqual(['expired', 'failed']);

  const effect = refused('ServiceUnavailable', 503);
  edge.fault({ match: { action: 'CreateVpcEndpoint' }, effect, times: 1 });
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'operator' };
  const client = new EC2Client({ endpoint: edge.url, region, credentials, maxAttempts: 1 });
  const call = client.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: service.ServiceName }));
  await expect(call).rejects.toMatchObject({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } });
});

it('pages endpoints and connections, whose first page may be empty', async () => {
  const service = await makeService({}, ['*']);
  for (let count = 0; count < 7; count++) await makeEndpoint(service, { SubnetIds: [] });
  const sizes: number[] = [];
  for await (const { VpcEndpoints = [] } of paginateDescribeVpcEndpoints({ client: consumer, pageSize: 3 }, {})) {
    sizes.push(VpcEndpoints.length);
  }
  expect(sizes).toEqual([3, 3, 1]);
  const few = new DescribeVpcEndpointConnectionsCommand({ MaxResults: 4 });
  await expect(provider.send(few)).rejects.toMatchObject({ name: 'InvalidParameterValue' });

  edge.fault({ match: { service: 'ec2' }, effect: emptyFirstPage() });
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'operator' };
  const client = new EC2Client({ endpoint: edge.url, region, credentials });
  const read = (NextToken?: string) => client.send(new DescribeVpcEndpointConnectionsCommand({ NextToken }));
  const first = await read();
  expect(first.VpcEndpointConnections ?? []).toEqual([]);
  expect((await read(first.NextToken)).VpcEndpointConnections).toHaveLength(7);
});

it('knows load balancers by ARN and tags, and whether groups apply to PrivateLink traffic', async () => {
  const { arn } = loadBalancer;
  expect(arn).toContain(':loadbalancer/net/front/');
  const tags = (...ResourceArns: string[]) => elb.send(new DescribeTagsCommand({ ResourceArns }));
  const describe = async (...LoadBalancerArns: string[]) =>
    (await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns }))).LoadBalancers?.[0];
  expect((await tags(arn)).TagDescriptions).toMatchObject([
    { ResourceArn: arn, Tags: [{ Key: 'app', Value: 'gitlab' }] },
  ]);
  const absent = { name: 'LoadBalancerNotFoundException' };
  await expect(tags(arn, `${arn}0`)).rejects.toMatchObject(absent);
  await expect(describe(arn, `${arn}0`)).rejects.toMatchObject(absent);
  const many = Array.from({ length: 21 }, () => arn);
  await expect(tags(...many)).rejects.toMatchObject({ name: 'ValidationError' });

  const enforced = 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic';
  expect(await describe(arn)).toMatchObject({ Type: 'network', DNSName: loadBalancer.dnsName });
  expect(await describe(arn)).not.toHaveProperty(enforced);
  const [{ GroupId: old = '' } = {}] = (await addressesOf(await makeEndpoint(await makeService()))).flatMap(
    ({ Groups = [] }) => Groups,
  );
  const withoutAny = new SetSecurityGroupsCommand({ LoadBalancerArn: arn, SecurityGroups: [old] });
  await expect(elb.send(withoutAny)).rejects.toMatchObject({ name: 'InvalidConfigurationRequestException' });

  await expect(makeLoadBalancer(elb, { name: 'front', subnetIds: homeSubnets })).rejects.toMatchObject({
    name: 'DuplicateLoadBalancerNameException',
  });
  const { GroupId = '' } = await provider.send(new CreateSecurityGroupCommand({ GroupName: 'nlb', Description: 'd' }));
  const { Subnets = [] } = await provider.send(new DescribeSubnetsCommand({}));
  const subnetIds = [Subnets[0]?.SubnetId ?? ''];
  const guarded = await makeLoadBalancer(elb, { name: 'guarded', subnetIds, groupIds: [GroupId] });
  expect(await describe(guarded.arn)).toMatchObject({ [enforced]: 'on', SecurityGroups: [GroupId] });
  const off = { LoadBalancerArn: guarded.arn, SecurityGroups: [GroupId], [enforced]: 'off' as const };
  expect(await elb.send(new SetSecurityGroupsCommand(off))).toMatchObject({ [enforced]: 'off' });
  expect(await describe(guarded.arn)).toMatchObject({ [enforced]: 'off' });
});
