import { DeleteVpcEndpointsCommand, DescribeVpcEndpointsCommand } from '@aws-sdk/client-ec2';
import { DeleteHostedZoneCommand } from '@aws-sdk/client-route-53';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { makeHostedZone } from '../support/aws/hosted-zone.js';
import type { ActiveFault } from '../support/edge/edge.js';
import {
  before,
  denied,
  emptyFirstPage,
  refused,
  resetAfter,
  resetBefore,
  stale,
  throttled,
} from '../support/edge/effects.js';
import { emptyPage } from '../support/edge/pages.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';
import { gitlabHost as hosts, PrivateLinks, runnersSet } from '../support/private-links.js';

const options = { resyncMs: 1_000, pollMs: 200, ownerId: 'owner' };

let ground: Ground;
let links: PrivateLinks;
let operator: RunningOperator;
beforeAll(async () => {
  ground = await startGround();
  links = await PrivateLinks.make(ground);
  operator = ground.operator(options);
});
beforeEach(() => ground.apply(runnersSet));
afterEach(() => ground.clean());
afterAll(() => ground?.stop());

const one = () => links.gitlab({ hosts, consumers: [links.consumer('teamA')] });

/** One endpoint, with its group and its zone, behind one service. */
const whole = [
  'shared eu-west-1 service Available',
  'team-a eu-west-1 endpoint available 2',
  'team-a eu-west-1 group',
  'team-a zone privatelink.example.com. 4',
];

async function comesAndGoes(): Promise<void> {
  await ground.apply(one());
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect(await links.holdings()).toEqual(whole);
  await ground.deleteEndpoints();
  expect(await links.holdings()).toEqual([]);
}

it.each([
  ['is lost', resetAfter],
  ['never comes, as AWS heard nothing', resetBefore],
])('makes and removes everything once, though the first answer to each kind of call %s', async (_how, effect) => {
  const actions = new Set<string>();
  const unlucky = ground.edge.fault({
    match: { mutating: true },
    effect: (call, next) => {
      if (actions.has(call.action)) return next();
      actions.add(call.action);
      return effect()(call, next);
    },
  });
  await comesAndGoes();
  unlucky.stop();
  expect(actions.size).toBeGreaterThan(10);
});

it('makes no second endpoint where first pages are empty', async () => {
  ground.edge.fault({ match: { service: 'ec2', mutating: false }, effect: emptyFirstPage() });
  await comesAndGoes();
});

it('makes no second endpoint where AWS shows it late', async () => {
  const late = ground.edge.fault({ match: { action: 'DescribeVpcEndpoints' }, effect: stale(), times: 20 });
  await ground.apply(one());
  await eventually(() => expect(late.hits).toBe(20));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect(await links.holdings()).toEqual(whole);
});

it('makes no second endpoint for one that the list lacks for once', async () => {
  await ground.apply(one());
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const made = ground.edge.count({ action: 'CreateVpcEndpoint' });
  const lacking = ground.edge.fault({
    match: { action: 'DescribeVpcEndpoints' },
    effect: async (call, next) => (call.params.has('VpcEndpointId.1') ? next() : emptyPage(call.action, '')),
  });
  await eventually(() => expect(lacking.hits).toBeGreaterThan(3));
  lacking.stop();
  expect(ground.edge.count({ action: 'CreateVpcEndpoint' })).toBe(made);
});

it.each([
  ['throttled', throttled()],
  ['out of service, though it says Available', refused('ServiceUnavailable', 503)],
])('makes the endpoints once AWS is no longer %s', async (_how, effect) => {
  const hard = ground.edge.fault({ match: { action: 'CreateVpcEndpoint' }, effect, times: 8 });
  await ground.apply(links.gitlab());
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect(hard.hits).toBe(8);
  expect((await links.holdings()).filter((each) => each.includes('endpoint'))).toHaveLength(3);
});

