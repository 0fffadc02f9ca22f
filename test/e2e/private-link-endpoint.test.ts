import {
  AcceptVpcEndpointConnectionsCommand,
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  RejectVpcEndpointConnectionsCommand,
} from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  ListVPCAssociationAuthorizationsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { registry } from '../../src/telemetry/metrics.js';
import { makeHostedZone } from '../support/aws/hosted-zone.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { gitlabHost, PrivateLinks, runners, runnersSet } from '../support/private-links.js';

let ground: Ground;
let links: PrivateLinks;

beforeAll(async () => {
  ground = await startGround();
  ground.operator({ resyncMs: 1_000, pollMs: 200, ownerId: 'owner' });
  links = await PrivateLinks.make(ground);
});
beforeEach(() => ground.apply(runnersSet));
afterEach(() => ground.clean());
afterAll(() => ground?.stop());

it('makes service, endpoints and names across accounts and regions, rests, and leaves nothing', async () => {
  await ground.apply(links.gitlab());
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect((await ground.endpoint('gitlab')).status).toMatchObject({ endpoints: '3/3', records: '6/6' });
  expect(await links.holdings()).toEqual([
    'shared eu-west-1 service Available',
    'shared eu-west-1 endpoint available 2',
    'shared eu-west-1 group',
    'shared zone privatelink.example.com. 6',
    'team-a eu-west-1 endpoint available 2',
    'team-a eu-west-1 group',
    'team-a zone privatelink.example.com. 6',
    'team-b us-east-1 endpoint available 2',
    'team-b us-east-1 group',
    'team-b zone privatelink.example.com. 6',
  ]);

  await ground.told('cidrset/runners', 'True InSync: 3 rules');
  const written = ground.edge.count({ mutating: true });
  const looks = ground.edge.count({ action: 'DescribeVpcEndpointConnections' });
  await eventually(() =>
    expect(ground.edge.count({ action: 'DescribeVpcEndpointConnections' })).toBeGreaterThan(looks + 1),
  );
  expect(ground.edge.count({ mutating: true })).toBe(written);

  await ground.deleteEndpoints();
  expect(await links.holdings()).toEqual([]);
  const calls = await registry.getSingleMetric('sallyport_aws_calls_total')?.get();
  expect(calls?.values.map(({ labels }) => labels.result)).not.toContain('Denied');
});

const hosts = gitlabHost;
const status = () => links.status();
it('proves the private DNS name, switches it on, and proves it again when AWS lost it', async () => {
  const { provider } = links.company;
  const privateDns = { name: 'gitlab.example.com', zoneId: provider.publicZoneId };
  const loadBalancer = { tags: { app: 'gitlab' } };
  const service = links.provider({ loadBalancer, privateDns, enforceSecurityGroups: false });
  const consumers = [links.consumer('teamA', { privateDns: true, vpc: { tags: runners } })];
  await ground.apply(links.gitlab({ hosts, service: { provider: service }, consumers }));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect((await status())?.service).toMatchObject({ privateDnsState: 'verified', enforcesSecurityGroups: false });
  const { VpcEndpoints: [endpoint] = [] } = await links.ec2('teamA').send(new DescribeVpcEndpointsCommand({}));
  expect(endpoint?.PrivateDnsEnabled).toBe(true);

  const { privateLink, settling } = ground.edge;
  settling.take(Number.POSITIVE_INFINITY);
  privateLink.setPrivateDnsState((await status())?.service?.id ?? '', 'failed');
  await ground.told('privatelinkendpoint/gitlab', /NameNotVerified/);
  settling.take(1);
  await settling.finish();
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  await ground.deleteEndpoints();
  const records = await ground.edge
    .client(Route53Client, provider.accountId, 'us-east-1')
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: provider.publicZoneId }));
  expect(records.ResourceRecordSets?.map(({ Type }) => Type)).toEqual(['NS', 'SOA']);
});

