import { type Actions, type EdgeCall, Refusal } from './call.js';
import { ec2Answer, matchesFilters, strings, unsuccessful } from './ec2-wire.js';
import { connectionWire, type Endpoint, type EndpointState } from './endpoint.js';
import { ownService } from './endpoint-service.js';
import type { PrivateLinkWorld } from './private-link.js';

/** What a provider does with endpoints of its services. */
export function connectionActions(world: PrivateLinkWorld): Actions {
  const { endpoints, settling } = world;

  function change(call: EdgeCall, from: readonly EndpointState[], apply: (endpoint: Endpoint) => Promise<void>) {
    const service = ownService(world, call);
    return unsuccessful(call, strings(call.params, 'VpcEndpointId'), async (id) => {
      const endpoint = endpoints.get(id);
      if (endpoint?.service !== service) {
        throw new Refusal(400, 'InvalidVpcEndpoint.NotFound', `The Vpc Endpoint Id '${id}' does not exist`);
      }
      if (!from.includes(endpoint.state)) {
        throw new Refusal(400, 'InvalidState', `The endpoint ${id} is in the state ${endpoint.state}`);
      }
      await apply(endpoint);
    });
  }

  return {
    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointConnections.html */
    DescribeVpcEndpointConnections: async (call) => {
      const found = [...endpoints.values()].filter(
        (endpoint) =>
          endpoint.service.ownerId === call.accountId &&
          endpoint.service.region === call.region &&
          matchesFilters(call.params, {
            values: {
              'ip-address-type': 'ipv4',
              'service-id': endpoint.service.id,
              'vpc-endpoint-id': endpoint.id,
              'vpc-endpoint-owner': endpoint.ownerId,
              'vpc-endpoint-region': endpoint.region,
              'vpc-endpoint-state': endpoint.state,
            },
            tags: new Map(),
          }),
      );
      const answer = ec2Answer(call, { vpcEndpointConnectionSet: found.map(connectionWire) });
      for (const { id } of found) await settling.seen(id);
      return answer;
    },

    /**
     * What was rejected may be accepted after all; which states refuse, and in whose words, isn't documented.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html
     * https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
     */
    AcceptVpcEndpointConnections: (call) =>
      change(call, ['pendingAcceptance', 'rejected'], (endpoint) => becomeAvailable(world, endpoint)),

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectVpcEndpointConnections.html */
    RejectVpcEndpointConnections: (call) =>
      change(call, ['pendingAcceptance', 'pending', 'available'], async (endpoint) => {
        endpoint.state = 'rejected';
      }),
  };
}

/** `pending` until reads have seen it so. */
export async function becomeAvailable({ settling }: PrivateLinkWorld, endpoint: Endpoint): Promise<void> {
  endpoint.state = 'pending';
  delete endpoint.lastError;
  await settling.begin(endpoint.id, (ok) => {
    if (endpoint.state !== 'pending') return;
    endpoint.state = ok ? 'available' : 'failed';
    if (!ok) endpoint.lastError = { code: 'InternalError', message: 'An internal error occurred' };
  });
}
