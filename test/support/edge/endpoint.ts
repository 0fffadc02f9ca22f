import { tagSet, type Wire } from './ec2-wire.js';
import { type EndpointService, serviceDomainOf, serviceNameOf } from './endpoint-service.js';
import { endpointZoneId } from './endpoint-zone.js';

/** On the wire the states begin with a small letter, whatever the SDK's enum says. */
export type EndpointState =
  | 'pendingAcceptance'
  | 'pending'
  | 'available'
  | 'deleting'
  | 'deleted'
  | 'rejected'
  | 'failed'
  | 'expired';

export interface Endpoint {
  readonly id: string;
  readonly ownerId: string;
  readonly region: string;
  readonly vpcId: string;
  readonly service: EndpointService;
  readonly createdAt: string;
  readonly tags: Map<string, string>;
  /** What its DNS names have behind its id. */
  readonly suffix: string;
  state: EndpointState;
  lastError?: { code: string; message: string };
  interfaces: readonly EndpointInterface[];
  groupIds: readonly string[];
  privateDnsEnabled: boolean;
  policy: string;
}

export interface EndpointInterface {
  readonly networkInterfaceId: string;
  readonly subnetId: string;
  readonly zone: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html */
export function endpointWire(endpoint: Endpoint): Wire {
  return {
    vpcEndpointId: endpoint.id,
    vpcEndpointType: 'Interface',
    vpcId: endpoint.vpcId,
    serviceName: serviceNameOf(endpoint.service),
    serviceRegion: endpoint.service.region,
    state: endpoint.state,
    policyDocument: endpoint.policy,
    routeTableIdSet: [],
    subnetIdSet: endpoint.interfaces.map(({ subnetId }) => subnetId),
    groupSet: endpoint.groupIds.map((groupId) => ({ groupId })),
    ipAddressType: 'ipv4',
    dnsOptions: { dnsRecordIpType: 'ipv4' },
    privateDnsEnabled: endpoint.privateDnsEnabled,
    requesterManaged: false,
    networkInterfaceIdSet: endpoint.interfaces.map(({ networkInterfaceId }) => networkInterfaceId),
    dnsEntrySet: dnsEntries(endpoint),
    creationTimestamp: endpoint.createdAt,
    tagSet: tagSet(endpoint.tags),
    ownerId: endpoint.ownerId,
    lastError: endpoint.lastError && { ...endpoint.lastError },
  };
}

/** As the service's owner sees it: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html */
export function connectionWire(endpoint: Endpoint): Wire {
  return {
    serviceId: endpoint.service.id,
    vpcEndpointId: endpoint.id,
    vpcEndpointOwner: endpoint.ownerId,
    vpcEndpointRegion: endpoint.region,
    vpcEndpointState: endpoint.state,
    creationTimestamp: endpoint.createdAt,
    dnsEntrySet: dnsEntries(endpoint),
    networkLoadBalancerArnSet: [...endpoint.service.loadBalancerArns],
    ipAddressType: 'ipv4',
    vpcEndpointConnectionId: endpoint.id.replace('vpce-', 'vpce-svc-conn-'),
  };
}

/**
 * The regional name, the zonal ones, and the private one where it is switched on; none without a subnet. They are there
 * before the endpoint is accepted. https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
 */
function dnsEntries({ id, suffix, service, interfaces, privateDnsEnabled }: Endpoint) {
  if (interfaces.length === 0) return [];
  const hostedZoneId = endpointZoneId(service.region);
  const zones = ['', ...interfaces.map(({ zone }) => `-${zone}`)];
  const entries = zones.map((zone) => ({
    dnsName: `${id}-${suffix}${zone}.${serviceDomainOf(service)}`,
    hostedZoneId,
  }));
  if (!privateDnsEnabled || !service.privateDns) return entries;
  return [...entries, { dnsName: service.privateDns.name, hostedZoneId: endpointZoneId(`private ${id}`) }];
}
