import type { NatGateway, Vpc } from '@aws-sdk/client-ec2';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  describeFound,
  elasticIp,
  natGateway,
  selectCidrs,
  vpc,
} from '../../../../../src/cidr-set/sources/aws/found.js';

const place = { account: 'team-a', region: 'eu-west-1' };

it.each<[state: NatGateway['State'], cidrs: string[]]>([
  ['pending', ['203.0.113.1', '203.0.113.2']],
  ['available', ['203.0.113.1', '203.0.113.2']],
  ['deleting', ['203.0.113.1', '203.0.113.2']],
  ['failed', []],
  ['deleted', []],
])('counts all addresses of a NAT gateway that is %s as %j', (State, cidrs) => {
  const NatGatewayAddresses: NatGateway['NatGatewayAddresses'] = [
    { PublicIp: '203.0.113.1', IsPrimary: true, Status: 'succeeded' },
    { PublicIp: '203.0.113.2', IsPrimary: false, Status: 'disassociating' },
    { PublicIp: '203.0.113.3', Status: 'failed' },
    { PrivateIp: '10.0.0.5' },
  ];
  expect(natGateway({ NatGatewayId: 'nat-1', State, NatGatewayAddresses }).cidrs).toEqual(cidrs);
});

it('finds no address of a NAT gateway that has none yet, or is private', () => {
  expect(natGateway({ NatGatewayId: 'nat-1', State: 'pending' }).cidrs).toEqual([]);
  const addresses = [{ PrivateIp: '10.0.0.5' }];
  const gateway = natGateway({ State: 'available', ConnectivityType: 'private', NatGatewayAddresses: addresses });
  expect(gateway.cidrs).toEqual([]);
});

it('finds elastic IPs, but not addresses at a carrier', () => {
  expect(elasticIp({ AllocationId: 'eipalloc-1', PublicIp: '203.0.113.1' })).toMatchObject({
    id: 'eipalloc-1',
    cidrs: ['203.0.113.1'],
  });
  expect(elasticIp({ AllocationId: 'eipalloc-1', CarrierIp: '203.0.113.1' }).cidrs).toEqual([]);
});

it('counts the CIDR blocks of a VPC that are, or may still be, in use', () => {
  const states = ['associating', 'associated', 'disassociating', 'disassociated', 'failing', 'failed'] as const;
  const found: Vpc = {
    VpcId: 'vpc-1',
    CidrBlock: '10.1.0.0/16',
    CidrBlockAssociationSet: states.map((State, i) => ({ CidrBlock: `10.${i}.0.0/16`, CidrBlockState: { State } })),
    Ipv6CidrBlockAssociationSet: states.map((State, i) => ({
      Ipv6CidrBlock: `2001:db8:${i}::/56`,
      Ipv6CidrBlockState: { State },
    })),
  };
  expect(vpc(found).cidrs).toEqual(['10.1.0.0/16', '10.2.0.0/16', '2001:db8:1::/56', '2001:db8:2::/56']);
});

it('selects by all tags, and tells what is where', () => {
  const found = [
    { id: 'nat-1', tags: { Name: 'runners-a', role: 'runner', stage: 'prod' }, cidrs: ['203.0.113.1'] },
    { id: 'nat-2', tags: { role: 'runner' }, cidrs: ['203.0.113.2'] },
    { id: 'vpc-1', tags: {}, cidrs: ['10.0.0.0/16', '2001:DB8::/56'] },
  ];
  const select = (tags: Record<string, string>) =>
    selectCidrs(found, tags, place).map(({ cidr, family, description }) => `${cidr} (${family}) ${description}`);
  expect(select({ role: 'runner', stage: 'prod' })).toEqual(['203.0.113.1/32 (4) nat-1 runners-a (team-a/eu-west-1)']);
  expect(select({ role: 'runne' })).toEqual([]);
  expect(select({})).toEqual([
    '203.0.113.1/32 (4) nat-1 runners-a (team-a/eu-west-1)',
    '203.0.113.2/32 (4) nat-2 (team-a/eu-west-1)',
    '10.0.0.0/16 (4) vpc-1 (team-a/eu-west-1)',
    '2001:db8::/56 (6) vpc-1 (team-a/eu-west-1)',
  ]);
});

it('describes in what EC2 takes, and says where at its end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (Name) => {
      const text = describeFound({ id: 'nat-0123456789abcdef0', tags: { Name } }, place);
      expect(text).toMatch(/^nat-0123456789abcdef0 [a-zA-Z0-9 ._:/()#,@[\]+=&;{}!$*-]*\(team-a\/eu-west-1\)$/);
      expect(text.length).toBeLessThanOrEqual(120);
    }),
  );
});
