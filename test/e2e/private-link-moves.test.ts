import {
  DeleteSecurityGroupCommand,
  DeleteVpcEndpointServiceConfigurationsCommand,
  DeleteVpcEndpointsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointServiceConfigurationsCommand,
  DescribeVpcEndpointServicePermissionsCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  DeleteHostedZoneCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { makeLoadBalancer } from '../support/aws/load-balancer.js';
import { enableDnsHostnames, makeSubnets, makeVpc } from '../support/aws/network.js';
import { makeNetwork } from '../support/aws/private-link.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { gitlabHost as hosts, type Place, PrivateLinks, runnersSet } from '../support/private-links.js';

let ground: Ground;
let links: PrivateLinks;

beforeAll(async () => {
  ground = await startGround();
  ground.operator({ resyncMs: 1_000, pollMs: 200, restMs: 0, ownerId: 'owner' });
  links = await PrivateLinks.make(ground);
});
beforeEach(() => ground.apply(runnersSet));
afterEach(() => ground.clean());
afterAll(() => ground?.stop());

const NAME = 'gitlab.privatelink.example.com.';
const ready = () => ground.told('privatelinkendpoint/gitlab', 'True Ready');

/** What `gitlab` asks for, with one consumer. */
function oneOf(provider: object, more: object = {}) {
  return links.gitlab({ hosts, service: { provider }, consumers: [links.consumer('teamA')], ...more });
}

/** A further network load balancer of the provider's account. */
async function newLoadBalancer(name: string, region: string) {
  const { subnetIds } = await makeNetwork(ground.edge, '111111111111', region, { app: name });
  const elb = ground.edge.client(ElasticLoadBalancingV2Client, '111111111111', region);
  return makeLoadBalancer(elb, { name, subnetIds: subnetIds.slice(0, 2) });
}

/** The private zones of a consumer's account, with all records that aren't the zone's own. */
async function zonesOf(place: Place) {
  const route53 = links.route53(place);
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}));
  const own = HostedZones.filter(({ Config }) => Config?.PrivateZone);
  return Promise.all(
    own.map(async ({ Id }) => {
      const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }));
      return { id: Id, records: ResourceRecordSets.filter(({ Type = '' }) => !['NS', 'SOA'].includes(Type)) };
    }),
  );
}

/** The available endpoint that team-a's name leads to: what a runner there connects to. */
async function endpointThatAnswers(): Promise<string | undefined> {
  const records = (await zonesOf('teamA')).flatMap((zone) => zone.records);
  const target = records.find(({ Name, AliasTarget }) => Name === NAME && AliasTarget)?.AliasTarget?.DNSName;
  const { VpcEndpoints = [] } = await links.ec2('teamA').send(new DescribeVpcEndpointsCommand({}));
  const answering = VpcEndpoints.filter(({ State }) => State?.toLowerCase() === 'available');
  return answering.find(({ DnsEntries = [] }) => DnsEntries.some(({ DnsName }) => `${DnsName}.` === dotted(target)))
    ?.VpcEndpointId;
}

function dotted(name = ''): string {
  return name.replace(/\.?$/, '.');
}

/** From now on: each change, in order, and those after which nothing answered. */
function watchTraffic() {
  const changes: string[] = [];
  const gaps: string[] = [];
  ground.edge.fault({
    match: { mutating: true },
    effect: async (call, next) => {
      const answer = await next();
      changes.push(`${call.action} ${call.region}`);
      if (!(await endpointThatAnswers())) gaps.push(call.action);
      return answer;
    },
  });
  return { changes, gaps };
}

it("makes the service for a Kubernetes Service's load balancer, once it has one", async () => {
  const { kubectl } = ground.server;
  await kubectl('create', 'service', 'loadbalancer', 'nginx', '--tcp=443:443');
  await ground.apply(oneOf(links.provider({ loadBalancer: { kubernetesService: 'nginx' } })));
  await ground.told('privatelinkendpoint/gitlab', /^False NoLoadBalancer: Service nginx has no load balancer yet/);
  const { arn, dnsName } = links.company.provider.loadBalancer;
  const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ hostname: dnsName }] } } });
  await kubectl('patch', 'service', 'nginx', '--subresource=status', `--patch=${status}`);
  await ready();
  expect((await links.status())?.service?.loadBalancer).toBe(arn);
  await kubectl('delete', 'service', 'nginx');
});

