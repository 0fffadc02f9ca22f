import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { awsAccount, type Cluster, cidrSet, into, startCluster } from '../support/cluster.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const place = 'shared/eu-west-1';

let ground: Ground;
let neighbour: Cluster;
const running: RunningOperator[] = [];
beforeAll(async () => {
  [ground, neighbour] = await Promise.all([startGround(), startCluster()]);
  for (const cluster of [ground, neighbour]) await cluster.apply(awsAccount('shared'));
});
afterEach(async () => {
  await ground.clean();
  await neighbour.deleteSets();
  await Promise.allSettled(running.splice(0).map((operator) => operator.stop()));
});
afterAll(async () => {
  await ground.stop();
  await neighbour.stop();
});

function run(options: Parameters<Ground['operator']>[0]): RunningOperator {
  const operator = ground.operator({ resyncMs: 300, ...options });
  running.push(operator);
  return operator;
}

it("leaves another install's rules alone, and makes its own when the other lets go", async () => {
  const group = await ground.makeGroup(place, { name: 'contested' });
  run({});
  run({ kubeConfig: neighbour.kubeConfig });
  await ground.apply(cidrSet('mine', [A, B], into(group)));
  await ground.told('cidrset/mine', 'True InSync: 2 rules');
  await neighbour.apply(cidrSet('theirs', [B, C], into(group)));
  await neighbour.told('cidrset/theirs', 'True InSync: 2 rules');
  expect((await neighbour.set('theirs')).status).toMatchObject({ rules: 2, foreignRules: 1 });
  expect(await group.notedRules()).toEqual([
    `* tcp/443 ${C} "[theirs]"`,
    `* tcp/443 ${B} "[mine]"`,
    `* tcp/443 ${A} "[mine]"`,
  ]);

  await ground.deleteSets('mine');
  const theirs = [`* tcp/443 ${C} "[theirs]"`, `* tcp/443 ${B} "[theirs]"`];
  await eventually(async () => expect(await group.notedRules()).toEqual(theirs));
  await ground.look(place);
  await ground.look(place);
  expect(await group.notedRules()).toEqual(theirs);
  await neighbour.deleteSets('theirs');
  expect(await group.rules()).toEqual([]);
});

it('lets a second replica take over when the first one is stopped, and not before', async () => {
  const group = await ground.makeGroup(place, { name: 'replicas' });
  const leader = () => ground.server.kubectl('get', 'lease', 'sallyport', '-o', 'jsonpath={.spec.holderIdentity}');
  const first = run({ identity: 'first' });
  await eventually(async () => expect(await leader()).toBe('first'));
  run({ identity: 'second' });
  await ground.apply(cidrSet('replicas', [A], into(group)));
  await ground.told('cidrset/replicas', 'True InSync: 1 rule');
  expect(await leader()).toBe('first');

  await first.stop();
  await ground.apply(cidrSet('replicas', [B], into(group)));
  await ground.told('cidrset/replicas', 'True InSync: 1 rule');
  expect(await leader()).toBe('second');
  expect(await group.rules()).toEqual([`* tcp/443 ${B}`]);
});

it('goes on after a restart of the API server', async () => {
  const group = await ground.makeGroup(place, { name: 'restart' });
  run({});
  await ground.apply(cidrSet('restart', [A], into(group)));
  await ground.told('cidrset/restart', 'True InSync: 1 rule');

  await ground.server.kill();
  await group.revoke(`tcp/443 ${A}`);
  // AWS is kept right meanwhile.
  await eventually(async () => expect(await group.rules()).toEqual([`* tcp/443 ${A}`]));
  await ground.server.start();
  await ground.apply(cidrSet('restart', [B], into(group)));
  await ground.told('cidrset/restart', 'True InSync: 1 rule');
  expect(await group.rules()).toEqual([`* tcp/443 ${B}`]);
});
