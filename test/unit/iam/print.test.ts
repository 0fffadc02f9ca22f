import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { ownPolicy, ownTrust, type PolicyRequest, policy, trust } from '../../../src/iam/print.js';
import { controllerNames } from '../../../src/operator/controller-names.js';

const folder = await mkdtemp(join(tmpdir(), 'sallyport-iam-'));
const accounts = join(folder, 'accounts.yaml');
const account = (name: string, spec: string) =>
  `{apiVersion: sallyport.dev/v1alpha1, kind: AwsAccount, metadata: {name: ${name}}, spec: {regions: [eu-west-1], ${spec}}}\n`;
await writeFile(
  accounts,
  [
    account('hub', 'accountId: "111111111111"'),
    account('team-b', 'accountId: "222222222222", roleArn: arn:aws:iam::222222222222:role/ci/door, externalId: x1'),
    account('team-a', 'accountId: "333333333333", roleArn: arn:aws:iam::333333333333:role/sallyport'),
  ].join('---\n'),
);
afterAll(() => rm(folder, { recursive: true }));

const all: PolicyRequest = {
  controllers: controllerNames,
  filename: [],
  readOnly: false,
  partition: 'aws',
  format: 'json',
};
const principal = 'arn:aws:iam::111111111111:role/hub';

it('says that there are several documents, and prints one of them', async () => {
  const whole = await policy(all);
  expect(whole).toMatchObject({ ok: true, advice: [expect.stringMatching(/^3 documents, .* 6144 characters/)] });
  const parts = await Promise.all([1, 2, 3].map((part) => policy({ ...all, part })));
  expect(parts.map((each) => each.ok && each.text).join('')).toBe(whole.ok && whole.text);
  expect(await policy({ ...all, part: 4 })).toEqual({ ok: false, message: 'there is no part 4 of 3' });
});

it('grants nothing that writes, to read only', async () => {
  const read = await policy({ ...all, readOnly: true });
  if (!read.ok) throw new Error(read.message);
  const { Statement } = JSON.parse(read.text);
  const actions = Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter((action: string) => !/:(Describe|Get|List)/.test(action))).toEqual([]);
});

it.each([
  ['controllers that ask for nothing', { controllers: ['proxy' as const] }, 'that asks nothing of AWS'],
  ['manifests that ask for nothing', { filename: [accounts] }, 'that asks nothing of AWS'],
  ['manifests that are not there', { filename: ['nowhere'] }, 'nowhere: there is no such file or folder'],
])('refuses %s', async (_, change, message) => {
  expect(await policy({ ...all, ...change })).toEqual({ ok: false, message });
});

const condition = { StringEquals: { 'sts:ExternalId': 'x1' } };
const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' };
it.each([
  ['an external id', { filename: [], externalId: 'x1' }, { ...statement, Condition: condition }],
  [
    'the external id of an account',
    { filename: [accounts], account: 'team-b' },
    { ...statement, Condition: condition },
  ],
  ['an account without one', { filename: [accounts], account: 'team-a' }, statement],
])('trusts its principal, with %s', async (_, request, expected) => {
  const printed = await trust({ principal, ...request });
  expect(printed.ok && JSON.parse(printed.text).Statement).toEqual([expected]);
});

it.each([
  [
    'that is not there',
    { filename: [accounts], account: 'team-c' },
    'the manifests have no AwsAccount team-c; name them with -f',
  ],
  ['that it is not told of', { filename: [accounts] }, 'say with --account which AwsAccount of the manifests'],
])('trusts nobody in an account %s', async (_, request, message) => {
  expect(await trust({ principal, ...request })).toEqual({ ok: false, message });
});

it.each([
  [
    'the roles of the AwsAccounts',
    [accounts],
    ['arn:aws:iam::222222222222:role/ci/door', 'arn:aws:iam::333333333333:role/sallyport'],
  ],
  ['roles of the usual name', [], ['arn:aws-cn:iam::*:role/sallyport']],
])('lets Sallyport assume %s, and no others', async (_, filename, roles) => {
  const printed = await ownPolicy({ filename, partition: 'aws-cn' });
  expect(printed.ok && JSON.parse(printed.text).Statement).toMatchObject([
    { Action: ['sts:AssumeRole'], Resource: roles },
  ]);
});

const provider = 'arn:aws:iam::111111111111:oidc-provider/oidc.example.com/id/A';
const cluster = 'arn:aws:eks:eu-west-1:111111111111:cluster/hub';
it.each([
  [
    'IRSA',
    { oidcProvider: provider },
    {
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'oidc.example.com/id/A:sub': 'system:serviceaccount:ops:door',
          'oidc.example.com/id/A:aud': 'sts.amazonaws.com',
        },
      },
    },
  ],
  [
    'Pod Identity',
    { cluster },
    {
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Condition: { StringEquals: { 'aws:RequestTag/eks-cluster-arn': cluster } },
    },
  ],
])("lets Sallyport's pods have its role by %s", async (_, way, expected) => {
  const printed = await ownTrust({ ...way, serviceAccount: 'ops/door' });
  expect(printed.ok && JSON.parse(printed.text).Statement).toMatchObject([expected]);
});

it.each([{}, { oidcProvider: provider, cluster }])('wants one way for them to have it: %j', async (way) => {
  expect(await ownTrust({ ...way, serviceAccount: 'ops/door' })).toMatchObject({ ok: false });
});
