import { DescribeVpcEndpointsCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { emptyFirstPage, refused, resetAfter, resetBefore, stale, throttled } from '../support/edge/effects.js';
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

it.each([
  ['throttled', throttled()],
  ['out of service, though it says Available', refused('ServiceUnavailable', 503)],
])('makes the endpoints once AWS is no longer %s', async (_how, effect) => {
  const hard = ground.edge.fault({ match: { action: 'CreateVpcEndpoint' }, effect, times: 8 });
  await ground.apply(links.gitlab());
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect(hard.hits).toBe(8);
  expect((await links.status())?.endpoints).toBe('3/3');
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
  const events = await ground.server.kubectl('get', 'events', '--output=jsonpath={.items[*].message}');
  for (const id of [left?.endpointId, left?.groupId, left?.zoneId]) expect(events).toContain(id);
  const { VpcEndpoints = [] } = await links.ec2('teamB').send(new DescribeVpcEndpointsCommand({}));
  expect(VpcEndpoints.map(({ VpcEndpointId, State }) => [VpcEndpointId, State])).toEqual([
    [left?.endpointId, 'rejected'],
  ]);
});