it('leaves all in place without its marks when it retains, and the name leads where it led', async () => {
  await ground.apply(oneOf(links.provider(), { deletionPolicy: 'Retain' }));
  await ready();
  const { service, consumers: [told] = [] } = (await links.status()) ?? {};
  await ground.deleteEndpoints();

  expect(await endpointThatAnswers()).toBe(told?.endpointId);
  expect(await links.holdings()).toEqual(['team-a zone privatelink.example.com. 3']);
  const provider = ground.edge.clientFor('111111111111', 'eu-west-1');
  const teamA = links.ec2('teamA');
  const { ServiceConfigurations = [] } = await provider.send(new DescribeVpcEndpointServiceConfigurationsCommand({}));
  const { VpcEndpoints = [] } = await teamA.send(new DescribeVpcEndpointsCommand({}));
  const { SecurityGroups = [] } = await teamA.send(
    new DescribeSecurityGroupsCommand({ GroupIds: [told?.groupId ?? ''] }),
  );
  const kept = [...ServiceConfigurations, ...VpcEndpoints, ...SecurityGroups];
  expect(kept.flatMap(({ Tags = [] }) => Tags.map(({ Key }) => Key)).sort()).toEqual([
    'Name',
    'Name',
    'Name',
    'cidrset.sallyport.dev/runners',
  ]);
  const [zone] = await zonesOf('teamA');
  expect(zone?.records.map(({ Type }) => Type)).toEqual(['A']);

  // Made anew, it takes up nothing of that.
  await ground.apply(oneOf(links.provider()));
  await ground.told('privatelinkendpoint/gitlab', /^False AwsRefused: .*associated with another endpoint service/);
  await ground.told('privatelinkendpoint/gitlab', /^False GroupTaken: .*securityGroups.ids/, 'EndpointsReady');
  await ground.deleteEndpoints();
  expect(await endpointThatAnswers()).toBe(told?.endpointId);

  await teamA.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [told?.endpointId ?? ''] }));
  await provider.send(new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [service?.id ?? ''] }));
  await ground.edge.settling.finish();
  await teamA.send(new DeleteSecurityGroupCommand({ GroupId: told?.groupId }));
  const Changes = (zone?.records ?? []).map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
  await links
    .route53('teamA')
    .send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone?.id, ChangeBatch: { Changes } }));
  await links.route53('teamA').send(new DeleteHostedZoneCommand({ Id: zone?.id }));
});

/** Where to, the provider then, and the region of the new service; one of another region is in all three zones. */
const moves: [where: string, provider: () => Promise<object>, region: string, zones: number][] = [
  [
    'another load balancer',
    async () => links.provider({ loadBalancer: { arn: (await newLoadBalancer('gitlab-2', 'eu-west-1')).arn } }),
    'eu-west-1',
    2,
  ],
  [
    'another region',
    async () => {
      const { arn } = await newLoadBalancer('gitlab-us', 'us-east-1');
      return links.provider({ region: 'us-east-1', loadBalancer: { arn } });
    },
    'us-east-1',
    3,
  ],
];
it.each(moves)(
  'moves to %s without a moment in which the name leads nowhere',
  async (_where, provider, region, zones) => {
    await ground.apply(oneOf(links.provider()));
    await ready();
    const before = await links.status();
    const moved = await provider();
    const { changes, gaps } = watchTraffic();
    await ground.apply(oneOf(moved));
    await eventually(async () => expect(changes).toContain('DeleteVpcEndpointServiceConfigurations eu-west-1'));
    await ready();
    await eventually(async () => expect((await links.status())?.formerProviders).toBeUndefined());

    const steps = [
      `CreateVpcEndpointServiceConfiguration ${region}`,
      'CreateVpcEndpoint eu-west-1',
      `AcceptVpcEndpointConnections ${region}`,
      'ChangeResourceRecordSets us-east-1',
      'DeleteVpcEndpoints eu-west-1',
      'DeleteVpcEndpointServiceConfigurations eu-west-1',
    ];
    expect(changes.filter((change) => steps.includes(change))).toEqual(steps);
    expect(gaps).toEqual([]);
    const after = await links.status();
    expect(after?.service?.id).not.toBe(before?.service?.id);
    expect(await endpointThatAnswers()).toBe(after?.consumers?.[0]?.endpointId);
    await eventually(async () =>
      expect(await links.holdings()).toEqual([
        `shared ${region} service Available`,
        `team-a eu-west-1 endpoint available ${zones}`,
        'team-a eu-west-1 group',
        'team-a zone privatelink.example.com. 4',
      ]),
    );
  },
);