it('shares a zone with VPCs of other accounts, and takes them out again', async () => {
  const { shared, teamB } = links.company.consumers;
  const sharedWith = [
    { account: 'shared', region: 'eu-west-1', vpcId: shared.vpcId },
    { account: 'team-b', region: 'us-east-1', vpcId: teamB.vpcId },
  ];
  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA', { dns: { sharedWith } })] }));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const [told] = (await status())?.consumers ?? [];
  const zone = { HostedZoneId: told?.zoneId };
  const vpcs = async () => {
    const { VPCs = [] } = await links.route53('teamA').send(new GetHostedZoneCommand({ Id: told?.zoneId }));
    return VPCs.map(({ VPCId }) => VPCId).sort();
  };
  expect(await vpcs()).toEqual([links.company.consumers.teamA.vpcId, shared.vpcId, teamB.vpcId].sort());
  const { VPCs } = await links.route53('teamA').send(new ListVPCAssociationAuthorizationsCommand(zone));
  expect(VPCs).toEqual([]);

  await ground.apply(
    links.gitlab({ hosts, consumers: [links.consumer('teamA', { dns: { sharedWith: sharedWith.slice(1) } })] }),
  );
  await eventually(async () => expect(await vpcs()).toEqual([links.company.consumers.teamA.vpcId, teamB.vpcId].sort()));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
});

it("moves its names to a zone of another account's, and out of it again", async () => {
  const { shared, teamA } = links.company.consumers;
  const zoneName = 'privatelink.example.com';
  const vpc = { id: shared.vpcId, region: shared.region };
  const zoneId = await makeHostedZone(links.route53('shared'), { name: zoneName, vpc });
  const inZone = async () => {
    const { VPCs = [] } = await links.route53('shared').send(new GetHostedZoneCommand({ Id: zoneId }));
    return VPCs.map(({ VPCId }) => VPCId);
  };
  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA')] }));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const dns = { zoneId, account: 'shared' };
  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA', { dns })] }));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const zones = async () => (await links.holdings()).filter((each) => each.includes('zone'));
  expect(await zones()).toEqual([`shared zone ${zoneName}. 4`]);
  expect(await inZone()).toEqual([shared.vpcId, teamA.vpcId]);

  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA')] }));
  await eventually(async () =>
    expect(await zones()).toEqual([`shared zone ${zoneName}. 2`, `team-a zone ${zoneName}. 4`]),
  );
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect(await inZone()).toEqual([shared.vpcId]);
  await links.route53('shared').send(new DeleteHostedZoneCommand({ Id: zoneId }));
});

it('leaves endpoints of others pending, and keeps the service while they are connected', async () => {
  const allowedPrincipals = ['arn:aws:iam::333333333333:root'];
  const provider = links.provider({ allowedPrincipals });
  const spec = { hosts, service: { provider }, consumers: [links.consumer('teamA')] };
  await ground.apply(links.gitlab(spec));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const stranger = ground.edge.clientFor('333333333333', 'eu-west-1');
  const { id: ServiceId = '', name: ServiceName = '' } = (await status())?.service ?? {};
  const { Vpcs: [vpc] = [] } = await stranger.send(new DescribeVpcsCommand({}));
  const { VpcEndpoint } = await stranger.send(
    new CreateVpcEndpointCommand({ VpcEndpointType: 'Interface', VpcId: vpc?.VpcId, ServiceName }),
  );
  const endpointId = VpcEndpoint?.VpcEndpointId ?? '';
  await eventually(async () =>
    expect((await status())?.service).toMatchObject({
      othersWaiting: 1,
      others: [{ endpointId, accountId: '333333333333', state: 'pendingAcceptance' }],
    }),
  );
  await ground.edge
    .clientFor('111111111111', 'eu-west-1')
    .send(new AcceptVpcEndpointConnectionsCommand({ ServiceId, VpcEndpointIds: [endpointId] }));

  await ground.client.delete(privatelinkendpoints, { name: 'gitlab', namespace: 'default' });
  await ground.told('privatelinkendpoint/gitlab', /^False Deleting: .*stays while.*vpce-\w+ of 333333333333/);
  expect(await links.holdings()).toEqual(['shared eu-west-1 service Available']);
  await ground.apply(links.gitlab({ ...spec, force: true }));
  await ground.deleteEndpoints();
  expect(await links.holdings()).toEqual([]);
  await stranger.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [endpointId] }));
});

