import { randomBytes } from 'node:crypto';
import { type Actions, type EdgeCall, Refusal } from './call.js';
import { askedTags, ec2Answer, invalidParameter, matchesFilters, strings, unsuccessful } from './ec2-wire.js';
import {
  configurationWire,
  type EndpointService,
  isOwn,
  notFoundMessage,
  ownService,
  proofKey,
  serviceNameOf,
} from './endpoint-service.js';
import { privateDnsOf } from './private-dns.js';
import type { PrivateLinkWorld } from './private-link.js';

/** States of endpoints that keep their service, and its load balancers. */
const CONNECTED = ['pendingAcceptance', 'pending', 'available'];

/** What a provider makes. */
export function serviceActions(world: PrivateLinkWorld): Actions {
  const { services, endpoints, loadBalancers, settling, tokens, zones } = world;

  /**
   * Ids of their zones. What happens to a load balancer of another service isn't documented, but that it can't be.
   * https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
   */
  async function zoneIdsOf(arns: string[], { accountId, region }: EdgeCall, serviceId?: string): Promise<string[]> {
    const found = await loadBalancers.find(arns, accountId, region);
    if (arns.length === 0 || found.length < arns.length || !found.every(({ Type }) => Type === 'network')) {
      throw invalidParameter(`The load balancers ${arns} are no network load balancers`);
    }
    const others = [...services.values()].filter(({ id }) => id !== serviceId);
    if (others.some(({ loadBalancerArns }) => arns.some((arn) => loadBalancerArns.has(arn)))) {
      throw invalidParameter(`The load balancers ${arns} are associated with another endpoint service`);
    }
    const names = found.flatMap(({ AvailabilityZones = [] }) => AvailabilityZones.map(({ ZoneName }) => ZoneName));
    return (await zones.of(accountId, region)).filter(({ name }) => names.includes(name)).map(({ id }) => id);
  }

  function checkNotConnected({ id }: EndpointService): void {
    const connected = [...endpoints.values()].some(
      ({ service, state }) => service.id === id && CONNECTED.includes(state),
    );
    if (!connected) return;
    const message = 'Service has existing active VPC Endpoint connections!';
    throw new Refusal(400, 'ExistingVpcEndpointConnections', message);
  }

  async function configuration(service: EndpointService) {
    const own = await zones.of(service.ownerId, service.region);
    return configurationWire(
      service,
      own.filter(({ id }) => service.zoneIds.includes(id)),
    );
  }

  return {
    /**
     * That acceptance is required unless told otherwise isn't documented.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointServiceConfiguration.html
     */
    CreateVpcEndpointServiceConfiguration: async (call) => {
      const { params, accountId, region } = call;
      const again = services.get(tokens.madeBy(call) ?? '');
      if (again) return ec2Answer(call, { serviceConfiguration: await configuration(again) });
      const arns = strings(params, 'NetworkLoadBalancerArn');
      const zoneIds = await zoneIdsOf(arns, call);
      const privateDnsName = params.get('PrivateDnsName');
      const service: EndpointService = {
        id: `vpce-svc-0${randomBytes(8).toString('hex')}`,
        ownerId: accountId,
        region,
        tags: askedTags(params),
        state: 'Pending',
        acceptanceRequired: params.get('AcceptanceRequired') !== 'false',
        loadBalancerArns: new Set(arns),
        zoneIds,
        supportedRegions: new Set([region, ...strings(params, 'SupportedRegion')]),
        ...(privateDnsName && { privateDns: privateDnsOf(privateDnsName) }),
        principals: new Map(),
      };
      services.set(service.id, service);
      tokens.remember(call, service.id);
      const answer = ec2Answer(call, { serviceConfiguration: await configuration(service) });
      await settling.begin(service.id, (ok) => {
        service.state = ok ? 'Available' : 'Failed';
      });
      return answer;
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServiceConfigurations.html */
    DescribeVpcEndpointServiceConfigurations: async (call) => {
      const ids = strings(call.params, 'ServiceId');
      const own = [...services.values()].filter((service) => isOwn(service, call));
      const asked = ids.length > 0 ? ids.map((id) => ownService(world, call, id)) : own;
      const found = asked.filter((service) =>
        matchesFilters(call.params, {
          values: {
            'service-id': service.id,
            'service-name': serviceNameOf(service),
            'service-state': service.state,
            'supported-ip-address-types': 'ipv4',
          },
          tags: service.tags,
        }),
      );
      const answer = ec2Answer(call, { serviceConfigurationSet: await Promise.all(found.map(configuration)) });
      for (const { id } of found) {
        await settling.seen(id);
        await settling.seen(proofKey(id));
      }
      return answer;
    },

    /**
     * Zones that load balancers have got since come with any call.
     * https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServiceConfiguration.html
     */
    ModifyVpcEndpointServiceConfiguration: async (call) => {
      const { params } = call;
      const service = ownService(world, call);
      const removed = strings(params, 'RemoveNetworkLoadBalancerArn');
      if (removed.length > 0) checkNotConnected(service);
      const arns = new Set([...service.loadBalancerArns, ...strings(params, 'AddNetworkLoadBalancerArn')]);
      for (const arn of removed) arns.delete(arn);
      const removedRegions = strings(params, 'RemoveSupportedRegion');
      if (removedRegions.includes(service.region)) throw invalidParameter('The host Region must be supported');
      service.zoneIds = await zoneIdsOf([...arns], call, service.id);
      service.loadBalancerArns = arns;
      for (const region of strings(params, 'AddSupportedRegion')) service.supportedRegions.add(region);
      for (const region of removedRegions) service.supportedRegions.delete(region);
      const acceptance = params.get('AcceptanceRequired');
      if (acceptance) service.acceptanceRequired = acceptance === 'true';
      const name = params.get('PrivateDnsName');
      if (params.get('RemovePrivateDnsName') === 'true') delete service.privateDns;
      if (name && name !== service.privateDns?.name) service.privateDns = privateDnsOf(name);
      return ec2Answer(call, { return: true });
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointServiceConfigurations.html */
    DeleteVpcEndpointServiceConfigurations: (call) =>
      unsuccessful(call, strings(call.params, 'ServiceId'), async (id) => {
        const service = services.get(id);
        if (!service || !isOwn(service, call)) {
          throw new Refusal(400, 'InvalidVpcEndpointService.NotFound', notFoundMessage(id));
        }
        checkNotConnected(service);
        service.state = 'Deleting';
        await settling.begin(id, () => void services.delete(id));
      }),
  };
}
