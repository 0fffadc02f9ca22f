import type { Request } from '../calls.js';
import { isMarked, marksOf } from '../names.js';
import type { VpcReading } from '../observed.js';
import { type Operation, waiting } from '../operation.js';
import type { ConsumerWish, Wish } from '../wish.js';
import { type EndpointPlan, endpointsOf, operationsFor } from './endpoint.js';

/** How a consumer's endpoints go, once no record leads to them, and after them its group. */
export function planEndpointRemoval(
  wish: Wish,
  consumer: ConsumerWish,
  reading: VpcReading,
  zonesGone: boolean,
  ledTo: ReadonlySet<string>,
): EndpointPlan & { gone: boolean } {
  const op = operationsFor(consumer);
  const marks = marksOf(wish.identity, consumer.name);
  const endpoints = endpointsOf(wish, consumer, reading);
  const groups = reading.groups.filter(({ tags }) => isMarked(tags, marks));
  const ids = [...endpoints, ...groups].map(({ id }) => id);
  if (ids.length === 0) return { operations: [], problems: [], gone: true };
  const [endpoint] = endpoints;
  const [group] = groups;
  const plan = {
    ...(endpoint && { endpoint }),
    ...(group && { groupId: group.id }),
    problems: [waiting('Deleting', `${ids.join(', ')} still there`)],
    gone: false,
  };
  if (wish.release === 'Retain') {
    const Tags = Object.keys(marks).map((Key) => ({ Key }));
    const request: Request = { action: 'DeleteTags', input: { Resources: ids, Tags } };
    return { ...plan, operations: [op('-', `mark of ${ids.join(', ')}`, 'EndpointReleased', request)] };
  }
  const operations: Operation[] = [];
  const going = endpoints
    .filter(({ state, dns }) => state !== 'deleting' && !dns.some(({ name }) => ledTo.has(name)))
    .map(({ id }) => id);
  if (zonesGone && going.length > 0) {
    const request: Request = { action: 'DeleteVpcEndpoints', input: { VpcEndpointIds: going } };
    operations.push(op('-', `endpoint ${going.join(', ')}`, 'EndpointDeleted', request));
  }
  if (endpoints.length === 0) {
    for (const { id: GroupId } of groups) {
      const request: Request = { action: 'DeleteSecurityGroup', input: { GroupId } };
      operations.push(op('-', `security group ${GroupId}`, 'GroupDeleted', request));
    }
  }
  return { ...plan, operations };
}
