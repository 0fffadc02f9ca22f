import { Readable } from 'node:stream';
import {
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { expect, it } from '@jest/globals';
import { ServiceScope } from '../../../src/aws/call.js';
import { Limiter } from '../../../src/aws/limiter.js';
import type { Ec2Scope } from '../../../src/aws/services.js';
import { registry } from '../../../src/telemetry/metrics.js';

const target = { account: 'shared', accountId: '111111111111', region: 'eu-west-1', service: 'ec2' };

type Reply = { status?: number; body: string } | Error;

/** EC2 that answers attempts one by one, and the bodies of the attempts. */
function ec2With(replies: Reply[], signal?: AbortSignal): { ec2: Ec2Scope; attempts: URLSearchParams[] } {
  const attempts: URLSearchParams[] = [];
  const handle = async ({ body }: { body: string }) => {
    attempts.push(new URLSearchParams(body));
    const reply = replies.shift() ?? new Error('one attempt too many');
    if (reply instanceof Error) throw reply;
    return { response: { statusCode: reply.status ?? 200, headers: {}, body: Readable.from([reply.body]) } };
  };
  const client = new EC2Client({
    region: target.region,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 3,
    requestHandler: { handle } as never,
  });
  return { ec2: new ServiceScope(client, target, new Limiter(), signal), attempts };
}

function page(ids: string[], token?: string): Reply {
  const items = ids.map((id) => `<item><groupId>${id}</groupId></item>`).join('');
  const next = token ? `<nextToken>${token}</nextToken>` : '';
  return { body: `<R><securityGroupInfo>${items}</securityGroupInfo>${next}</R>` };
}

function failure(code: string, status: number): Reply {
  const body = `<Response><Errors><Error><Code>${code}</Code><Message>m</Message></Error></Errors></Response>`;
  return { status, body };
}

const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

function allGroups(ec2: Ec2Scope) {
  return ec2.all(
    (NextToken) => new DescribeSecurityGroupsCommand({ MaxResults: 1000, NextToken }),
    ({ SecurityGroups }) => SecurityGroups?.map(({ GroupId }: SecurityGroup) => GroupId),
  );
}

it.each<[string, Reply[], string[]]>([
  ['one page', [page(['sg-1', 'sg-2'])], ['sg-1', 'sg-2']],
  ['three pages', [page(['sg-1'], 'a'), page(['sg-2'], 'b'), page(['sg-3'])], ['sg-1', 'sg-2', 'sg-3']],
  ['an empty first page', [page([], 'a'), page(['sg-1'])], ['sg-1']],
  ['an empty page between others', [page(['sg-1'], 'a'), page([], 'b'), page(['sg-2'])], ['sg-1', 'sg-2']],
  ['a page that comes at the second attempt', [page(['sg-1'], 'a'), reset, page(['sg-2'])], ['sg-1', 'sg-2']],
])('reads %s', async (_, replies, value) => {
  const { ec2 } = ec2With(replies);
  expect(await allGroups(ec2)).toEqual({ ok: true, value });
});

it.each<[string, Reply[], string, string]>([
  ['the first page fails', [failure('UnauthorizedOperation', 403)], 'Denied', 'UnauthorizedOperation'],
  ['a later page fails', [page(['sg-1'], 'a'), failure('InvalidNextToken', 400)], 'Invalid', 'InvalidNextToken'],
  ['a token comes again', [page(['sg-1'], 'a'), page(['sg-2'], 'a')], 'Transient', 'RepeatedToken'],
  ['every attempt fails', [reset, reset, reset], 'Transient', 'ECONNRESET'],
])('gives nothing when %s', async (_, replies, errorClass, code) => {
  const { ec2 } = ec2With(replies);
  expect(await allGroups(ec2)).toMatchObject({
    ok: false,
    error: { class: errorClass, code, service: 'ec2', action: 'DescribeSecurityGroups', account: 'shared' },
  });
});

it('repeats an attempt with the same client token', async () => {
  const { ec2, attempts } = ec2With([reset, { body: '<R/>' }]);
  await ec2.send(new CreateManagedPrefixListCommand({ PrefixListName: 'p', MaxEntries: 1, AddressFamily: 'IPv4' }));
  const [first, second] = attempts.map((params) => params.get('ClientToken'));
  expect(first).toBeTruthy();
  expect(second).toBe(first);
});

it('asks no further when aborted', async () => {
  const { ec2, attempts } = ec2With([], AbortSignal.abort());
  expect(await allGroups(ec2)).toMatchObject({ ok: false, error: { class: 'Transient' } });
  expect(attempts).toHaveLength(0);
});

it('counts each attempt, as AWS does', async () => {
  const { ec2 } = ec2With([failure('RequestLimitExceeded', 503), reset, { body: '<R/>' }]);
  await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'g', Description: 'd' }));
  const { values } = (await registry.getSingleMetric('sallyport_aws_calls_total')?.get()) ?? { values: [] };
  const of = { account: 'shared', region: 'eu-west-1', service: 'ec2', action: 'CreateSecurityGroup' };
  expect(values.filter(({ labels }) => labels.action === of.action)).toEqual([
    { labels: { ...of, result: 'Throttled' }, value: 1 },
    { labels: { ...of, result: 'Transient' }, value: 1 },
    { labels: { ...of, result: 'ok' }, value: 1 },
  ]);
});
