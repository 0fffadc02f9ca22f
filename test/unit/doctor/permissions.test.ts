import { expect, it } from '@jest/globals';
import type { PrivateLinkEndpoint } from '../../../src/api/private-link-endpoint.gen.js';
import type { AwsScope } from '../../../src/aws/services.js';
import { accountFindings } from '../../../src/doctor/accounts/findings.js';
import { actionsNeeded } from '../../../src/doctor/accounts/needs.js';
import { factsOf, type PermissionFact, tryPermissions } from '../../../src/doctor/accounts/permissions.js';
import { readTrials } from '../../../src/doctor/accounts/reads.js';
import type { Subjects } from '../../../src/doctor/accounts/subjects.js';
import type { Trial } from '../../../src/doctor/accounts/trial.js';
import { writeTrials } from '../../../src/doctor/accounts/writes.js';
import { permissions } from '../../../src/iam/permissions.js';
import { controllerNames } from '../../../src/operator/controller-names.js';
import { awsAccount, awsError, cidrSet, declared, region, told } from './build.js';

const revoke = 'ec2:RevokeSecurityGroupIngress';

it.each([
  ['done', { ok: true, value: {} }, [{ action: revoke, result: 'Allowed' }]],
  [
    'that it would be done',
    { ok: false, error: awsError('Invalid', 'DryRunOperation') },
    [{ action: revoke, result: 'Allowed' }],
  ],
  [
    'unauthorized',
    { ok: false, error: awsError('Denied', 'UnauthorizedOperation', revoke) },
    [{ action: revoke, result: 'Denied' }],
  ],
  [
    'unauthorized for another action',
    { ok: false, error: awsError('Denied', 'UnauthorizedOperation', 'ec2:CreateTags') },
    [
      { action: 'ec2:CreateTags', result: 'Denied' },
      { action: revoke, result: 'Untried', why: 'ec2:CreateTags is asked for first' },
    ],
  ],
  [
    'not found',
    { ok: false, error: awsError('NotFound', 'InvalidGroup.NotFound') },
    [{ action: revoke, result: 'Untried', why: 'AWS answered InvalidGroup.NotFound' }],
  ],
] as const)('AWS answers: %s', (_name, answer, facts) => {
  expect(factsOf([revoke], answer)).toEqual(facts);
});

it('tries what is needed and nothing else, and what is denied on one thing is denied', async () => {
  const called: string[] = [];
  const send = async ({ constructor: { name } }: object) => {
    called.push(name);
    if (name === 'AuthorizeSecurityGroupEgressCommand') {
      return { ok: false, error: awsError('Denied', 'UnauthorizedOperation', 'ec2:CreateTags') };
    }
    return { ok: false, error: awsError('Invalid', 'DryRunOperation') };
  };
  const needed = ['ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress', 'ec2:CreateTags', revoke];
  const facts = await tryPermissions({ ec2: { send } } as unknown as AwsScope, needed, {
    ownerId: 'me',
    group: 'sg-1',
  });
  expect(called.sort()).toEqual([
    'AuthorizeSecurityGroupEgressCommand',
    'AuthorizeSecurityGroupIngressCommand',
    'RevokeSecurityGroupIngressCommand',
  ]);
  expect(facts.map(({ action, result }) => `${action} ${result}`)).toEqual([
    'ec2:AuthorizeSecurityGroupIngress Allowed',
    'ec2:AuthorizeSecurityGroupEgress Untried',
    'ec2:CreateTags Denied',
    `${revoke} Allowed`,
  ]);
});

it('has nothing to try a call on before there is something', async () => {
  const aws = { ec2: { send: () => Promise.reject(new Error('called')) } } as unknown as AwsScope;
  const facts = await tryPermissions(aws, [revoke, 'iam:PassRole'], { ownerId: 'me' });
  expect(facts).toEqual([
    { action: revoke, result: 'Untried', why: 'no group is selected yet' },
    { action: 'iam:PassRole', result: 'Untried' },
  ]);
});

/** What each trial sends, and to which service. */
async function sent(trials: readonly Trial[]): Promise<{ service: string; input: { DryRun?: boolean } }[]> {
  const commands: { service: string; input: object }[] = [];
  const road = (_: unknown, service: string) => ({
    send: async ({ input }: { input: object }) => {
      commands.push({ service, input });
    },
  });
  const aws = new Proxy({}, { get: road }) as unknown as AwsScope;
  const ids = new Proxy({}, { get: (_, name) => String(name) }) as Required<Subjects>;
  for (const trial of trials) await trial.send(aws, ids);
  return commands;
}

