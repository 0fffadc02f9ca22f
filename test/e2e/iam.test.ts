import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { askedOf } from '../../src/iam/asked.js';
import { permissions } from '../../src/iam/permissions.js';
import { policiesFor } from '../../src/iam/policy.js';
import { type Manifests, readManifests } from '../../src/plan/manifests.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { type Ground, type RunningOperator, startGround } from '../support/ground.js';
import { PrivateLinks, runnersSet } from '../support/private-links.js';
import { sallyport } from '../support/sallyport.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const OWNER = 'hub';

let ground: Ground;
let operator: RunningOperator;
beforeAll(async () => {
  ground = await startGround();
  operator = ground.operator({ ownerId: OWNER, resyncMs: 300, pollMs: 200 });
  await ground.apply(awsAccount('shared'));
});
afterEach(() => ground.clean());
afterAll(() => ground.stop());

/** What the role has but for one statement, with this install's marks alone. */
function without(sid: string) {
  return policiesFor(
    permissions.filter((each) => each.sid !== sid),
    { ownerId: OWNER, partition: 'aws' },
  );
}

it.each([
  ['AddRules', 'ec2:AuthorizeSecurityGroupIngress', 'security-group/sg-'],
  ['AddMarkedRules', 'ec2:AuthorizeSecurityGroupIngress', 'security-group-rule/'],
  ['MarkRules', 'ec2:CreateTags', 'security-group-rule/'],
  ['MakePrefixLists', 'ec2:CreateManagedPrefixList', 'prefix-list/'],
  ['MarkPrefixLists', 'ec2:CreateTags', 'prefix-list/'],
])('without %s is refused %s, and does its work once it is granted', async (sid, action, resource) => {
  const edge = await ground.makeGroup('shared/eu-west-1', { name: sid });
  ground.edge.permit(without(sid));
  const via = sid.endsWith('PrefixLists') ? { via: 'PrefixList' as const } : {};
  await ground.apply(cidrSet('office', [A], into(edge, via)));
  const words = `^False AccountDenied: .*${action} on arn:aws:ec2:eu-west-1:111111111111:${resource}`;
  await ground.told('cidrset/office', new RegExp(words));
  expect(await edge.rules()).toEqual([]);

  ground.edge.permit(without('nothing'));
  await ground.told('cidrset/office', 'True InSync');
});

it("with its own marks alone it does all its work, and leaves another install's", async () => {
  const edge = await ground.makeGroup('shared/eu-west-1', { name: 'marks' });
  ground.edge.permit(without('nothing'));
  const set = (cidrs: string[]) =>
    cidrSet('office', cidrs, {
      targets: {
        securityGroups: [{ name: 'edge', groupIds: [edge.id], ports: ['tcp/443'], via: 'Rules' }],
        prefixLists: [{ name: 'office' }],
        wafIpSets: [{ name: 'office' }],
      },
    });
  await ground.apply(set([A]));
  await ground.told('cidrset/office', 'True InSync');
  await ground.apply(set([B]));
  await ground.told('cidrset/office', 'True InSync');
  await ground.deleteSets('office');
  expect(await edge.rules()).toEqual([]);

  await operator.stop();
  operator = ground.operator({ ownerId: 'elsewhere', resyncMs: 300 });
  await ground.apply(set([A]));
  await ground.told('cidrset/office', /^False AccountDenied/);
  expect(await edge.rules()).toEqual([]);
});

it('carries out the quick start with no more than that asks for', async () => {
  const { accounts, sets, ...rest } = await readManifests(['examples/quickstart']);
  const asked = askedOf(permissions, { sets, ...rest });
  expect(new Set(asked.map(({ feature }) => feature))).toEqual(new Set(['securityGroups']));
  ground.edge.permit(policiesFor(asked, { partition: 'aws' }));
  await ground.apply(...accounts, ...sets);
  for (const { metadata } of sets) await ground.told(`cidrset/${metadata.name}`, 'True InSync');
});

it('makes, changes and deletes a PrivateLinkEndpoint with no more than that asks for, and no other records', async () => {
  const links = await PrivateLinks.make(ground);
  const { sets, ...rest } = { sets: [runnersSet], endpoints: [links.gitlab()], pools: [] } as unknown as Manifests;
  const grant = (declared: typeof rest) =>
    ground.edge.permit(policiesFor(askedOf(permissions, { sets, ...declared }), { partition: 'aws' }));
  const others = [{ public: 'gitlab.example.com', private: 'wiki.privatelink.example.com' }];
  grant({ ...rest, endpoints: [links.gitlab({ hosts: others })] } as typeof rest);
  await ground.apply(runnersSet, links.gitlab());
  await ground.told('privatelinkendpoint/gitlab', /route53:ChangeResourceRecordSets on arn:aws:route53:::hostedzone/);
  grant(rest);
  await ground.told('privatelinkendpoint/gitlab', 'True Ready');
  await ground.deleteEndpoints();
});

it('plans with no more than reading takes', async () => {
  const reading = permissions.filter(({ access }) => access === 'Read');
  ground.edge.permit(policiesFor(reading, { ownerId: OWNER, partition: 'aws' }));
  const args = `plan --no-cluster -f examples/quickstart --owner-id ${OWNER}`.split(' ');
  const { stdout, exitCode } = await sallyport(args, { KUBECONFIG: undefined });
  expect(stdout).not.toContain('Missing permissions');
  expect(exitCode).toBe(2);
});
