import { expect, it } from '@jest/globals';
import { AwsError } from '../../../src/aws/errors.js';
import type { Places } from '../../../src/aws/places.js';
import { applyOperations } from '../../../src/private-link-endpoint/apply.js';
import type { Operation } from '../../../src/private-link-endpoint/operation.js';

const call = { account: 'team-a', accountId: '1', region: 'eu-west-1', service: 'ec2', action: 'DeleteSecurityGroup' };
const refusal = new AwsError(call, { class: 'Invalid', code: 'No', message: 'no' });

/** In the lane `a`, of the chain behind it, if any: `a one`. */
function operation(text: string, GroupId: string): Operation {
  const [lane = '', chain] = text.split(' ');
  return {
    lane,
    ...(chain && { chain }),
    place: call,
    sign: '-',
    what: GroupId,
    done: 'GroupDeleted',
    request: { action: 'DeleteSecurityGroup', input: { GroupId } },
  };
}

async function run(operations: Operation[], answer: (id: string) => object, signal = new AbortController().signal) {
  const sent: string[] = [];
  const send = async ({ input: { GroupId } }: { input: { GroupId: string } }) => {
    sent.push(GroupId);
    return GroupId.startsWith('bad') ? { ok: false, error: refusal } : { ok: true, value: answer(GroupId) };
  };
  const places = { open: async () => ({ ok: true, value: { ec2: { send, target: call } } }) } as unknown as Places;
  const outcomes = await applyOperations(operations, places, signal);
  return { sent, results: outcomes.map(({ result }) => (result instanceof AwsError ? result.code : result)) };
}

const nothing = () => ({});

it('stops a lane at the first failure, and no other lane', async () => {
  const operations = [operation('a', 'bad'), operation('a', 'x'), operation('b', 'y')];
  const { sent, results } = await run(operations, nothing);
  expect(results).toEqual(['No', 'NotTried', 'Done']);
  expect(sent.sort()).toEqual(['bad', 'y']);
});

it('goes on in a lane with other chains', async () => {
  const operations = [operation('a one', 'bad'), operation('a two', 'x'), operation('a one', 'y')];
  expect((await run(operations, nothing)).results).toEqual(['No', 'Done', 'NotTried']);
});

it('tells a failure that comes with a success', async () => {
  const Unsuccessful = [{ ResourceId: 'x', Error: { Code: 'InvalidState', Message: 'not now' } }];
  expect((await run([operation('a', 'x')], () => ({ Unsuccessful }))).results).toEqual(['InvalidState']);
});

it('begins nothing when the process is to end', async () => {
  const { sent, results } = await run([operation('a', 'x')], nothing, AbortSignal.abort());
  expect([sent, results]).toEqual([[], ['NotTried']]);
});
