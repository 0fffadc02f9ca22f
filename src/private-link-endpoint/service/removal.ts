import { cut } from '../../cut.js';
import type { Request } from '../calls.js';
import { marksOf } from '../names.js';
import type { ProviderReading } from '../observed.js';
import { waiting } from '../operation.js';
import type { ProviderWish, Wish } from '../wish.js';
import { type ProofInput, planProofRemoval } from './proof.js';
import { CONNECTED, deleteService, operationsFor, type ServicePlan, servicesOf } from './service.js';

export interface ServiceRemoval {
  wish: Wish;
  provider: ProviderWish;
  reading: ProviderReading;
  /** Whether endpoints of this resource still need it. */
  inUse: boolean;
  /** Endpoints of this resource that can't be deleted any more, as their account is out of reach. */
  abandoned: ReadonlySet<string>;
  proof?: ProofInput;
}

/** How a service goes: once no endpoint of this resource needs it, and none of others is connected. */
export function planServiceRemoval(removal: ServiceRemoval): ServicePlan {
  const { wish, provider, reading, inUse, abandoned, proof } = removal;
  const services = servicesOf(wish, removal);
  const op = operationsFor(wish, provider);
  const connected = reading.connections.filter(
    ({ serviceId, state }) => services.some(({ id }) => id === serviceId) && CONNECTED.includes(state),
  );
  const others = connected.filter(({ endpointId }) => !abandoned.has(endpointId));
  const plan: ServicePlan = { others: inUse ? [] : others, operations: [], problems: [], gone: services.length === 0 };
  if (plan.gone) return plan;
  if (wish.release === 'Retain') {
    const Resources = services.map(({ id }) => id);
    const Tags = Object.keys(marksOf(wish.identity)).map((Key) => ({ Key }));
    const request: Request = { action: 'DeleteTags', input: { Resources, Tags } };
    plan.operations.push(op('-', `mark of ${Resources.join(', ')}`, 'ServiceReleased', request));
    return plan;
  }
  if (inUse) {
    plan.problems.push(waiting('Deleting', 'the endpoint service goes after its endpoints'));
    return plan;
  }
  if (others.length > 0 && !wish.force) {
    const names = cut(
      others.map(({ endpointId, accountId }) => `${endpointId} of ${accountId}`),
      10,
    );
    const message = `the endpoint service stays while endpoints of others are connected: ${names}. Have them deleted, or set spec.force: true to reject them`;
    plan.problems.push({ reason: 'OthersConnected', message });
    return plan;
  }
  for (const service of services) {
    const ServiceId = service.id;
    const VpcEndpointIds = connected.filter(({ serviceId }) => serviceId === ServiceId).map((each) => each.endpointId);
    if (VpcEndpointIds.length > 0) {
      const request: Request = { action: 'RejectVpcEndpointConnections', input: { ServiceId, VpcEndpointIds } };
      plan.operations.push(op('-', `connections ${cut(VpcEndpointIds, 5)}`, 'ConnectionsRejected', request));
    }
    plan.operations.push(deleteService(ServiceId, op));
    plan.operations.unshift(...planProofRemoval(service, provider, proof));
  }
  plan.problems.push(waiting('Deleting', 'the endpoint service is being deleted'));
  return plan;
}
