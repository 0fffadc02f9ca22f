import type { Request } from '../calls.js';
import { awsTags, clientToken, nameOf, type Tags } from '../names.js';
import type { ObservedEndpoint } from '../observed.js';
import { type Hindrance, waiting } from '../operation.js';
import { regionOfService } from '../wish.js';
import { type EndpointInput, endpointTags, type Op, offerOf, type Part } from './endpoint.js';
import { chooseSubnets } from './subnets.js';

export function create(
  input: EndpointInput,
  vpcId: string,
  groupIds: readonly string[] | undefined,
  dead: readonly ObservedEndpoint[],
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
  const [failed] = dead;
  if (failed) {
    const why = failed.error ? `: ${failed.error}` : '';
    return none({
      reason: 'EndpointFailed',
      message: `${failed.id} is ${failed.state}${why}; another is made in its place`,
    });
  }
  const { declared } = consumer;
  const subnets = chooseSubnets(declared.subnets, vpcId, reading.subnets, offer.zones, []);
  if (subnets.ids.length === 0) return none({ reason: 'NoSubnet', message: `no subnet to use: ${subnets.note}` });
  if (!groupIds) return none(waiting('Creating', 'waits for its security group'));
  const tags: Tags = { Name: nameOf(wish.identity, consumer.name), ...endpointTags(wish, declared) };
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
      ClientToken: clientToken(wish.identity, consumer.name, serviceName, vpcId, consumer.known?.endpointId),
    },
  };
  return {
    operations: [op('+', `endpoint in ${vpcId}`, 'EndpointCreated', request)],
    problems: [waiting('Creating', 'the endpoint is being made')],
  };
}
