import { expect, it } from '@jest/globals';
import type { Statement } from '../../../src/iam/policy.js';
import { isAllowed } from '../../support/edge/iam/evaluate.js';

const question = { action: 'ec2:DeleteTags', resource: 'arn:aws:ec2:eu-west-1:1:security-group-rule/sgr-1', keys: {} };
const statement: Statement = { Sid: 'A', Effect: 'Allow', Action: ['ec2:DeleteTags'], Resource: '*' };
const tags = new Map([['sallyport.dev/owner', 'hub']]);
const owner = 'aws:ResourceTag/sallyport.dev/owner';

it.each<[string, Partial<Statement>, Record<string, string[]>, boolean]>([
  ['another action', { Action: ['ec2:CreateTags'] }, {}, false],
  ['an action by wildcard', { Action: ['ec2:Delete*'] }, {}, true],
  ['its resource by wildcard', { Resource: ['arn:aws:ec2:*:*:security-group-rule/*'] }, {}, true],
  ['a resource that only begins like it', { Resource: ['arn:aws:ec2:*:*:security-group/*'] }, {}, false],
  ["a resource's tag", { Condition: { StringEquals: { [owner]: 'hub' } } }, {}, true],
  ["a resource's tag of another value", { Condition: { StringEquals: { [owner]: 'other' } } }, {}, false],
  ['any value of a tag', { Condition: { StringLike: { [owner]: '*' } } }, {}, true],
  ['a tag that it has not', { Condition: { StringLike: { 'aws:ResourceTag/team': '*' } } }, {}, false],
  ['a key that is not given', { Condition: { StringEquals: { a: 'x' } } }, {}, false],
  ['a key, if it is given', { Condition: { StringEqualsIfExists: { a: 'x' } } }, {}, true],
  ['a key of another value, if it is given', { Condition: { StringEqualsIfExists: { a: 'x' } } }, { a: ['y'] }, false],
  ['all keys', { Condition: { 'ForAllValues:StringEquals': { a: ['x', 'y'] } } }, { a: ['y'] }, true],
  ['not all keys', { Condition: { 'ForAllValues:StringEquals': { a: ['x', 'y'] } } }, { a: ['y', 'z'] }, false],
  ['one of two conditions', { Condition: { StringEquals: { a: 'x', [owner]: 'other' } } }, { a: ['x'] }, false],
])('the edge as IAM: %s', async (_, change, keys, allowed) => {
  const policy = { Version: '2012-10-17' as const, Statement: [{ ...statement, ...change }] };
  expect(await isAllowed([policy], { ...question, keys }, async () => tags)).toBe(allowed);
});
