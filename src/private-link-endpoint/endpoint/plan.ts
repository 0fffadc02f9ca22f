import { isMarked } from '../names.js';
import type { ObservedEndpoint, VpcReading } from '../observed.js';
import type { Hindrance } from '../operation.js';
import { tagsText } from '../service/load-balancer.js';
import type { Consumer, ConsumerWish } from '../wish.js';
import { configure } from './configure.js';
import { create } from './create.js';
import { type EndpointInput, type EndpointPlan, endpointsOf, operationsFor } from './endpoint.js';
import { planGroup } from './group.js';

/** Nothing comes of these any more. */
const DEAD = ['failed', 'expired'];

const LEAVING = ['deleting', 'deleted'];

/**
 * What a consumer's endpoint lacks. One that leads to another service, or has failed, is replaced: the new one comes
 * first, and the old one goes when no record leads to it any more.
 */
export function planEndpoint(input: EndpointInput): EndpointPlan {
  const { wish, consumer, reading, serviceName, ledTo } = input;
  const vpc = chooseVpc(consumer.declared, reading);
  if (!vpc.ok) return { operations: [], problems: [vpc.problem] };
  const vpcId = vpc.value;
  const op = operationsFor(consumer);
  const group = planGroup(input, vpcId, op);
  const own = endpointsOf(wish, consumer, reading);
  const alive = own.filter(({ state }) => !DEAD.includes(state) && !LEAVING.includes(state));
  const [endpoint] = alive
    .filter((each) => each.serviceName === serviceName && each.vpcId === vpcId)
    .sort((a, b) => rank(b, consumer) - rank(a, consumer) || a.id.localeCompare(b.id));
  const dead = own.filter(({ state }) => DEAD.includes(state)).sort((a, b) => a.ageMs - b.ageMs);
  const failed = dead.find((each) => each.serviceName === serviceName && each.vpcId === vpcId);
  const spare = alive.filter(
    (each) => endpoint?.state === 'available' && each !== endpoint && !each.dns.some(({ name }) => ledTo.has(name)),
  );
  const replaced = dead.filter((each) => endpoint || each !== failed);
  const remove = ({ id }: ObservedEndpoint) =>
    op('-', `endpoint ${id}`, 'EndpointDeleted', { action: 'DeleteVpcEndpoints', input: { VpcEndpointIds: [id] } }, id);
  // Resolvers still know the one before, unless it is in the way of the private DNS of the new one.
  const removals = [
    ...replaced.map(remove),
    ...spare.map((each) => (each.privateDnsEnabled ? remove(each) : { ...remove(each), rests: true })),
  ];
  const made = endpoint ? configure(endpoint, input, group.ids, op) : create(input, vpcId, group.ids, failed, op);
  return {
    vpcId,
    ...(endpoint && { endpoint }),
    ...(group.made && { groupId: group.made }),
    operations: [...group.operations, ...made.operations, ...removals],
    problems: made.problems,
  };
}

function rank({ state, id }: ObservedEndpoint, { known }: ConsumerWish): number {
  return 2 * Number(state === 'available') + Number(id === known?.endpointId);
}

function chooseVpc(
  { vpc }: Consumer,
  { vpcs }: VpcReading,
): { ok: true; value: string } | { ok: false; problem: Hindrance } {
  if (vpc.id) return { ok: true, value: vpc.id };
  const tags = vpc.tags ?? {};
  const [found, ...more] = vpcs.filter((each) => isMarked(each.tags, tags));
  if (found && more.length === 0) return { ok: true, value: found.id };
  const message = `${found ? `${more.length + 1} VPCs have` : 'no VPC has'} ${tagsText(tags)}`;
  return { ok: false, problem: { reason: found ? 'ManyVpcs' : 'NoVpc', message } };
}
