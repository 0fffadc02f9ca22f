import { type Actions, type EdgeCall, Refusal } from './call.js';
import { ec2Answer, matchesFilters, strings } from './ec2-wire.js';
import { detailWire, type EndpointService, serviceNameOf } from './endpoint-service.js';
import { isAllowed } from './endpoint-service-permissions.js';
import type { PrivateLinkWorld } from './private-link.js';

/** How a consumer finds a service. */
export function usableServiceActions({ services, zones }: PrivateLinkWorld): Actions {
  return {
    /**
     * Zones have the consumer's names: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
     * A service of another region has none: https://github.com/hashicorp/terraform-provider-aws/issues/44186
     * AWS's own services aren't listed.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html
     */
    DescribeVpcEndpointServices: async (call) => {
      const names = strings(call.params, 'ServiceName');
      const regions = strings(call.params, 'ServiceRegion');
      const from = regions.length > 0 ? regions : [call.region];
      const visible = [...services.values()].filter(
        (service) => from.includes(service.region) && isUsable(service, call),
      );
      for (const name of names)
        if (!visible.some((each) => serviceNameOf(each) === name)) throw invalidServiceName(name);
      const found = visible.filter(
        (service) =>
          (names.length === 0 || names.includes(serviceNameOf(service))) &&
          matchesFilters(call.params, {
            values: {
              owner: service.ownerId,
              'service-name': serviceNameOf(service),
              'service-region': service.region,
              'service-type': 'Interface',
              'supported-ip-address-types': 'ipv4',
            },
            tags: new Map(),
          }),
      );
      const theirs = await zones.of(call.accountId, call.region);
      const serviceDetailSet = found.map((service) =>
        detailWire(
          service,
          theirs.filter(({ id }) => service.zoneIds.includes(id)),
        ),
      );
      return ec2Answer(call, { serviceNameSet: found.map(serviceNameOf), serviceDetailSet });
    },
  };
}

/** The service that a consumer means. Whether an owner needs a permission for itself isn't documented; here, yes. */
export function usableService({ services }: PrivateLinkWorld, call: EdgeCall): EndpointService {
  const name = call.params.get('ServiceName') ?? '';
  const region = call.params.get('ServiceRegion') ?? call.region;
  const service = [...services.values()].find((each) => serviceNameOf(each) === name);
  if (service?.region !== region || !isUsable(service, call)) throw invalidServiceName(name);
  return service;
}

function isUsable(service: EndpointService, { accountId, region }: EdgeCall): boolean {
  return service.state === 'Available' && service.supportedRegions.has(region) && isAllowed(service, accountId);
}

function invalidServiceName(name: string): Refusal {
  return new Refusal(400, 'InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
}
