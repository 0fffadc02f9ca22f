import {
  AssociateNatGatewayAddressCommand,
  DeleteNatGatewayCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
  type EC2Client,
  paginateDescribeNatGateways,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { makeAddress, makeNatGateway, makeVpc } from '../support/aws/network.js';
import { type Edge, startEdge } from '../support/edge/edge.js';
import { type Moto, startMoto } from '../support/moto.js';

/** What AWS's documents say of NAT gateways, elastic IPs and the CIDRs of VPCs. */

let moto: Moto;
let edge: Edge;
let ec2: EC2Client;
beforeAll(async () => {
  moto = await startMoto();
  edge = await startEdge({ upstream: moto.url });
  ec2 = edge.clientFor('222222222222', 'eu-west-1');
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

async function natGateways(Name?: string, ...Values: string[]) {
  const Filter = Name ? [{ Name, Values }] : undefined;
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ Filter }));
  return NatGateways;
}

it('shows all addresses of a NAT gateway, the primary one marked', async () => {
  const NatGatewayId = await makeNatGateway(ec2, { addresses: ['198.51.100.1', '198.51.100.2'] });
  const AllocationIds = [await makeAddress(ec2, '198.51.100.3')];
  await ec2.send(new AssociateNatGatewayAddressCommand({ NatGatewayId, AllocationIds }));
  const [gateway] = await natGateways();
  expect(gateway).toMatchObject({ NatGatewayId, State: 'available', ConnectivityType: 'public' });
  expect(gateway?.NatGatewayAddresses?.map(({ PublicIp, IsPrimary }) => [PublicIp, IsPrimary])).toEqual([
    ['198.51.100.1', true],
    ['198.51.100.2', false],
    ['198.51.100.3', false],
  ]);
});

it('shows a private NAT gateway without a public address', async () => {
  await makeNatGateway(ec2, {});
  const [gateway] = await natGateways();
  expect(gateway).toMatchObject({ ConnectivityType: 'private', NatGatewayAddresses: [{ IsPrimary: true }] });
  expect(gateway?.NatGatewayAddresses?.[0]?.PublicIp).toBeUndefined();
});

it('keeps the address of a NAT gateway that is being deleted, and of one that was', async () => {
  const NatGatewayId = await makeNatGateway(ec2, { addresses: ['198.51.100.1'] });
  const seen = { NatGatewayAddresses: [{ PublicIp: '198.51.100.1' }] };
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
  expect(await natGateways()).toMatchObject([{ ...seen, State: 'deleting' }]);
  edge.natGateways.setState(NatGatewayId, 'deleted');
  expect(await natGateways()).toMatchObject([{ ...seen, State: 'deleted' }]);
});

it('finds NAT gateways by tag, state and VPC, in pages', async () => {
  const vpcId = await makeVpc(ec2, { cidrs: ['10.0.0.0/16'] });
  const tagged = await makeNatGateway(ec2, { addresses: ['198.51.100.1'], tags: { team: 'a' }, vpcId });
  const other = await makeNatGateway(ec2, { addresses: ['198.51.100.2'], tags: { team: 'b' } });
  edge.natGateways.setState(other, 'pending');
  const found = async (name: string, ...values: string[]) =>
    (await natGateways(name, ...values)).map(({ NatGatewayId }) => NatGatewayId);
  expect(await found('tag:team', 'a')).toEqual([tagged]);
  expect(await found('tag-key', 'team')).toEqual([tagged, other]);
  expect(await found('state', 'available', 'deleting')).toEqual([tagged]);
  expect(await found('vpc-id', vpcId)).toEqual([tagged]);

  for (let n = 3; n <= 7; n += 1) await makeNatGateway(ec2, { addresses: [`198.51.100.${n}`] });
  const sizes: number[] = [];
  for await (const page of paginateDescribeNatGateways({ client: ec2, pageSize: 5 }, {})) {
    sizes.push(page.NatGateways?.length ?? 0);
  }
  expect(sizes).toEqual([5, 2]);
});

it('shows elastic IPs that are in use and those that are not, and finds them by tag', async () => {
  await makeAddress(ec2, '198.51.100.9', { team: 'a' });
  await makeNatGateway(ec2, { addresses: ['198.51.100.1'] });
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
  expect(Addresses.map(({ PublicIp, AssociationId }) => [PublicIp, AssociationId !== undefined])).toEqual([
    ['198.51.100.9', false],
    ['198.51.100.1', true],
  ]);
  for (const filter of [
    { Name: 'tag:team', Values: ['a'] },
    { Name: 'tag-key', Values: ['team'] },
  ]) {
    const found = await ec2.send(new DescribeAddressesCommand({ Filters: [filter] }));
    expect(found.Addresses).toMatchObject([{ PublicIp: '198.51.100.9', Tags: [{ Key: 'team', Value: 'a' }] }]);
  }
});

it('shows all CIDRs of a VPC with their states, and pages VPCs', async () => {
  const VpcId = await makeVpc(ec2, { cidrs: ['10.0.0.0/16', '100.64.0.0/16'], ipv6: true, tags: { team: 'a' } });
  const describe = async () => {
    const Filters = [{ Name: 'tag:team', Values: ['a'] }];
    return (await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.[0];
  };
  const states = async () =>
    (await describe())?.CidrBlockAssociationSet?.map(
      ({ CidrBlock, CidrBlockState }) => `${CidrBlock} ${CidrBlockState?.State}`,
    );
  const vpc = await describe();
  expect(vpc).toMatchObject({ VpcId, Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlockState: { State: 'associated' } }] });
  expect(await states()).toEqual(['10.0.0.0/16 associated', '100.64.0.0/16 associated']);
  const AssociationId = vpc?.CidrBlockAssociationSet?.[1]?.AssociationId;
  await ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
  expect(await states()).toEqual(['10.0.0.0/16 associated', '100.64.0.0/16 disassociated']);

  for (let n = 1; n <= 4; n += 1) await makeVpc(ec2, { cidrs: [`10.${n}.0.0/16`] });
  const sizes: number[] = [];
  for await (const { Vpcs = [] } of paginateDescribeVpcs({ client: ec2, pageSize: 5 }, {})) sizes.push(Vpcs.length);
  expect(sizes).toEqual([5, 1]);
});
