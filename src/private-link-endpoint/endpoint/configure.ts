import { isDeepStrictEqual } from 'node:util';
import type { Request } from '../calls.js';
import type { ObservedEndpoint } from '../observed.js';
import { type Hindrance, type Operation, waiting } from '../operation.js';
import { type EndpointInput, endpointTags, type Op, offerOf, type Part, retag } from './endpoint.js';
import { chooseSubnets } from './subnets.js';

export function configure(
  endpoint: ObservedEndpoint,
  input: EndpointInput,
  groupIds: readonly string[] | undefined,
  op: Op,
): Part {
  const { id, state } = endpoint;
  const pending = pendingProblem(endpoint, input);
  if (state !== 'available') return { operations: [], problems: pending ? [pending] : [] };

  const { wish, consumer, reading } = input;
  const { declared } = consumer;
  const operations: Operation[] = [];
  const problems: Hindrance[] = [];
  const modify = (what: string, more: object) => {
    const request: Request = { action: 'ModifyVpcEndpoint', input: { VpcEndpointId: id, ...more } };
    operations.push(op('~', `${what} on ${id}`, 'EndpointChanged', request));
  };
  if (groupIds) {
    const [AddSecurityGroupIds, RemoveSecurityGroupIds] = difference(groupIds, endpoint.groupIds);
    if (AddSecurityGroupIds.length + RemoveSecurityGroupIds.length > 0) {
      modify(`security groups ${groupIds.join(', ')}`, { AddSecurityGroupIds, RemoveSecurityGroupIds });
    }
  }
  const offer = offerOf(input);
  if (offer) {
    const chosen = chooseSubnets(declared.subnets, endpoint.vpcId, reading.subnets, offer.zones, endpoint.subnetIds);
    const [AddSubnetIds, RemoveSubnetIds] = difference(chosen.ids, endpoint.subnetIds);
    if (chosen.ids.length === 0) problems.push({ reason: 'NoSubnet', message: `no subnet to use: ${chosen.note}` });
    else if (AddSubnetIds.length + RemoveSubnetIds.length > 0) {
      modify(`subnets ${chosen.ids.join(', ')}`, { AddSubnetIds, RemoveSubnetIds });
    }
  }
  operations.push(...retag(id, endpoint.tags, endpointTags(wish, declared), op));
  if (declared.policy && !isDeepStrictEqual(json(declared.policy), json(endpoint.policy))) {
    modify('policy', { PolicyDocument: declared.policy });
  }
  if (declared.privateDns && !endpoint.privateDnsEnabled && !offer?.privateDnsVerified) {
    problems.push(waiting('NameNotVerified', 'private DNS waits until AWS has verified the name'));
  } else if (declared.privateDns !== endpoint.privateDnsEnabled) {
    modify(`private DNS ${declared.privateDns ? 'on' : 'off'}`, { PrivateDnsEnabled: declared.privateDns });
  }
  return { operations, problems };
}

function pendingProblem({ id, state }: ObservedEndpoint, { accepts }: EndpointInput): Hindrance | undefined {
  if (state === 'available') return undefined;
  if (state === 'pendingAcceptance' || state === 'rejected') {
    const reason = state === 'rejected' ? 'Rejected' : 'PendingAcceptance';
    if (accepts) return waiting(reason, `${id} is being accepted`);
    const asked =
      state === 'rejected'
        ? "the service's owner rejected it: have it accepted"
        : "the service's owner has to accept it";
    return { reason, message: `${id}: ${asked}` };
  }
  return waiting('Pending', `${id} is ${state}`);
}

/** What to add and what to remove. */
function difference(wanted: readonly string[], there: readonly string[]): [string[], string[]] {
  return [wanted.filter((each) => !there.includes(each)), there.filter((each) => !wanted.includes(each))];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