it('what would change something is only ever called with DryRun, and so is all that goes to EC2', async () => {
  const writes = await sent(writeTrials);
  expect(writes).toHaveLength(writeTrials.length);
  expect(writes.filter(({ service, input }) => service !== 'ec2' || input.DryRun !== true)).toEqual([]);
  const reads = await sent(readTrials);
  expect(reads.filter(({ service, input }) => service === 'ec2' && input.DryRun !== true)).toEqual([]);
  const read = /:(Describe|Get|List)/;
  expect(readTrials.flatMap(({ actions }) => actions).filter((action) => !read.test(action))).toEqual([]);
});

it('every action of EC2 that is granted is tried, and every read of others that has a small page', () => {
  const tried = new Set([...readTrials, ...writeTrials].flatMap((trial) => trial.actions));
  const granted = new Set(permissions.flatMap(({ actions }) => actions));
  const notTried = [...granted].filter((action) => !tried.has(action));
  expect(notTried.filter((action) => action.startsWith('ec2:'))).toEqual([]);
  expect(notTried.filter((action) => /:(Describe|Get|List)/.test(action)).sort()).toEqual([
    // What they are about is known only while it is under way, or made.
    'eks:DescribePodIdentityAssociation',
    'eks:DescribeUpdate',
    'iam:GetRole',
    'wafv2:GetIPSet',
    'wafv2:ListTagsForResource',
  ]);
  expect([...tried].filter((action) => !granted.has(action))).toEqual([]);
});

const groups = {
  securityGroups: [
    {
      name: 'gitlab',
      groupIds: ['sg-1'],
      ports: ['tcp/443'],
      direction: 'Ingress' as const,
      via: 'Rules' as const,
      accounts: { names: ['shared'] },
      regions: ['eu-west-1'],
    },
  ],
};

it('only what resources need in a place is needed there', () => {
  const office = { declared: declared({ sets: [cidrSet(groups)] }), controllers: controllerNames };
  expect(actionsNeeded(awsAccount('shared'), 'eu-west-1', office)).toEqual(
    expect.arrayContaining([revoke, 'ec2:CreateTags']),
  );
  expect(actionsNeeded(awsAccount('shared'), 'eu-west-1', office)).not.toContain('ec2:CreateManagedPrefixList');
  expect(actionsNeeded(awsAccount('shared'), 'us-east-1', office)).toEqual([]);
  expect(actionsNeeded(awsAccount('team-a'), 'eu-west-1', office)).toEqual([]);
  expect(actionsNeeded(awsAccount('shared'), 'eu-west-1', { ...office, controllers: ['runner-pool'] })).toEqual([]);
  const discover = { natGateways: [{ name: 'all' }] };
  const finds = { ...office, declared: declared({ sets: [cidrSet(undefined, discover)] }) };
  expect(actionsNeeded(awsAccount('team-a'), 'eu-west-1', finds)).toContain('ec2:DescribeNatGateways');
});

