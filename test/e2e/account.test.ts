import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { awsaccounts } from '../../src/api/aws-account.gen.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { denied, refused } from '../support/edge/effects.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const teamA = '222222222222';
const role = `arn:aws:iam::${teamA}:role/sallyport`;

let ground: Ground;
let operator: RunningOperator;
beforeAll(async () => {
  ground = await startGround();
  operator = ground.operator({ resyncMs: 300 });
  await ground.apply(awsAccount('shared'));
});
afterEach(async () => {
  await ground.clean();
  await ground.client.delete(awsaccounts, { name: 'team-a' });
});
afterAll(() => ground.stop());

/** A group in each account. */
function groups(name: string) {
  return Promise.all([ground.makeGroup('shared/eu-west-1', { name }), ground.makeGroup('team-a/eu-west-1', { name })]);
}

it('proves that the credentials are those of the account', async () => {
  await ground.apply(awsAccount('team-a'));
  const text = await ground.told(
    'awsaccount/team-a',
    'True Verified: acting as arn:aws:sts::222222222222:assumed-role/',
  );
  expect(text).toContain('sallyport-team-a');
  const [line = ''] = (await ground.server.kubectl('get', 'awsaccount', 'team-a', '--no-headers')).split('\n');
  expect(line).toMatch(/^team-a +222222222222 +\["eu-west-1"\] +True +Verified +\S+$/);
});

const deniedText = `sts:AssumeRole on ${role} was denied; allow it in the policy of the AwsAccount's role, or in its trust policy`;
const wrongText = 'the credentials are those of account 111111111111 (arn:aws:sts::111111111111:';
const withoutRole = {
  kind: 'AwsAccount',
  metadata: { name: 'team-a' },
  spec: { accountId: teamA, regions: ['eu-west-1'] },
} as const;

it.each([
  ['a role that cannot be assumed', awsAccount('team-a'), { denied: true }, `AccountDenied: %: ${deniedText}`],
  [
    'a role that wants another external id',
    awsAccount('team-a'),
    { externalId: 'x1' },
    `AccountDenied: %: ${deniedText}`,
  ],
  ['credentials for another account', withoutRole, {}, `WrongAccount: %: ${wrongText}`],
])('tells of %s, goes on with the others, and there when it is put right', async (_what, account, policy, text) => {
  const [near, far] = await groups(`denied ${Object.keys(policy)}`);
  ground.edge.role(role, policy);
  await ground.apply(account, cidrSet('office', [A], into([near, far])));
  await ground.told('awsaccount/team-a', `False ${text.replace('%', `team-a (${teamA})`)}`);
  await ground.told('cidrset/office', `False ${text.replace('%', 'team-a/eu-west-1')}`);
  await eventually(async () => expect(await near.rules()).toEqual([`* tcp/443 ${A}`]));

  ground.edge.reset();
  await ground.apply(awsAccount('team-a'));
  await ground.told('awsaccount/team-a', 'True Verified');
  await ground.told('cidrset/office', 'True InSync: 2 rules');
  expect(await far.rules()).toEqual([`* tcp/443 ${A}`]);
});

it('names the permission that a role lacks', async () => {
  const [near, far] = await groups('permission');
  const match = { action: 'AuthorizeSecurityGroupIngress', accountId: teamA };
  ground.edge.fault({ match, effect: denied('ec2:CreateTags') });
  await ground.apply(awsAccount('team-a'), cidrSet('office', [A], into([near, far])));
  const where = `team-a/eu-west-1 ${far.id} (permission)`;
  await ground.told('cidrset/office', `False AccountDenied: ${where}: ec2:CreateTags on `);
  await eventually(async () => expect(await near.rules()).toEqual([`* tcp/443 ${A}`]));
});

