import { CreateSecurityGroupCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { OWNER_TAG } from '../../src/api/marks.js';
import { type AccountConfig, type Session, Sessions } from '../../src/aws/session.js';
import type { RolePolicy } from '../support/edge/accounts.js';
import { type Edge, startEdge } from '../support/edge/edge.js';
import {
  denied,
  type Effect,
  emptyFirstPage,
  refused,
  resetAfter,
  resetBefore,
  throttled,
} from '../support/edge/effects.js';
import { type Moto, startMoto } from '../support/moto.js';

const region = 'eu-west-1';
const own: AccountConfig = { name: 'shared', accountId: '111111111111', regions: [region] };
const roleArn = 'arn:aws:iam::222222222222:role/sallyport';
const team: AccountConfig = { name: 'team-a', accountId: '222222222222', roleArn, regions: [region, 'us-east-1'] };

let moto: Moto;
let edge: Edge;
let sessions: Sessions;
beforeAll(async () => {
  moto = await startMoto();
  edge = await startEdge({ upstream: moto.url });
  const credentials = { AWS_ACCESS_KEY_ID: 'operator', AWS_SECRET_ACCESS_KEY: 'operator' };
  Object.assign(process.env, credentials, { AWS_ENDPOINT_URL: edge.url });
});
afterAll(async () => {
  await edge?.stop();
  await moto?.stop();
});
beforeEach(async () => {
  await moto.reset();
  edge.reset();
  sessions = new Sessions();
});

function groupNames(session: Session) {
  return session.scope(region).ec2.all(
    (NextToken) => new DescribeSecurityGroupsCommand({ MaxResults: 1000, NextToken }),
    ({ SecurityGroups }) => SecurityGroups?.map(({ GroupName }) => GroupName),
  );
}

function createGroup(session: Session, GroupName: string) {
  // Marked, as Sallyport's roles make no other.
  const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: [{ Key: OWNER_TAG, Value: 'test' }] }];
  const input = { GroupName, Description: GroupName, TagSpecifications };
  return session.scope(region).ec2.send(new CreateSecurityGroupCommand(input));
}

it('acts in each account with its own credentials', async () => {
  for (const config of [own, team]) {
    const session = sessions.get(config);
    expect(await session.verify()).toMatchObject({ ok: true });
    expect(await createGroup(session, config.name)).toMatchObject({ ok: true });
  }
  expect(await groupNames(sessions.get(own))).toEqual({ ok: true, value: ['default', 'shared'] });
  expect(await groupNames(sessions.get(team))).toEqual({ ok: true, value: ['default', 'team-a'] });
});

it("names the role's session after the account, in the 64 characters that STS allows", async () => {
  const session = sessions.get({ ...team, name: 'a'.repeat(63) });
  expect(await session.verify()).toEqual({
    ok: true,
    value: { arn: `arn:aws:sts::222222222222:assumed-role/sallyport/sallyport-${'a'.repeat(54)}` },
  });
});

it('assumes a role once for all regions, and verifies once', async () => {
  for (const each of team.regions) {
    await sessions.get(team).verify();
    await sessions
      .get({ ...team })
      .scope(each)
      .ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 5 }));
  }
  expect(edge.count({ action: 'AssumeRole' })).toBe(1);
  expect(edge.count({ action: 'GetCallerIdentity' })).toBe(1);
});

it('starts anew when the config changed, and when the account was dropped', async () => {
  await sessions.get(team).verify();
  await sessions.get({ ...team, externalId: 'gitlab' }).verify();
  sessions.drop(team.name);
  await sessions.get({ ...team, externalId: 'gitlab' }).verify();
  expect(edge.count({ action: 'AssumeRole' })).toBe(3);
});

it('renews credentials before they expire, and verifies the new ones', async () => {
  edge.role(roleArn, { expiresInSeconds: 240 });
  const session = sessions.get(team);
  await session.verify();
  const assumed = edge.count({ action: 'AssumeRole' });
  await groupNames(session);
  expect(edge.count({ action: 'AssumeRole' })).toBeGreaterThan(assumed);
  await session.verify();
  expect(edge.count({ action: 'GetCallerIdentity' })).toBe(2);
});

