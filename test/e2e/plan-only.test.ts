import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';
import { PrivateLinks, runnersSet } from '../support/private-links.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const place = 'shared/eu-west-1';

let ground: Ground;
let running: RunningOperator | undefined;
beforeAll(async () => {
  ground = await startGround();
  await ground.apply(awsAccount('shared'));
});
afterEach(async () => {
  await running?.stop();
  running = ground.operator({ resyncMs: 300 });
  await ground.clean();
  await running.stop();
  running = undefined;
});
afterAll(() => ground.stop());

/** One operator after the other, as a Deployment that is rolled. */
async function restart(planOnly: boolean): Promise<void> {
  await running?.stop();
  ground.edge.reset();
  running = ground.operator({ planOnly, resyncMs: 300, releaseAfterMs: 1 });
}

async function writes(): Promise<string[]> {
  await ground.look(place);
  return ground.edge.calls.filter(({ mutating }) => mutating).map(({ action }) => action);
}

const inCluster = {
  configMaps: [{ name: 'planned', namespace: 'default' }],
  networkPolicies: [{ name: 'planned', namespace: 'default' }],
};

it('an install that only plans shows what it would do, writes nothing, and does it once it is told to', async () => {
  const group = await ground.makeGroup(place, { name: 'planned', rules: [`tcp/443 ${B}`] });
  await restart(true);
  const { targets } = into(group);
  await ground.apply(cidrSet('planned', [A, B], { targets: { ...targets, ...inCluster } }));
  await ground.told('cidrset/planned', 'True Planned: status.plan has 7 changes; Sallyport runs with --plan');

  expect((await ground.set('planned')).status?.plan).toEqual({
    add: 7,
    change: 0,
    remove: 0,
    operations: expect.arrayContaining([`${place} ${group.id} (planned) + rule tcp/443 ${A}`]),
  });
  expect(await writes()).toEqual([]);
  expect(await group.rules()).toEqual([`tcp/443 ${B}`]);
  const made = await ground.server.kubectl('get', 'configmaps,networkpolicies', '-o', 'name', '--ignore-not-found');
  expect(made).not.toContain('planned');

  await restart(false);
  await ground.told('cidrset/planned', 'True InSync');
  expect(await group.rules()).toEqual([`* tcp/443 ${A}`, `tcp/443 ${B}`]);
  expect((await ground.set('planned')).status?.plan).toBeUndefined();
});

it('a set that is deleted meanwhile stays, however long, and goes when the install may write again', async () => {
  const group = await ground.makeGroup(place, { name: 'staying' });
  await restart(false);
  await ground.apply(cidrSet('staying', [A, B], into(group)));
  await ground.told('cidrset/staying', 'True InSync: 2 rules');

  await restart(true);
  await ground.told('cidrset/staying', 'True Planned: status.plan has 0 changes');
  await ground.server.kubectl('delete', 'cidrset', 'staying', '--wait=false');
  await ground.told(
    'cidrset/staying',
    'False Deleting: status.plan has 2 changes to be made first; Sallyport runs with',
  );
  expect(await writes()).toEqual([]);
  const { status, metadata } = await ground.set('staying');
  expect(status?.plan).toMatchObject({ add: 0, remove: 2 });
  expect(metadata.finalizers).toEqual(['sallyport.dev/rules']);
  expect(await group.rules()).toEqual([`* tcp/443 ${B}`, `* tcp/443 ${A}`]);

  await restart(false);
  await eventually(async () => expect(await group.rules()).toEqual([]));
});

it('a set that has nothing yet may be deleted', async () => {
  const group = await ground.makeGroup(place, { name: 'tried' });
  await restart(true);
  await ground.apply(cidrSet('tried', [A], into(group)));
  await ground.told('cidrset/tried', 'True Planned: status.plan has 1 change');
  await ground.deleteSets('tried');
  expect(await writes()).toEqual([]);
});

it('a PrivateLinkEndpoint shows its next step, exactly, and takes it once the install may write', async () => {
  const links = await PrivateLinks.make(ground);
  const { shared, teamA, teamB } = links.company.consumers;
  await restart(true);
  await ground.apply(runnersSet, links.gitlab());
  await ground.told('privatelinkendpoint/gitlab', 'False Planned: status.plan has 4 operations; Sallyport runs with');
  expect((await links.status())?.plan).toEqual({
    add: 4,
    change: 0,
    remove: 0,
    operations: [
      `+ shared/eu-west-1 security group in ${shared.vpcId} of shared`,
      `+ team-a/eu-west-1 security group in ${teamA.vpcId} of team-a`,
      `+ team-b/us-east-1 security group in ${teamB.vpcId} of team-b`,
      '+ shared/eu-west-1 endpoint service for default/gitlab',
    ],
  });
  expect(await writes()).toEqual([]);

  await restart(false);
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  expect((await links.status())?.plan).toBeUndefined();

  await restart(true);
  await ground.client.delete(privatelinkendpoints, { name: 'gitlab', namespace: 'default' });
  await ground.told(
    'privatelinkendpoint/gitlab',
    /^False Deleting: .*status.plan has 6 operations; Sallyport runs with/,
  );
  expect((await links.status())?.plan).toMatchObject({ add: 0, change: 0, remove: 6 });
  expect(await writes()).toEqual([]);
});
