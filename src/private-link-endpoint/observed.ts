import type { Tags } from './names.js';

export interface ObservedLoadBalancer {
  arn: string;
  name: string;
  dnsName: string;
  groupIds: readonly string[];
  /** Whether its security groups apply to what comes by PrivateLink; absent where it has none. */
  enforces?: boolean;
  /** Read only where load balancers are chosen by tags. */
  tags: Tags;
}

export interface ObservedService {
  id: string;
  name: string;
  /** AWS's: Pending, Available, Deleting, Deleted or Failed. */
  state: string;
  tags: Tags;
  loadBalancerArns: readonly string[];
  acceptanceRequired: boolean;
  regions: readonly string[];
  /** ARNs. */
  principals: readonly string[];
  privateDns?: ObservedPrivateDns;
}

export interface ObservedPrivateDns {
  name: string;
  /** AWS's: pendingVerification, verified or failed. */
  state: string;
  /** The proof that AWS wants: its first label, and its value. */
  txtName: string;
  txtValue: string;
}

/** An endpoint as the service's owner sees it. */
export interface ObservedConnection {
  serviceId: string;
  endpointId: string;
  accountId: string;
  region: string;
  /** AWS's: pendingAcceptance, pending, available, rejected and so on. */
  state: string;
}

/** A provider's account and region: this install's services there, and who is connected to them. */
export interface ProviderReading {
  loadBalancers: readonly ObservedLoadBalancer[];
  services: readonly ObservedService[];
  connections: readonly ObservedConnection[];
}

/** A service as a consumer sees it: only when it is available, and open to the consumer's account and region. */
export interface OfferedService {
  name: string;
  /** Names of zones in the consumer's account; none for a service of another region. */
  zones: readonly string[];
  privateDnsVerified: boolean;
}

export interface ObservedEndpoint {
  id: string;
  vpcId: string;
  serviceName: string;
  /** AWS's: pendingAcceptance, pending, available, deleting, deleted, rejected, failed or expired. */
  state: string;
  /** What AWS says of a failure. */
  error?: string;
  /** Since it was made, when it was read. */
  ageMs: number;
  tags: Tags;
  subnetIds: readonly string[];
  groupIds: readonly string[];
  privateDnsEnabled: boolean;
  /** A JSON document. */
  policy: string;
  /** The regional one first. */
  dns: readonly ObservedDnsName[];
}

export interface ObservedDnsName {
  name: string;
  /** What an alias record needs; absent where there can be none. */
  zoneId?: string;
}

export interface ObservedSubnet {
  id: string;
  vpcId: string;
  /** Name of its zone, which means another one in each account, and its id, which means the same in all. */
  zone: string;
  zoneId: string;
  tags: Tags;
}

export interface ObservedVpc {
  id: string;
  tags: Tags;
}

export interface ObservedGroup {
  id: string;
  vpcId: string;
  tags: Tags;
}

/** A consumer's account and region: what this install made there, and what it may build on. */
export interface VpcReading {
  endpoints: readonly ObservedEndpoint[];
  groups: readonly ObservedGroup[];
  subnets: readonly ObservedSubnet[];
  /** Read only where VPCs are chosen by tags. */
  vpcs: readonly ObservedVpc[];
  services: readonly OfferedService[];
}

export interface ObservedZone {
  id: string;
  /** Without a dot at its end. */
  name: string;
  private: boolean;
  /** The caller reference, which is ours where the zone is. */
  reference: string;
  /** Ids of the associated VPCs, and of those that may be. Empty where nobody asked. */
  vpcIds: readonly string[];
  authorizedVpcIds: readonly string[];
  records: readonly ObservedRecord[];
}

export interface ObservedRecord {
  /** Without a dot at its end. */
  name: string;
  type: string;
  /** Absent on aliases. */
  ttl?: number;
  values: readonly string[];
  alias?: { zoneId: string; name: string };
  /** Of weighted and other records that share a name: such are never ours. */
  setIdentifier?: string;
}

/** The zones of an account that are of concern to a consumer. */
export interface AccountZones {
  account: string;
  zones: readonly ObservedZone[];
}