const link = {
  kind: 'PrivateLinkEndpoint',
  spec: {
    hosts: [{ public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' }],
    service: { provider: { account: 'shared', region: 'eu-west-1' } },
    consumers: [{ account: 'team-a', region: 'us-east-1', dns: { account: 'dns' } }],
  },
} as unknown as PrivateLinkEndpoint;

it.each([
  ['the provider', 'shared', 'eu-west-1', 'ec2:CreateVpcEndpointServiceConfiguration', 'ec2:CreateVpcEndpoint'],
  ['the consumer', 'team-a', 'us-east-1', 'ec2:CreateVpcEndpoint', 'ec2:CreateVpcEndpointServiceConfiguration'],
  [
    'who has the zone',
    'dns',
    'eu-west-1',
    'route53:ChangeResourceRecordSets',
    'ec2:CreateVpcEndpointServiceConfiguration',
  ],
])('of a PrivateLinkEndpoint, %s needs its part', (_name, account, region, needed, notNeeded) => {
  const resources = { declared: declared({ endpoints: [link] }), controllers: controllerNames };
  const actions = actionsNeeded(awsAccount(account), region, resources);
  expect(actions).toContain(needed);
  expect(actions).not.toContain(notNeeded);
  // A zone is the same in all regions.
  const elsewhere = actionsNeeded(awsAccount(account), 'ap-south-1', resources);
  expect(elsewhere).toEqual(account === 'dns' ? actions : []);
});

function facts(result: PermissionFact['result'], ...actions: string[]): PermissionFact[] {
  return actions.map((action) => ({ action, result }));
}

function regions(perRegion: Record<string, PermissionFact[]>) {
  return Object.fromEntries(
    Object.entries(perRegion).map(([name, permissions]) => [
      name,
      {
        ok: true as const,
        value: region({}, { permissions, scope: { account: 'shared', accountId: '111111111111', region: name } }),
      },
    ]),
  );
}

const entered = { account: awsAccount(), identity: { ok: true as const, value: { arn: 'arn' } } };

it.each<[string, Record<string, PermissionFact[]>, string[]]>([
  ['nothing', { 'eu-west-1': [] }, ['ok: shared: no resource asks for anything there']],
  ['all', { 'eu-west-1': facts('Allowed', 'ec2:A', 'ec2:B') }, ['ok: shared allows 2 of 2 actions']],
  [
    'not one of them',
    { 'eu-west-1': [...facts('Allowed', 'ec2:A'), ...facts('Denied', 'ec2:B')] },
    ['ok: shared allows 1 of 2 actions', "failure: shared doesn't allow ec2:B"],
  ],
  [
    'not in one region',
    { 'eu-west-1': facts('Allowed', 'ec2:A'), 'us-east-1': facts('Denied', 'ec2:A') },
    ["failure: shared doesn't allow ec2:A in us-east-1"],
  ],
  [
    'what was tried in one region alone',
    { 'eu-west-1': facts('Allowed', 'ec2:A'), 'us-east-1': facts('Untried', 'ec2:A') },
    ['ok: shared allows 1 of 1 action'],
  ],
  [
    'and what no call shows',
    {
      'eu-west-1': [
        ...facts('Untried', 'ram:A', 'ram:B', 'ram:C'),
        { action: 'ec2:D', result: 'Untried', why: 'no group is selected yet' },
      ],
    },
    [
      'unchecked: shared: not tried are ram:A, ram:B and 1 more (only doing it would show); ec2:D (no group is selected yet)',
    ],
  ],
])('an account allows %s', (_name, perRegion, findings) => {
  const all = accountFindings({ ...entered, regions: regions(perRegion) }, 1_000);
  expect(told(all.filter(({ check }) => check === 'permissions'))).toEqual(findings);
});

const denied = { ok: false as const, error: awsError('Denied', 'AccessDenied', 'sts:AssumeRole') };
const verified = {
  conditions: [{ type: 'Ready', status: 'True' as const, reason: 'Verified', message: '', lastTransitionTime: '' }],
};

it.each([
  [
    'it is denied',
    { account: awsAccount(), identity: denied },
    "failure: shared (111111111111) can't be entered: AccessDenied, it says",
  ],
  [
    'the operator is let in',
    { account: { ...awsAccount(), status: verified }, identity: denied },
    "unchecked: shared (111111111111) can't be entered: AccessDenied, it says; the operator itself is let in",
  ],
  [
    'it hangs',
    { account: awsAccount(), identity: undefined },
    'unchecked: AwsAccount/shared gave no answer within 1 s',
  ],
  [
    'the role is of another account',
    { account: awsAccount(), identity: { ok: false as const, error: awsError('WrongAccount') } },
    "failure: shared (111111111111) can't be entered: WrongAccount, it says",
  ],
  [
    'there is no role',
    {
      account: { ...awsAccount(), spec: { accountId: '111111111111', regions: ['eu-west-1'] } },
      identity: { ok: false as const, error: awsError('WrongAccount') },
    },
    'unchecked: shared has no roleArn: the operator is there as itself, and you are elsewhere',
  ],
])("an account can't be entered: %s", (_name, facts, finding) => {
  expect(told(accountFindings({ ...facts, regions: {} }, 1_000))).toEqual([finding]);
});

it('a region that hangs or fails leaves the others', () => {
  const { 'eu-west-1': well } = regions({ 'eu-west-1': facts('Allowed', 'ec2:A') });
  const found = accountFindings(
    {
      ...entered,
      regions: { 'eu-west-1': well, 'us-east-1': undefined, 'us-west-2': { ok: false, error: awsError('Transient') } },
    },
    1_000,
  );
  expect(told(found)).toEqual([
    'ok: shared (111111111111) can be entered',
    'unchecked: shared/us-east-1 gave no answer within 1 s',
    'failure: shared/us-west-2: Transient, it says',
    'ok: shared allows 1 of 1 action',
  ]);
});
