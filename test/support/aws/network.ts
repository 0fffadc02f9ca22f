import {
  AllocateAddressCommand,
  AssociateVpcCidrBlockCommand,
  CreateNatGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';

type Tags = Record<string, string>;

function tagged(ResourceType: ResourceType, tags: Tags) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return Tags.length > 0 ? [{ ResourceType, Tags }] : [];
}

/** An elastic IP, and its allocation id. */
export async function makeAddress(ec2: EC2Client, Address: string, tags: Tags = {}): Promise<string> {
  const TagSpecifications = tagged('elastic-ip', tags);
  const { AllocationId = '' } = await ec2.send(
    new AllocateAddressCommand({ Domain: 'vpc', Address, TagSpecifications }),
  );
  return AllocationId;
}

export interface SeedNatGateway {
  /** Its public addresses, the primary one first; none: it is private. */
  addresses?: string[];
  tags?: Tags;
  /** Absent: the account's default VPC. */
  vpcId?: string;
}

/** An available NAT gateway, and its id. */
export async function makeNatGateway(
  ec2: EC2Client,
  { addresses = [], tags = {}, vpcId }: SeedNatGateway,
): Promise<string> {
  const [AllocationId, ...SecondaryAllocationIds] = await Promise.all(
    addresses.map((address) => makeAddress(ec2, address)),
  );
  const { NatGateway } = await ec2.send(
    new CreateNatGatewayCommand({
      SubnetId: await subnetOf(ec2, vpcId),
      TagSpecifications: tagged('natgateway', tags),
      ...(AllocationId ? { AllocationId, SecondaryAllocationIds } : { ConnectivityType: 'private' as const }),
    }),
  );
  return NatGateway?.NatGatewayId ?? '';
}

async function subnetOf(ec2: EC2Client, vpcId: string | undefined): Promise<string | undefined> {
  const Filters = [vpcId ? { Name: 'vpc-id', Values: [vpcId] } : { Name: 'default-for-az', Values: ['true'] }];
  const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  return subnet?.SubnetId;
}

export interface SeedVpc {
  /** Its IPv4 CIDRs, the primary one first. */
  cidrs: [string, ...string[]];
  /** Whether it has an IPv6 CIDR of AWS's. */
  ipv6?: boolean;
  tags?: Tags;
}

/** A VPC with a subnet, and its id. */
export async function makeVpc(ec2: EC2Client, { cidrs, ipv6 = false, tags = {} }: SeedVpc): Promise<string> {
  const [CidrBlock, ...further] = cidrs;
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({ CidrBlock, AmazonProvidedIpv6CidrBlock: ipv6, TagSpecifications: tagged('vpc', tags) }),
  );
  const VpcId = Vpc?.VpcId ?? '';
  for (const each of further) await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: each }));
  await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: CidrBlock.replace(/\/\d+$/, '/24') }));
  return VpcId;
}

export interface SeedSubnets {
  vpcId: string;
  /** A /16 of the VPC; its /24s from .100 on are taken. */
  cidr: string;
  /** `['a', 'b']`; a zone may come twice. */
  zones: string[];
  tags?: Tags;
}

/** A subnet in each zone; their ids in the order of the zones. */
export async function makeSubnets(
  ec2: EC2Client,
  { vpcId: VpcId, cidr, zones, tags = {} }: SeedSubnets,
): Promise<string[]> {
  const region = await ec2.config.region();
  const network = cidr.split('.').slice(0, 2).join('.');
  const ids: string[] = [];
  for (const [index, zone] of zones.entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId,
        CidrBlock: `${network}.${100 + index}.0/24`,
        AvailabilityZone: `${region}${zone}`,
        TagSpecifications: tagged('subnet', tags),
      }),
    );
    ids.push(Subnet?.SubnetId ?? '');
  }
  return ids;
}

/** Private DNS of endpoints needs it, and a VPC that isn't the default one doesn't have it. */
export async function enableDnsHostnames(ec2: EC2Client, VpcId: string): Promise<void> {
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
}
