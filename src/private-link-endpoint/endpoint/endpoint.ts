import type { Request } from '../calls.js';
import { awsTags, isMarked, marksOf, type Tags } from '../names.js';
import type { ObservedEndpoint, OfferedService, VpcReading } from '../observed.js';
import type { Hindrance, Operation } from '../operation.js';
import type { Consumer, ConsumerWish, Wish } from '../wish.js';
import { lackingTags } from './tags.js';

export interface EndpointInput {
  wish: Wish;
  consumer: ConsumerWish & { declared: Consumer };
  reading: VpcReading;
  /** Absent while it isn't made. */
  serviceName?: string;
  /** Whether this resource accepts the connections. */
  accepts: boolean;
  /** AWS's names of endpoints that records of ours lead to. */
  ledTo: ReadonlySet<string>;
}

export interface EndpointPlan {
  /** The VPC, once it is known which. */
  vpcId?: string;
  endpoint?: ObservedEndpoint;
  groupId?: string;
  operations: Operation[];
  problems: Hindrance[];
}

export type Part = Pick<EndpointPlan, 'operations' | 'problems'>;

export function endpointsOf({ identity }: Wish, { name }: ConsumerWish, { endpoints }: VpcReading): ObservedEndpoint[] {
  const marks = marksOf(identity, name);
  return endpoints.filter(({ tags, state }) => isMarked(tags, marks) && state !== 'deleted');
}

export function operationsFor({ name, account, region }: ConsumerWish) {
  return (sign: Operation['sign'], what: string, done: string, request: Request, lane = 'endpoint'): Operation => ({
    lane: `${lane} ${name} ${account}/${region}`,
    place: { account, region },
    sign,
    what: `${what} of ${name}`,
    done,
    consumer: name,
    request,
  });
}

export type Op = ReturnType<typeof operationsFor>;

export function endpointTags({ identity }: Wish, { name, tags = {} }: Consumer): Tags {
  return { ...tags, ...marksOf(identity, name) };
}

export function retag(id: string, there: Tags, wanted: Tags, op: Op, lane?: string): Operation[] {
  const lacking = lackingTags(there, wanted);
  if (Object.keys(lacking).length === 0) return [];
  const input = { Resources: [id], Tags: awsTags(lacking) };
  return [
    op('~', `tags ${Object.keys(lacking).join(', ')} on ${id}`, 'TagsChanged', { action: 'CreateTags', input }, lane),
  ];
}

export function offerOf({ reading, serviceName }: EndpointInput): OfferedService | undefined {
  return reading.services.find(({ name }) => name === serviceName);
}
