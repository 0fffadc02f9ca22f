import { randomBytes } from 'node:crypto';
import { type Actions, type Answer, type EdgeCall, Refusal } from './call.js';
import { askedTags, ec2Answer, invalidParameter, matchesFilters, strings, unsuccessful } from './ec2-wire.js';
import { type Endpoint, endpointWire } from './endpoint.js';
import { becomeAvailable } from './endpoint-connections.js';
import {
  checkVpc,
  makeInterfaces,
  type Place,
  regroupInterfaces,
  removeInterfaces,
  usableGroups,
  usableSubnets,
} from './endpoint-interfaces.js';
import { serviceNameOf } from './endpoint-service.js';
import { checkPrivateDns } from './private-dns.js';
import type { PrivateLinkWorld } from './private-link.js';
import { ENDPOINTS_PER_VPC } from './quotas.js';
import { usableService } from './usable-services.js';

const FULL_ACCESS = JSON.stringify({ Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }] });

/** What a consumer calls. */
export function endpointActions(world: PrivateLinkWorld): Actions {
  const { endpoints, quotas, settling, tokens } = world;

  function own(call: EdgeCall, id: string, code = 'InvalidVpcEndpointId.NotFound'): Endpoint {
    const endpoint = endpoints.get(id);
    if (endpoint && isOwn(endpoint, call)) return endpoint;
    throw new Refusal(400, code, `The Vpc Endpoint Id '${id}' does not exist`);
  }

  function checkQuota({ vpcId, ownerId }: Place): void {
    const there = [...endpoints.values()].filter((each) => each.vpcId === vpcId && each.state !== 'deleted');
    if (there.length < quotas.of(ownerId, ENDPOINTS_PER_VPC)) return;
    throw new Refusal(400, 'VpcEndpointLimitExceeded', `The maximum number of VPC endpoints has been reached`);
  }

  async function create(call: EdgeCall): Promise<Endpoint> {
    const { params, accountId, region } = call;
    if (params.get('VpcEndpointType') !== 'Interface') {
      throw new Refusal(400, 'InvalidVpcEndpointType', 'Only interface endpoints are known here');
    }
    const service = usableService(world, call);
    const place = { ownerId: accountId, region, vpcId: params.get('VpcId') ?? '', service };
    await checkVpc(world, place);
    checkQuota(place);
    const subnets = await usableSubnets(world, place, strings(params, 'SubnetId'));
    const groupIds = await usableGroups(world, place, strings(params, 'SecurityGroupId'));
    const privateDnsEnabled = params.get('PrivateDnsEnabled') === 'true';
    if (privateDnsEnabled && service.acceptanceRequired) {
      throw invalidParameter('Private DNS cannot be enabled until the service owner has accepted the endpoint');
    }
    if (privateDnsEnabled) await checkPrivateDns(world, place);
    const endpoint: Endpoint = {
      ...place,
      id: `vpce-0${randomBytes(8).toString('hex')}`,
      createdAt: new Date().toISOString(),
      tags: askedTags(params),
      suffix: randomBytes(4).toString('hex'),
      state: 'pendingAcceptance',
      interfaces: [],
      groupIds,
      privateDnsEnabled,
      policy: params.get('PolicyDocument') ?? FULL_ACCESS,
    };
    endpoints.set(endpoint.id, endpoint);
    tokens.remember(call, endpoint.id);
    endpoint.interfaces = await makeInterfaces(world, endpoint, subnets);
    return endpoint;
  }

  return {
    /**
     * Only interface endpoints of services that are in the edge. Private DNS can be asked for at once only where nobody
     * has to accept: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
     */
    CreateVpcEndpoint: async (call) => {
      const again = endpoints.get(tokens.madeBy(call) ?? '');
      if (again) return ec2Answer(call, { vpcEndpoint: endpointWire(again) });
      const endpoint = await create(call);
      if (endpoint.service.acceptanceRequired) return ec2Answer(call, { vpcEndpoint: endpointWire(endpoint) });
      endpoint.state = 'pending';
      const answer = ec2Answer(call, { vpcEndpoint: endpointWire(endpoint) });
      await becomeAvailable(world, endpoint);
      return answer;
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
    DescribeVpcEndpoints: async (call) => {
      const ids = strings(call.params, 'VpcEndpointId');
      const asked =
        ids.length > 0
          ? ids.map((id) => own(call, id))
          : [...endpoints.values()].filter((endpoint) => isOwn(endpoint, call));
      const found = asked.filter((endpoint) =>
        matchesFilters(call.params, {
          values: {
            'ip-address-type': 'ipv4',
            'service-name': serviceNameOf(endpoint.service),
            'service-region': endpoint.service.region,
            'vpc-endpoint-id': endpoint.id,
            'vpc-endpoint-state': endpoint.state,
            'vpc-endpoint-type': 'Interface',
            'vpc-id': endpoint.vpcId,
          },
          tags: endpoint.tags,
        }),
      );
      const answer = ec2Answer(call, { vpcEndpointSet: found.map(endpointWire) });
      for (const { id } of found) await settling.seen(id);
      return answer;
    },

    /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html */
    ModifyVpcEndpoint: (call) => modify(world, call, own(call, call.params.get('VpcEndpointId') ?? '')),

    /**
     * `deleting`, then `deleted`, then gone; its network interfaces go first.
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
     */
    DeleteVpcEndpoints: (call) =>
      unsuccessful(call, strings(call.params, 'VpcEndpointId'), async (id) => {
        const endpoint = own(call, id, 'InvalidVpcEndpoint.NotFound');
        if (/^delet/.test(endpoint.state)) return;
        endpoint.state = 'deleting';
        await settling.begin(id, async () => {
          if (!endpoints.has(id)) return;
          await removeInterfaces(world, endpoint, endpoint.interfaces);
          endpoint.interfaces = [];
          endpoint.privateDnsEnabled = false;
          endpoint.state = 'deleted';
          await settling.begin(id, () => void endpoints.delete(id));
        });
      }),
  };
}

async function modify(world: PrivateLinkWorld, call: EdgeCall, endpoint: Endpoint): Promise<Answer> {
  const { params } = call;
  if (endpoint.state !== 'available') {
    const message = `The VPC endpoint ${endpoint.id} is in the state ${endpoint.state}`;
    throw new Refusal(400, 'IncorrectState', message);
  }
  const removedSubnets = strings(params, 'RemoveSubnetId');
  const kept = endpoint.interfaces.filter(({ subnetId }) => !removedSubnets.includes(subnetId));
  const takenZones = kept.map(({ zone }) => zone);
  const added = await usableSubnets(world, endpoint, strings(params, 'AddSubnetId'), takenZones);
  const removedGroups = strings(params, 'RemoveSecurityGroupId');
  const addedGroups = strings(params, 'AddSecurityGroupId');
  if (addedGroups.length > 0) await usableGroups(world, endpoint, addedGroups);
  const privateDns = params.get('PrivateDnsEnabled');
  if (privateDns === 'true') await checkPrivateDns(world, endpoint, endpoint.id);

  const gone = endpoint.interfaces.filter((each) => !kept.includes(each));
  const groupIds = new Set([...endpoint.groupIds, ...addedGroups].filter((id) => !removedGroups.includes(id)));
  endpoint.groupIds = [...groupIds];
  endpoint.interfaces = [...kept, ...(await makeInterfaces(world, endpoint, added))];
  await removeInterfaces(world, endpoint, gone);
  await regroupInterfaces(world, endpoint);
  if (privateDns) endpoint.privateDnsEnabled = privateDns === 'true';
  endpoint.policy = params.get('PolicyDocument') ?? endpoint.policy;
  if (params.get('ResetPolicy') === 'true') endpoint.policy = FULL_ACCESS;
  if (added.length + gone.length > 0) await becomeAvailable(world, endpoint);
  return ec2Answer(call, { return: true });
}

function isOwn({ ownerId, region }: Endpoint, call: EdgeCall): boolean {
  return ownerId === call.accountId && region === call.region;
}