const roleDenied = {
  class: 'Denied',
  permission: 'sts:AssumeRole',
  message: `sts:AssumeRole on ${roleArn} was denied`,
};
it.each<[string, RolePolicy, Partial<AccountConfig>, object]>([
  ['the role is denied', { denied: true }, {}, roleDenied],
  ['the role wants an external id', { externalId: 'gitlab' }, {}, roleDenied],
  ['the external id is wrong', { externalId: 'gitlab' }, { externalId: 'jenkins' }, roleDenied],
  [
    'the credentials are those of another account',
    { actsIn: '999999999999' },
    {},
    {
      class: 'WrongAccount',
      message:
        'the credentials are those of account 999999999999 ' +
        '(arn:aws:sts::999999999999:assumed-role/sallyport/sallyport-team-a), not of 222222222222',
    },
  ],
])('refuses the account when %s, and takes it when that is put right', async (_, policy, config, error) => {
  edge.role(roleArn, policy);
  const session = sessions.get({ ...team, ...config });
  expect(await session.verify()).toMatchObject({ ok: false, error: { ...error, account: 'team-a', region } });
  expect(await sessions.get(own).verify()).toMatchObject({ ok: true });

  edge.role(roleArn, {});
  sessions.drop(team.name);
  expect(await sessions.get(team).verify()).toMatchObject({ ok: true });
});

it('takes the external id that the role wants', async () => {
  edge.role(roleArn, { externalId: 'gitlab' });
  expect(await sessions.get({ ...team, externalId: 'gitlab' }).verify()).toMatchObject({ ok: true });
});

it.each<[string, Effect, object]>([
  [
    'a missing permission is named',
    denied('ec2:CreateTags'),
    { class: 'Denied', permission: 'ec2:CreateTags', message: expect.not.stringContaining('3nc0d3d') },
  ],
  ['a quota', refused('SecurityGroupLimitExceeded'), { class: 'Quota' }],
  ['an outage', refused('InternalError', 500), { class: 'Transient' }],
  ['throttling without end', throttled(), { class: 'Throttled', code: 'RequestLimitExceeded' }],
])('tells failures apart: %s', async (_, effect, error) => {
  edge.fault({ match: { action: 'CreateSecurityGroup' }, effect });
  expect(await createGroup(sessions.get(own), 'g')).toMatchObject({ ok: false, error });
});

it('does a call again that never arrived', async () => {
  edge.fault({ match: { action: 'CreateSecurityGroup' }, times: 1, effect: resetBefore() });
  expect(await createGroup(sessions.get(own), 'g')).toMatchObject({ ok: true });
  expect(edge.calls.map(({ status }) => status)).toEqual([0, 200]);
});

it('learns from the conflict that a call had been done whose answer was lost', async () => {
  edge.fault({ match: { action: 'CreateSecurityGroup' }, times: 1, effect: resetAfter() });
  expect(await createGroup(sessions.get(own), 'g')).toMatchObject({ ok: false, error: { class: 'Conflict' } });
  expect(await groupNames(sessions.get(own))).toEqual({ ok: true, value: ['default', 'g'] });
});

it('reads on after an empty first page', async () => {
  edge.fault({ match: { action: 'DescribeSecurityGroups' }, times: 1, effect: emptyFirstPage() });
  expect(await groupNames(sessions.get(own))).toEqual({ ok: true, value: ['default'] });
  expect(edge.count({ action: 'DescribeSecurityGroups' })).toBe(2);
});

it('gets every call through when AWS throttles for a while', async () => {
  const throttling = edge.fault({ match: { action: 'CreateSecurityGroup' }, times: 2, effect: throttled() });
  const created = await Promise.all(['a', 'b', 'c'].map((name) => createGroup(sessions.get(own), name)));
  expect(created.every(({ ok }) => ok)).toBe(true);
  expect(throttling.hits).toBe(2);
});

it("stays below AWS's rates", async () => {
  edge.buckets(true);
  const created = await Promise.all(Array.from({ length: 60 }, (_, n) => createGroup(sessions.get(own), `g${n}`)));
  expect(created.every(({ ok }) => ok)).toBe(true);
  expect(edge.count({ status: 503 })).toBe(0);
});