it('moves to a service that others run, and takes its own away when the name leads there', async () => {
  await ground.apply(oneOf(links.provider()));
  await ready();
  const { arn } = await newLoadBalancer('gitlab-theirs', 'eu-west-1');
  const service = await links.othersService(arn);
  const { name } = service;
  await service.allowTeamA();
  const { gaps } = watchTraffic();
  await ground.apply(links.gitlab({ hosts, service: { name }, consumers: [links.consumer('teamA')] }));
  await ground.told('privatelinkendpoint/gitlab', /^False PendingAcceptance/);
  const endpointId = (await links.status())?.consumers?.[0]?.endpointId ?? '';
  expect(await endpointThatAnswers()).not.toBe(endpointId);
  await service.accept(endpointId);
  await ready();
  await eventually(async () =>
    expect((await links.holdings()).filter((each) => /service|endpoint/.test(each))).toEqual([
      'team-a eu-west-1 endpoint available 2',
    ]),
  );
  expect(await endpointThatAnswers()).toBe(endpointId);
  expect(gaps).toEqual([]);
  await ground.deleteEndpoints();
  await service.delete();
});

it('takes away what a consumer had that is no longer in the list, and nothing of the others', async () => {
  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA'), links.consumer('teamB')] }));
  await ready();
  const { id: ServiceId } = (await links.status())?.service ?? {};
  const { gaps } = watchTraffic();
  await ground.apply(oneOf(links.provider()));
  await eventually(async () => expect((await links.status())?.consumers).toHaveLength(1));
  await ready();
  expect(await links.holdings()).toEqual([
    'shared eu-west-1 service Available',
    'team-a eu-west-1 endpoint available 2',
    'team-a eu-west-1 group',
    'team-a zone privatelink.example.com. 4',
  ]);
  expect(gaps).toEqual([]);
  const owner = ground.edge.clientFor('111111111111', 'eu-west-1');
  const { AllowedPrincipals } = await owner.send(new DescribeVpcEndpointServicePermissionsCommand({ ServiceId }));
  expect(AllowedPrincipals?.map(({ Principal }) => Principal)).toEqual(['arn:aws:iam::222222222222:root']);
  const { ServiceConfigurations: [service] = [] } = await owner.send(
    new DescribeVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId ?? ''] }),
  );
  expect(service?.SupportedRegions?.map(({ Region }) => Region)).toEqual(['eu-west-1']);
});

it('finds the VPC by its tags, and takes one subnet in each zone that the service has', async () => {
  const ec2 = links.ec2('teamA');
  const tags = { role: 'builders' };
  const cidr = '10.2.0.0/16';
  const vpcId = await makeVpc(ec2, { cidrs: [cidr], tags });
  await enableDnsHostnames(ec2, vpcId);
  // Of the load balancer's zones team-a has a and c.
  const [a, again, , c] = await makeSubnets(ec2, { vpcId, cidr, zones: ['a', 'a', 'b', 'c'], tags });
  const consumers = [links.consumer('teamA', { vpc: { tags }, subnets: { tags } })];
  await ground.apply(links.gitlab({ hosts, consumers }));
  await ready();
  const { VpcEndpoints: [endpoint] = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  expect(endpoint?.VpcId).toBe(vpcId);
  expect(endpoint?.SubnetIds).toHaveLength(2);
  expect([a, again]).toContain(endpoint?.SubnetIds?.find((id) => id !== c));
  expect(endpoint?.SubnetIds).toContain(c);

  await makeVpc(ec2, { cidrs: ['10.3.0.0/16'], tags });
  await ground.told('privatelinkendpoint/gitlab', /^False ManyVpcs: team-a: 2 VPCs have the tags role=builders/);
  expect(await endpointThatAnswers()).toBe(endpoint?.VpcEndpointId);
});