it('comes back when an endpoint is rejected, fails, or is deleted by hand', async () => {
  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA')] }));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const first = (await status())?.consumers?.[0]?.endpointId ?? '';
  const ServiceId = (await status())?.service?.id ?? '';
  const ready = (isIt: (id: string) => boolean) =>
    eventually(async () => {
      const [told] = (await status())?.consumers ?? [];
      if (!told?.ready || !isIt(told.endpointId ?? '')) throw new Error(JSON.stringify(told));
      return told.endpointId ?? '';
    });
  const accepted = ground.edge.count({ action: 'AcceptVpcEndpointConnections' });
  await ground.edge
    .clientFor('111111111111', 'eu-west-1')
    .send(new RejectVpcEndpointConnectionsCommand({ ServiceId, VpcEndpointIds: [first] }));
  await eventually(() =>
    expect(ground.edge.count({ action: 'AcceptVpcEndpointConnections' })).toBeGreaterThan(accepted),
  );
  await ready((id) => id === first);

  ground.edge.privateLink.setEndpointState(first, 'failed', { code: 'X', message: 'no room' });
  const second = await ready((id) => id !== first);
  await links.ec2('teamA').send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [second] }));
  await ready((id) => id !== first && id !== second);
  expect((await links.holdings()).filter((each) => each.includes('endpoint'))).toEqual([
    'team-a eu-west-1 endpoint available 2',
  ]);
});

it('leaves records of others alone, and their zone', async () => {
  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA')] }));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const HostedZoneId = (await status())?.consumers?.[0]?.zoneId;
  const record = (Name: string) => ({
    Name,
    Type: 'A' as const,
    TTL: 60,
    ResourceRecords: [{ Value: '10.1.100.10' }],
  });
  const names = ['registry.privatelink.example.com', 'other.privatelink.example.com'];
  const change = (Action: 'CREATE' | 'DELETE') => {
    const Changes = names.map((name) => ({ Action, ResourceRecordSet: record(name) }));
    return links.route53('teamA').send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  };
  await change('CREATE');
  await ground.apply(links.gitlab({ consumers: [links.consumer('teamA')] }));
  await ground.told(
    'privatelinkendpoint/gitlab',
    /^False RecordTaken: .*registry.*made by someone else/,
    'RecordsReady',
  );
  expect(await status()).toMatchObject({ endpoints: '1/1', records: '1/2' });
  await ground.deleteEndpoints();
  expect(await links.holdings()).toEqual(['team-a zone privatelink.example.com. 4']);
  await change('DELETE');
  await links.route53('teamA').send(new DeleteHostedZoneCommand({ Id: HostedZoneId }));
});

it('uses a service that others run, once they accept', async () => {
  const service = await links.othersService();
  const { name } = service;
  await ground.apply(links.gitlab({ hosts, service: { name }, consumers: [links.consumer('teamA')] }));
  await ground.told('privatelinkendpoint/gitlab', /^False ServiceNotOffered/);
  await service.allowTeamA();
  await ground.told('privatelinkendpoint/gitlab', /^False PendingAcceptance/);
  await service.accept((await status())?.consumers?.[0]?.endpointId ?? '');
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  await ground.deleteEndpoints();
  await service.delete();
  expect((await links.holdings()).filter((each) => !each.includes('service'))).toEqual([]);
});

it('writes nothing in mode Plan, and says what it would', async () => {
  const before = ground.edge.count({ mutating: true });
  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA')], mode: 'Plan' }));
  await ground.told('privatelinkendpoint/gitlab', /^False Planned: status.plan has 2 operations/);
  expect((await status())?.plan?.operations).toEqual([
    expect.stringMatching(/^\+ team-a\/eu-west-1 security group in vpc-\w+ of team-a$/),
    '+ shared/eu-west-1 endpoint service for default/gitlab',
  ]);
  expect(ground.edge.count({ mutating: true })).toBe(before);
});
