import { expect, it } from '@jest/globals';
import { MARKED, OWN, onlyTags, type Permission } from '../../../src/iam/permission.js';
import { permissions } from '../../../src/iam/permissions.js';
import { MAX_CHARACTERS, policiesFor } from '../../../src/iam/policy.js';
import { type ControllerName, controllerNames } from '../../../src/operator/controller-names.js';

const permission: Permission = {
  sid: 'Unmark',
  controller: 'cidr-set',
  feature: 'securityGroups',
  access: 'Write',
  actions: ['ec2:DeleteTags'],
  resources: ['ec2:*:*:security-group-rule/*'],
  conditions: [OWN, onlyTags('sallyport.dev/owner')],
  why: 'test',
};

it('names this install in its conditions, where it is told which', () => {
  expect(policiesFor([permission], { ownerId: 'hub', partition: 'aws-cn' })).toEqual([
    {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Unmark',
          Effect: 'Allow',
          Action: ['ec2:DeleteTags'],
          Resource: ['arn:aws-cn:ec2:*:*:security-group-rule/*'],
          Condition: {
            StringEquals: { 'aws:ResourceTag/sallyport.dev/owner': 'hub' },
            'ForAllValues:StringEquals': { 'aws:TagKeys': 'sallyport.dev/owner' },
          },
        },
      ],
    },
  ]);
});

it('takes marks of any install, where it is not', () => {
  const [document] = policiesFor([{ ...permission, conditions: [OWN, MARKED] }], { partition: 'aws' });
  expect(document?.Statement[0]?.Condition).toEqual({
    StringLike: { 'aws:ResourceTag/sallyport.dev/owner': '*', 'aws:RequestTag/sallyport.dev/owner': '*' },
  });
});

const uid = '8f14e45f-ceea-467f-a0e6-0a1b2c3d4e5f';
it.each<[string, readonly ControllerName[], number]>([
  ['all controllers', controllerNames, 3],
  ['private-link-endpoint', ['private-link-endpoint'], 1],
  ['runner-pool', ['runner-pool'], 1],
  ['those that are in the cluster alone', ['aws-account', 'proxy', 'interception'], 0],
])('fits %s into documents that IAM takes, and leaves nothing out', (_, controllers, count) => {
  const wanted = permissions.filter(({ controller }) => controllers.includes(controller));
  const documents = policiesFor(wanted, { ownerId: uid, partition: 'aws-us-gov' });
  expect(documents.map((each) => JSON.stringify(each).length).filter((size) => size > MAX_CHARACTERS)).toEqual([]);
  expect(documents.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid))).toEqual(wanted.map(({ sid }) => sid));
  expect(documents).toHaveLength(count);
});