it('makes no endpoint after endpoint where each fails', async () => {
  const doomed = ground.edge.fault({
    match: { action: 'CreateVpcEndpoint' },
    effect: async (_call, next) => {
      const answer = await next();
      const [, id = ''] = /<vpcEndpointId>([^<]*)/.exec(answer.body) ?? [];
      ground.edge.privateLink.setEndpointState(id, 'failed', { code: 'InternalError', message: 'no room' });
      return answer;
    },
  });
  await ground.apply(one());
  const told = await ground.told('privatelinkendpoint/gitlab', /^False EndpointFailed: .*no room.* 1 minute old/);
  expect(doomed.hits).toBe(2);
  doomed.stop();
  const [, id = ''] = /(vpce-\w+) is failed/.exec(told) ?? [];
  await links.ec2('teamA').send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect(await links.holdings()).toEqual(whole);
});

it('goes on with an endpoint that others reject and then accept', async () => {
  const service = await links.othersService();
  const { name } = service;
  await service.allowTeamA();
  await ground.apply(links.gitlab({ hosts, service: { name }, consumers: [links.consumer('teamA')] }));
  await ground.told('privatelinkendpoint/gitlab', /^False PendingAcceptance/);
  const endpointId = (await links.status())?.consumers?.[0]?.endpointId ?? '';
  await service.reject(endpointId);
  await ground.told('privatelinkendpoint/gitlab', /^False Rejected: .*have it accepted/);
  await service.accept(endpointId);
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect(ground.edge.count({ action: 'CreateVpcEndpoint' })).toBe(1);
  await ground.deleteEndpoints();
  expect(await service.delete()).toEqual([]);
  await ground.edge.settling.finish();
});

it("leaves alone a zone of its name that is someone else's", async () => {
  const { vpcId: id, region } = links.company.consumers.teamA;
  const zone = 'privatelink.example.com';
  const Id = await makeHostedZone(links.route53('teamA'), { name: zone, vpc: { id, region } });
  await ground.apply(one());
  await ground.told('privatelinkendpoint/gitlab', /^False ZoneConflict: .*dns.zoneId/);
  await ground.deleteEndpoints();
  expect(await links.holdings()).toEqual([`team-a zone ${zone}. 2`]);
  await links.route53('teamA').send(new DeleteHostedZoneCommand({ Id }));
});

it('ends a deletion in whose midst the role was revoked, once it is back', async () => {
  await ground.apply(one());
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const gone = { match: { accountId: '222222222222' }, effect: denied() };
  let revoked: ActiveFault | undefined;
  const revoke = before(() => {
    revoked ??= ground.edge.fault(gone);
  });
  ground.edge.fault({ match: { action: 'DeleteHostedZone' }, effect: revoke, times: 1 });
  await ground.client.delete(privatelinkendpoints, { name: 'gitlab', namespace: 'default' });
  await ground.told('privatelinkendpoint/gitlab', /^False Deleting: .*team-a.* denied/);
  expect(await links.holdings()).toEqual(whole.filter((each) => !each.includes('zone')));
  revoked?.stop();
  await ground.deleteEndpoints();
  expect(await links.holdings()).toEqual([]);
});

it('lets go of a resource whose account is out of reach in the end, and names what it leaves', async () => {
  await ground.apply(links.gitlab({ hosts, consumers: [links.consumer('teamA'), links.consumer('teamB')] }));
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  const left = (await links.status())?.consumers?.find(({ name }) => name === 'team-b');
  await operator.stop();
  ground.edge.role('arn:aws:iam::333333333333:role/sallyport', { denied: true });
  operator = ground.operator(options);
  await ground.client.delete(privatelinkendpoints, { name: 'gitlab', namespace: 'default' });
  await ground.told('privatelinkendpoint/gitlab', /^False Deleting: .*team-b.*sts:AssumeRole/);
  await eventually(async () =>
    expect((await links.holdings()).filter((each) => each.startsWith('team-a'))).toEqual([]),
  );

  await operator.stop();
  operator = ground.operator({ ...options, releaseAfterMs: 100 });
  await ground.deleteEndpoints();
  await eventually(async () => {
    const events = await ground.server.kubectl('get', 'events', '--output=jsonpath={.items[*].message}');
    for (const id of [left?.endpointId, left?.groupId, left?.zoneId]) expect(events).toContain(id);
  });
  const { VpcEndpoints = [] } = await links.ec2('teamB').send(new DescribeVpcEndpointsCommand({}));
  expect(VpcEndpoints.map(({ VpcEndpointId, State }) => [VpcEndpointId, State])).toEqual([
    [left?.endpointId, 'rejected'],
  ]);
});
