import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { OWNER_TAG } from '../../api/marks.js';
import type { AwsResult } from '../../aws/call.js';
import type { Ec2Scope } from '../../aws/services.js';
import type { ObservedEndpoint, OfferedService, VpcReading } from '../observed.js';
import { tagMap } from '../tag-map.js';
import { regionOfService } from '../wish.js';

/** What all resources together need to know of an account and region. */
export interface VpcNeeds {
  /** Names of services that endpoints lead to, or are to. */
  services: readonly string[];
  /** Whether VPCs are chosen by tags. */
  vpcs: boolean;
  /** Whether groups are made, or may be there. */
  groups: boolean;
}

const MaxResults = 1000;

/** Five paged reads at most, whatever the number of endpoints. An empty page is not the last one. */
export async function observeVpcs(ec2: Ec2Scope, ownerId: string, needs: VpcNeeds): Promise<AwsResult<VpcReading>> {
  const Filters = [{ Name: `tag:${OWNER_TAG}`, Values: [ownerId] }];
  const nothing = { ok: true as const, value: [] };
  const [endpoints, groups, subnets, vpcs, services] = await Promise.all([
    ec2.all(
      (NextToken) => new DescribeVpcEndpointsCommand({ Filters, MaxResults, NextToken }),
      (page) => page.VpcEndpoints?.map(observedEndpoint),
    ),
    needs.groups
      ? ec2.all(
          (NextToken) => new DescribeSecurityGroupsCommand({ Filters, MaxResults, NextToken }),
          (page) =>
            page.SecurityGroups?.map(({ GroupId: id = '', VpcId: vpcId = '', Tags }) => ({
              id,
              vpcId,
              tags: tagMap(Tags),
            })),
        )
      : nothing,
    ec2.all(
      (NextToken) => new DescribeSubnetsCommand({ MaxResults, NextToken }),
      (page) =>
        page.Subnets?.map((subnet) => ({
          id: subnet.SubnetId ?? '',
          vpcId: subnet.VpcId ?? '',
          zone: subnet.AvailabilityZone ?? '',
          zoneId: subnet.AvailabilityZoneId ?? '',
          tags: tagMap(subnet.Tags),
        })),
    ),
    needs.vpcs
      ? ec2.all(
          (NextToken) => new DescribeVpcsCommand({ MaxResults, NextToken }),
          (page) => page.Vpcs?.map(({ VpcId: id = '', Tags }) => ({ id, tags: tagMap(Tags) })),
        )
      : nothing,
    needs.services.length > 0 ? observeOffers(ec2, needs.services) : nothing,
  ]);
  if (!endpoints.ok) return endpoints;
  if (!groups.ok) return groups;
  if (!subnets.ok) return subnets;
  if (!vpcs.ok) return vpcs;
  if (!services.ok) return services;
  return {
    ok: true,
    value: {
      endpoints: endpoints.value,
      groups: groups.value,
      subnets: subnets.value,
      vpcs: vpcs.value,
      services: services.value,
    },
  };
}

/** None where AWS knows no such endpoint. */
export async function observeEndpoint(ec2: Ec2Scope, id: string): Promise<AwsResult<ObservedEndpoint[]>> {
  const answer = await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
  if (!answer.ok) return answer.error.class === 'NotFound' ? { ok: true, value: [] } : answer;
  return { ok: true, value: (answer.value.VpcEndpoints ?? []).map(observedEndpoint) };
}

/** By a filter and not by name: a name that isn't offered would fail the whole call. */
function observeOffers(ec2: Ec2Scope, names: readonly string[]): Promise<AwsResult<OfferedService[]>> {
  const ServiceRegions = [...new Set(names.map(regionOfService))].sort();
  const Filters = [{ Name: 'service-name', Values: [...names] }];
  return ec2.all(
    (NextToken) => new DescribeVpcEndpointServicesCommand({ Filters, ServiceRegions, MaxResults, NextToken }),
    (page) =>
      page.ServiceDetails?.map(
        ({ ServiceName: name = '', AvailabilityZones = [], PrivateDnsNameVerificationState }) => ({
          name,
          zones: AvailabilityZones,
          privateDnsVerified: PrivateDnsNameVerificationState === 'verified',
        }),
      ),
  );
}

function observedEndpoint(endpoint: VpcEndpoint): ObservedEndpoint {
  const { State = '', LastError: error } = endpoint;
  return {
    id: endpoint.VpcEndpointId ?? '',
    vpcId: endpoint.VpcId ?? '',
    serviceName: endpoint.ServiceName ?? '',
    // EC2 answers with a small letter, and its documentation has a capital one.
    state: State.slice(0, 1).toLowerCase() + State.slice(1),
    ...(error && { error: `${error.Code}: ${error.Message}` }),
    ageMs: Date.now() - (endpoint.CreationTimestamp?.getTime() ?? 0),
    tags: tagMap(endpoint.Tags),
    subnetIds: endpoint.SubnetIds ?? [],
    groupIds: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    privateDnsEnabled: endpoint.PrivateDnsEnabled ?? false,
    policy: endpoint.PolicyDocument ?? '',
    dns: (endpoint.DnsEntries ?? []).map(({ DnsName: name = '', HostedZoneId: zoneId }) => ({
      name,
      ...(zoneId && { zoneId }),
    })),
  };
}
