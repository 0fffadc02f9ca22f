import { cut } from '../../cut.js';
import type { Request } from '../calls.js';
import { awsTags, clientToken, marksOf, nameOf, type Tags } from '../names.js';
import type { ObservedConnection, ObservedLoadBalancer, ObservedService } from '../observed.js';
import { type Hindrance, type Operation, waiting } from '../operation.js';
import { balancerOperations, configure, regionsWanted } from './configure.js';
import { chooseLoadBalancer } from './load-balancer.js';
import { planProof } from './proof.js';
import {
  CONNECTED,
  deleteService,
  type Op,
  operationsFor,
  type ServiceInput,
  type ServicePlan,
  servicesOf,
} from './service.js';

/**
 * What a declared service lacks. It is made first; who may use it, in which regions and under which name follows once
 * AWS shows it, and connections are accepted as they come.
 */
export function planService(input: ServiceInput): ServicePlan {
  const { wish, provider, reading } = input;
  const [service] = servicesOf(wish, input);
  const op = operationsFor(wish, provider);
  const choice = chooseLoadBalancer(provider.declared.loadBalancer, reading.loadBalancers, input.kubernetesHost);
  const connections = reading.connections.filter(({ serviceId }) => serviceId === service?.id);
  const others = connections.filter(
    ({ endpointId, accountId }) => !input.endpointIds.has(endpointId) && !input.accountIds.includes(accountId),
  );
  const balancer = choice.ok ? balancerOperations(choice.value, input, op) : { operations: [], problems: [] };
  const problems: Hindrance[] = [...(choice.ok ? [] : [choice.problem]), ...balancer.problems];
  const planned = [...balancer.operations];
  const whole: ServicePlan = {
    ...(service && { service }),
    ...(choice.ok && { loadBalancer: choice.value }),
    others,
    operations: planned,
    problems,
    gone: false,
  };
  if (!service) {
    if (choice.ok) planned.push(createService(input, choice.value, op));
    problems.push(waiting('Creating', 'the endpoint service is being made'));
    return whole;
  }
  if (service.state === 'Failed') {
    planned.push(deleteService(service.id, op));
    problems.push({
      reason: 'ServiceFailed',
      message: `AWS failed to make ${service.id}; another is made in its place`,
    });
    return whole;
  }
  if (service.state === 'Pending') problems.push(waiting('Pending', `AWS is making ${service.id}`));
  planned.push(...configure(service, choice, input, op), ...accept(service, connections, input, op));
  if (choice.ok && connections.some(({ state }) => CONNECTED.includes(state))) {
    const others = service.loadBalancerArns.filter((arn) => arn !== choice.value.arn);
    if (others.length === service.loadBalancerArns.length) {
      planned.push(createService(input, choice.value, op));
      problems.push(waiting('Moving', `${choice.value.name} gets a service of its own, as ${service.id} is in use`));
    } else if (others.length > 0) {
      const message = `${service.id} leads to ${others.join(', ')} too, which AWS takes out only while no endpoint is connected`;
      problems.push({ reason: 'LoadBalancerInUse', message });
    }
  }
  const proof = planProof(service, provider, input.proof);
  planned.push(...proof.operations);
  problems.push(...proof.problems);
  return whole;
}

function createService({ wish, provider, regions }: ServiceInput, { arn }: ObservedLoadBalancer, op: Op): Operation {
  const { identity, knownService } = wish;
  const { privateDns } = provider.declared;
  const tags: Tags = { Name: nameOf(identity), ...marksOf(identity) };
  return op('+', 'endpoint service', 'ServiceCreated', {
    action: 'CreateVpcEndpointServiceConfiguration',
    input: {
      AcceptanceRequired: true,
      NetworkLoadBalancerArns: [arn],
      ...(privateDns && { PrivateDnsName: privateDns.name }),
      SupportedRegions: regionsWanted(provider, regions),
      TagSpecifications: [{ ResourceType: 'vpc-endpoint-service', Tags: awsTags(tags) }],
      ClientToken: clientToken(identity, 'service', arn, knownService?.id),
    },
  });
}

/** Whoever has an endpoint of this resource's own rejected meant another one. */
function accept(
  { id }: ObservedService,
  connections: readonly ObservedConnection[],
  { endpointIds, accountIds }: ServiceInput,
  op: Op,
): Operation[] {
  const VpcEndpointIds = connections
    .filter(({ endpointId, accountId, state }) =>
      endpointIds.has(endpointId)
        ? ['pendingAcceptance', 'rejected'].includes(state)
        : state === 'pendingAcceptance' && accountIds.includes(accountId),
    )
    .map(({ endpointId }) => endpointId)
    .sort();
  if (VpcEndpointIds.length === 0) return [];
  const request: Request = { action: 'AcceptVpcEndpointConnections', input: { ServiceId: id, VpcEndpointIds } };
  return [op('~', `accepted ${cut(VpcEndpointIds, 5)}`, 'ConnectionsAccepted', request, 'connections')];
}
