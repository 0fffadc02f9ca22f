import type { Request } from '../calls.js';
import { awsTags, clientToken, FAILURES_TAG, nameOf, type Tags } from '../names.js';
import type { ObservedEndpoint } from '../observed.js';
import { type Hindrance, waiting } from '../operation.js';
import { regionOfService } from '../wish.js';
import { type EndpointInput, endpointTags, type Op, offerOf, type Part } from './endpoint.js';
import { failureProblem, failuresOf, waitMs } from './failure.js';
import { chooseSubnets } from './subnets.js';

/** `failed`: the latest in its place that failed. */
export function create(
  input: EndpointInput,
  vpcId: string,
  groupIds: readonly string[] | undefined,
  failed: ObservedEndpoint | undefined,
  op: Op,
): Part {
  const { wish, consumer, serviceName, accepts, reading } = input;
  const none = (problem: Hindrance): Part => ({ operations: [], problems: [problem] });
  if (!serviceName) return none(waiting('NoService', 'waits for the endpoint service'));
  const offer = offerOf(input);
  if (!offer) {
    if (accepts) return none(waiting('NoService', `waits until ${serviceName} is offered to it`));
    const message = `${serviceName} is not offered to ${consumer.account} in ${consumer.region}; have its owner allow the account, and the region`;
    return none({ reason: 'ServiceNotOffered', message });
  }
  const problem = failed ? failureProblem(failed) : waiting('Creating', 'the endpoint is being made');
  if (failed && failed.ageMs < waitMs(failed)) return none(problem);
  const { declared } = consumer;
  const subnets = chooseSubnets(declared.subnets, vpcId, reading.subnets, offer.zones, []);
  if (subnets.ids.length === 0) return none({ reason: 'NoSubnet', message: `no subnet to use: ${subnets.note}` });
  if (!groupIds) return none(waiting('Creating', 'waits for its security group'));
  const tags: Tags = {
    Name: nameOf(wish.identity, consumer.name),
    ...(failed && { [FAILURES_TAG]: `${failuresOf(failed)}` }),
    ...endpointTags(wish, declared),
  };
  const serviceRegion = regionOfService(serviceName);
  const request: Request = {
    action: 'CreateVpcEndpoint',
    input: {
      VpcEndpointType: 'Interface',
      VpcId: vpcId,
      ServiceName: serviceName,
      ...(serviceRegion !== consumer.region && { ServiceRegion: serviceRegion }),
      SubnetIds: subnets.ids,
      SecurityGroupIds: [...groupIds],
      // AWS refuses it where the connection must be accepted.
      PrivateDnsEnabled: false,
      ...(declared.policy && { PolicyDocument: declared.policy }),
      TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: awsTags(tags) }],
      ClientToken: clientToken(
        wish.identity,
        consumer.name,
        serviceName,
        vpcId,
        failed?.id ?? consumer.known?.endpointId,
      ),
    },
  };
  return {
    operations: [op('+', `endpoint in ${vpcId}`, 'EndpointCreated', request)],
    problems: [problem],
  };
}
