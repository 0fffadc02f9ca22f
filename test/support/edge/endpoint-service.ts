import { type EdgeCall, Refusal } from './call.js';
import { tagSet, type Wire } from './ec2-wire.js';
import type { PrivateDns } from './private-dns.js';
import type { PrivateLinkWorld } from './private-link.js';
import type { Zone } from './zones.js';

export interface EndpointService {
  readonly id: string;
  readonly ownerId: string;
  readonly region: string;
  readonly tags: Map<string, string>;
  state: 'Pending' | 'Available' | 'Deleting' | 'Failed';
  acceptanceRequired: boolean;
  loadBalancerArns: Set<string>;
  /** Zones that its load balancers had when it was last made or modified. */
  zoneIds: readonly string[];
  supportedRegions: Set<string>;
  privateDns?: PrivateDns;
  /** Ids of the permissions, by principal. */
  readonly principals: Map<string, string>;
}

export function serviceNameOf({ id, region }: EndpointService): string {
  return `com.amazonaws.vpce.${region}.${id}`;
}

/** One of the account's own in the region. */
export function ownService(
  { services }: PrivateLinkWorld,
  call: EdgeCall,
  id = call.params.get('ServiceId') ?? '',
): EndpointService {
  const service = services.get(id);
  if (service && isOwn(service, call)) return service;
  throw new Refusal(400, 'InvalidVpcEndpointServiceId.NotFound', notFoundMessage(id));
}

export function isOwn({ ownerId, region }: EndpointService, call: EdgeCall): boolean {
  return ownerId === call.accountId && region === call.region;
}

export function notFoundMessage(id: string): string {
  return `The VpcEndpointService Id '${id}' does not exist`;
}

/** What the verification of its private DNS name settles under. */
export function proofKey(id: string): string {
  return `${id} private DNS`;
}

/** The domain of the service's names and of those of its endpoints. */
export function serviceDomainOf({ id, region }: EndpointService): string {
  return `${id}.${region}.vpce.amazonaws.com`;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceConfiguration.html */
export function configurationWire(service: EndpointService, zones: readonly Zone[]): Wire {
  const { id, state, privateDns, tags, supportedRegions, region } = service;
  return {
    ...commonWire(service, zones),
    serviceState: state,
    networkLoadBalancerArnSet: [...service.loadBalancerArns],
    remoteAccessEnabled: [...supportedRegions].some((each) => each !== region),
    serviceId: id,
    supportedRegionSet: [...supportedRegions].map((each) => ({ region: each, serviceState: 'Available' })),
    tagSet: tagSet(tags),
    ...(privateDns && {
      privateDnsNameConfiguration: {
        state: privateDns.state,
        type: 'TXT',
        name: privateDns.txtName,
        value: privateDns.txtValue,
      },
    }),
  };
}

/** As a consumer sees it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html */
export function detailWire(service: EndpointService, zones: readonly Zone[]): Wire {
  const { id, ownerId, region, privateDns } = service;
  return {
    ...commonWire(service, zones),
    serviceId: id,
    owner: ownerId,
    serviceRegion: region,
    vpcEndpointPolicySupported: false,
    tagSet: [],
    ...(privateDns && {
      privateDnsNameSet: [{ privateDnsName: privateDns.name }],
      privateDnsNameVerificationState: privateDns.state,
    }),
  };
}

function commonWire(service: EndpointService, zones: readonly Zone[]) {
  return {
    serviceName: serviceNameOf(service),
    serviceType: [{ serviceType: 'Interface' }],
    availabilityZoneIdSet: zones.map(({ id }) => id),
    availabilityZoneSet: zones.map(({ name }) => name),
    acceptanceRequired: service.acceptanceRequired,
    managesVpcEndpoints: false,
    baseEndpointDnsNameSet: [serviceDomainOf(service)],
    supportedIpAddressTypeSet: ['ipv4'],
    privateDnsName: service.privateDns?.name,
  };
}
