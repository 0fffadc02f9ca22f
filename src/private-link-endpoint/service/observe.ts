import {
  type AllowedPrincipal,
  DescribeVpcEndpointConnectionsCommand,
  DescribeVpcEndpointServiceConfigurationsCommand,
  DescribeVpcEndpointServicePermissionsCommand,
  type ServiceConfiguration,
} from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand, DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import pMap from 'p-map';
import { OWNER_TAG } from '../../api/marks.js';
import type { AwsResult } from '../../aws/call.js';
import type { AwsScope, Ec2Scope, ElbScope } from '../../aws/services.js';
import type { ObservedConnection, ObservedLoadBalancer, ObservedService, ProviderReading } from '../observed.js';
import { tagMap } from '../tag-map.js';
import { isLeaving } from './service.js';

const MaxResults = 1000;
const CONCURRENCY = 8;
/** ELB API reference: DescribeTags takes 20 ARNs. */
const TAGGED = 20;

/**
 * This install's services in an account and region, who is connected, and the network load balancers. Three paged
 * reads, one more for each service, and for tags, where load balancers are chosen by them, one for each 20.
 */
export async function observeProvider(
  { ec2, elasticLoadBalancing }: AwsScope,
  ownerId: string,
  byTags: boolean,
): Promise<AwsResult<ProviderReading>> {
  const [services, connections, loadBalancers] = await Promise.all([
    observeServices(ec2, ownerId),
    observeConnections(ec2),
    observeLoadBalancers(elasticLoadBalancing, byTags),
  ]);
  if (!services.ok) return services;
  if (!connections.ok) return connections;
  if (!loadBalancers.ok) return loadBalancers;
  return {
    ok: true,
    value: { services: services.value, connections: connections.value, loadBalancers: loadBalancers.value },
  };
}

async function observeServices(ec2: Ec2Scope, ownerId: string): Promise<AwsResult<ObservedService[]>> {
  const Filters = [{ Name: `tag:${OWNER_TAG}`, Values: [ownerId] }];
  const found = await ec2.all(
    (NextToken) => new DescribeVpcEndpointServiceConfigurationsCommand({ Filters, MaxResults, NextToken }),
    (page) => page.ServiceConfigurations,
  );
  if (!found.ok) return found;
  const services: ObservedService[] = [];
  const read = await pMap(found.value, (each) => withPrincipals(ec2, each), { concurrency: CONCURRENCY });
  for (const service of read) {
    if (service.ok) services.push(service.value);
    else if (service.error.class !== 'NotFound') return service;
  }
  return { ok: true, value: services };
}

async function withPrincipals(ec2: Ec2Scope, service: ServiceConfiguration): Promise<AwsResult<ObservedService>> {
  const principals = await observePrincipals(ec2, service);
  if (!principals.ok) return principals;
  const { State = '', Name = '', Value = '' } = service.PrivateDnsNameConfiguration ?? {};
  return {
    ok: true,
    value: {
      id: service.ServiceId ?? '',
      name: service.ServiceName ?? '',
      state: service.ServiceState ?? '',
      tags: tagMap(service.Tags),
      loadBalancerArns: service.NetworkLoadBalancerArns ?? [],
      acceptanceRequired: service.AcceptanceRequired ?? false,
      regions: (service.SupportedRegions ?? []).flatMap(({ Region }) => Region ?? []),
      principals: principals.value.flatMap(({ Principal }) => Principal ?? []),
      ...(service.PrivateDnsName && {
        privateDns: { name: service.PrivateDnsName, state: State, txtName: Name, txtValue: Value },
      }),
    },
  };
}

/** Not of a service on its way out: once it has gone, and its tags with it, IAM denies what it allowed by them. */
async function observePrincipals(ec2: Ec2Scope, service: ServiceConfiguration): Promise<AwsResult<AllowedPrincipal[]>> {
  const { ServiceId = '', ServiceState = '' } = service;
  if (isLeaving(ServiceState)) return { ok: true, value: [] };
  return ec2.all(
    (NextToken) => new DescribeVpcEndpointServicePermissionsCommand({ ServiceId, MaxResults, NextToken }),
    (page) => page.AllowedPrincipals,
  );
}

function observeConnections(ec2: Ec2Scope): Promise<AwsResult<ObservedConnection[]>> {
  return ec2.all(
    (NextToken) => new DescribeVpcEndpointConnectionsCommand({ MaxResults, NextToken }),
    (page) =>
      page.VpcEndpointConnections?.map((each) => ({
        serviceId: each.ServiceId ?? '',
        endpointId: each.VpcEndpointId ?? '',
        accountId: each.VpcEndpointOwner ?? '',
        region: each.VpcEndpointRegion ?? '',
        state: each.VpcEndpointState ?? '',
      })),
  );
}

async function observeLoadBalancers(elb: ElbScope, byTags: boolean): Promise<AwsResult<ObservedLoadBalancer[]>> {
  const found = await elb.all(
    (Marker) => new DescribeLoadBalancersCommand({ Marker }),
    (page) => page.LoadBalancers?.filter(({ Type }) => Type === 'network'),
  );
  if (!found.ok) return found;
  const arns = found.value.map(({ LoadBalancerArn = '' }) => LoadBalancerArn);
  const tags = byTags ? await tagsOf(elb, arns) : { ok: true as const, value: new Map() };
  if (!tags.ok) return tags;
  return {
    ok: true,
    value: found.value.map((each) => {
      const enforces = each.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
      const arn = each.LoadBalancerArn ?? '';
      return {
        arn,
        name: each.LoadBalancerName ?? '',
        dnsName: each.DNSName ?? '',
        groupIds: each.SecurityGroups ?? [],
        ...(enforces && { enforces: enforces === 'on' }),
        tags: tags.value.get(arn) ?? {},
      };
    }),
  };
}

async function tagsOf(elb: ElbScope, arns: readonly string[]): Promise<AwsResult<Map<string, Record<string, string>>>> {
  const parts = Array.from({ length: Math.ceil(arns.length / TAGGED) }, (_, i) =>
    arns.slice(i * TAGGED, (i + 1) * TAGGED),
  );
  const answers = await pMap(parts, (ResourceArns) => elb.send(new DescribeTagsCommand({ ResourceArns })), {
    concurrency: CONCURRENCY,
  });
  const tags = new Map<string, Record<string, string>>();
  for (const answer of answers) {
    if (!answer.ok) return answer;
    for (const { ResourceArn = '', Tags } of answer.value.TagDescriptions ?? []) tags.set(ResourceArn, tagMap(Tags));
  }
  return { ok: true, value: tags };
}