it('changes nothing in AWS when an AwsAccount is deleted, and takes up its rules when it is declared again', async () => {
  const [near, far] = await groups('undeclared');
  await ground.apply(awsAccount('team-a'), cidrSet('office', [A], into([near, far])));
  await ground.told('cidrset/office', 'True InSync: 2 rules');
  await ground.client.delete(awsaccounts, { name: 'team-a' });
  await ground.told('cidrset/office', 'True InSync: 1 rule');
  expect(await far.rules()).toEqual([`* tcp/443 ${A}`]);

  await ground.apply(awsAccount('team-a'), cidrSet('office', [B], into([near, far])));
  await ground.told('cidrset/office', 'True InSync: 2 rules');
  expect(await far.rules()).toEqual([`* tcp/443 ${B}`]);
});

it.each([
  ['Delete', []],
  ['Retain', [`tcp/443 ${B}`]],
] as const)('deletes a set with deletionPolicy %s, and leaves what is handmade', async (deletionPolicy, left) => {
  const [near, far] = await groups(`policy ${deletionPolicy}`);
  await near.authorize(`tcp/443 ${A}`);
  await ground.apply(awsAccount('team-a'), cidrSet('office', [A, B], { ...into([near, far]), deletionPolicy }));
  await ground.told('cidrset/office', 'True InSync: 4 rules');
  await ground.deleteSets('office');
  expect(await near.rules()).toEqual([...left, `tcp/443 ${A}`]);
  expect(await far.rules()).toEqual(deletionPolicy === 'Delete' ? [] : [`tcp/443 ${B}`, `tcp/443 ${A}`]);
});

it('deletes a set whose account is gone, and says which rules stay', async () => {
  const [near, far] = await groups('gone');
  await ground.apply(awsAccount('team-a'), cidrSet('office', [A], into([near, far])));
  await ground.told('cidrset/office', 'True InSync: 2 rules');
  await ground.client.delete(awsaccounts, { name: 'team-a' });
  await ground.told('cidrset/office', 'True InSync: 1 rule');
  await ground.deleteSets('office');
  expect(await near.rules()).toEqual([]);
  expect(await far.rules()).toEqual([`* tcp/443 ${A}`]);
  await eventually(async () =>
    expect(await events()).toContain('Rules stay: team-a/eu-west-1: 1 rule, and no AwsAccount declares that any more'),
  );
});

it('deletes a set whose account is down when it is back', async () => {
  const [near, far] = await groups('back');
  await ground.apply(awsAccount('team-a'), cidrSet('office', [A], into([near, far])));
  await ground.told('cidrset/office', 'True InSync: 2 rules');
  ground.edge.fault({ match: { accountId: teamA }, effect: refused('InternalError', 500) });
  await ground.server.kubectl('delete', 'cidrset', 'office', '--wait=false');
  await ground.told('cidrset/office', /^False Deleting: Waiting for team-a\/eu-west-1: \w+:\w+ failed: InternalError/);
  await eventually(async () => expect(await near.rules()).toEqual([]));
  ground.edge.reset();
  await ground.deleteSets('office');
  expect(await far.rules()).toEqual([]);
});

it('lets go of a deleted set when its account stays down, and says which rules stay', async () => {
  const [near, far] = await groups('lost');
  await ground.apply(awsAccount('team-a'), cidrSet('office', [A], into([near, far])));
  await ground.told('cidrset/office', 'True InSync: 2 rules');

  await operator.stop();
  operator = ground.operator({ resyncMs: 300, releaseAfterMs: 1 });
  ground.edge.fault({ match: { accountId: teamA }, effect: refused('InternalError', 500) });
  await ground.deleteSets('office');
  expect(await near.rules()).toEqual([]);
  await eventually(async () =>
    expect(await events()).toMatch(/Rules stay: team-a\/eu-west-1: \w+:\w+ failed: InternalError/),
  );
});

function events(): Promise<string> {
  return ground.server.kubectl('get', 'events', '-o', 'custom-columns=T:.type,R:.reason,M:.message', '--no-headers');
}
