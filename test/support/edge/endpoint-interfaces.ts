import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { Refusal } from './call.js';
import { invalidParameter } from './ec2-wire.js';
import type { Endpoint, EndpointInterface } from './endpoint.js';
import { serviceNameOf } from './endpoint-service.js';
import type { PrivateLinkWorld } from './private-link.js';

/** Zones without access to other regions' services. */
const NOT_REMOTE = ['use1-az3', 'usw1-az2', 'apne1-az3', 'apne2-az2', 'apne2-az4'];

/** The VPC that an endpoint is or will be in. */
export type Place = Pick<Endpoint, 'ownerId' | 'region' | 'vpcId' | 'service'>;

export async function checkVpc({ ec2 }: PrivateLinkWorld, { ownerId, region, vpcId }: Place): Promise<void> {
  await ec2(ownerId, region).send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
}

/**
 * One subnet a zone, and only zones that the service has.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#CommonErrors, DuplicateSubnetsInSameZone;
 * of the others: https://github.com/aws/aws-sdk-go-v2/issues/1024 and https://github.com/chanzuckerberg/cztack/pull/865
 */
export async function usableSubnets(
  world: PrivateLinkWorld,
  place: Place,
  subnetIds: readonly string[],
  takenZones: readonly string[] = [],
): Promise<Subnet[]> {
  if (subnetIds.length === 0) return [];
  const { ownerId, region, vpcId, service } = place;
  const { Subnets = [] } = await world
    .ec2(ownerId, region)
    .send(new DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }));
  const remote = service.region !== region;
  const taken = new Set(takenZones);
  for (const { SubnetId, VpcId, AvailabilityZone: zone = '', AvailabilityZoneId = '' } of Subnets) {
    if (VpcId !== vpcId) throw invalidParameter(`The subnet ${SubnetId} is not in the VPC ${vpcId}`);
    if (remote) await checkRemoteZone(world, place, AvailabilityZoneId);
    else if (!service.zoneIds.includes(AvailabilityZoneId)) {
      const name = serviceNameOf(service);
      throw invalidParameter(
        `The VPC endpoint service ${name} does not support the availability zone of the subnet: ${SubnetId}.`,
      );
    }
    if (taken.has(zone)) {
      const message =
        `Found another VPC endpoint subnet in the availability zone of ${SubnetId}. VPC endpoint subnets ` +
        'should be in different availability zones supported by the VPC endpoint service.';
      throw new Refusal(400, 'DuplicateSubnetsInSameZone', message);
    }
    taken.add(zone);
  }
  return Subnets;
}

/**
 * In the words of https://github.com/hashicorp/terraform-provider-aws/issues/44186.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
 */
async function checkRemoteZone({ zones }: PrivateLinkWorld, { ownerId, region }: Place, zoneId: string): Promise<void> {
  if (!NOT_REMOTE.includes(zoneId)) return;
  const others = (await zones.of(ownerId, region)).map(({ id }) => id).filter((id) => !NOT_REMOTE.includes(id));
  throw invalidParameter(`Only the following availability zones are supported for remote access: ${others.join(', ')}`);
}

/** Those given, or the VPC's default one. */
export async function usableGroups(
  { ec2 }: PrivateLinkWorld,
  { ownerId, region, vpcId }: Place,
  GroupIds: string[],
): Promise<string[]> {
  const defaults = [
    { Name: 'group-name', Values: ['default'] },
    { Name: 'vpc-id', Values: [vpcId] },
  ];
  const asked = GroupIds.length > 0 ? { GroupIds } : { Filters: defaults };
  const { SecurityGroups = [] } = await ec2(ownerId, region).send(new DescribeSecurityGroupsCommand(asked));
  const stranger = SecurityGroups.find(({ VpcId }) => VpcId !== vpcId);
  if (stranger) throw invalidParameter(`The security group ${stranger.GroupId} is not in the VPC ${vpcId}`);
  return SecurityGroups.map(({ GroupId = '' }) => GroupId);
}

/** moto's, so that addresses are found where AWS has them, and groups are in use. */
export async function makeInterfaces(
  { ec2 }: PrivateLinkWorld,
  { id, ownerId, region, groupIds }: Endpoint,
  subnets: readonly Subnet[],
): Promise<EndpointInterface[]> {
  const made: EndpointInterface[] = [];
  for (const { SubnetId = '', AvailabilityZone: zone = '' } of subnets) {
    const Description = `VPC Endpoint Interface ${id}`;
    const { NetworkInterface } = await ec2(ownerId, region).send(
      new CreateNetworkInterfaceCommand({ SubnetId, Groups: [...groupIds], Description }),
    );
    made.push({ networkInterfaceId: NetworkInterface?.NetworkInterfaceId ?? '', subnetId: SubnetId, zone });
  }
  return made;
}

export async function removeInterfaces(
  { ec2 }: PrivateLinkWorld,
  { ownerId, region }: Endpoint,
  interfaces: readonly EndpointInterface[],
): Promise<void> {
  for (const { networkInterfaceId: NetworkInterfaceId } of interfaces) {
    await ec2(ownerId, region).send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  }
}

export async function regroupInterfaces({ ec2 }: PrivateLinkWorld, endpoint: Endpoint): Promise<void> {
  const Groups = [...endpoint.groupIds];
  for (const { networkInterfaceId: NetworkInterfaceId } of endpoint.interfaces) {
    const command = new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups });
    await ec2(endpoint.ownerId, endpoint.region).send(command);
  }
}
