import { expect, it } from '@jest/globals';
import type { ObservedAssociation } from '../../../../src/runner-pool/jobs/association/observe.js';
import { type AssociationWish, planAssociation, subjectOf } from '../../../../src/runner-pool/jobs/association/plan.js';
import { runnerPool } from '../../../support/runner-pools.js';

const A = 'arn:aws:iam::111111111111:role/a';
const B = 'arn:aws:iam::111111111111:role/b';
const ours: ObservedAssociation = {
  id: 'a-1',
  arn: 'arn:aws:eks:eu-west-1:111111111111:podidentityassociation/ci/a-1',
  roleArn: A,
  tags: { 'sallyport.dev/owner': 'owner', 'sallyport.dev/runner-pool': 'ci.builders', team: 'ci' },
};
const anothers = { ...ours, tags: { ...ours.tags, 'sallyport.dev/owner': 'other' } };
const ofAnotherPool = { ...ours, tags: { ...ours.tags, 'sallyport.dev/runner-pool': 'ci.others' } };

it.each<{
  what: string;
  wish: AssociationWish['wish'];
  observed?: ObservedAssociation;
  planned: object[];
  problem?: string;
}>([
  { what: 'makes it', wish: { roleArn: A }, planned: [{ action: 'CreatePodIdentityAssociation', roleArn: A }] },
  { what: 'leaves it as it is', wish: { roleArn: A }, observed: ours, planned: [] },
  {
    what: 'changes its role',
    wish: { roleArn: B },
    observed: ours,
    planned: [{ action: 'UpdatePodIdentityAssociation', id: 'a-1', roleArn: B }],
  },
  {
    what: 'removes it',
    wish: 'Delete',
    observed: ours,
    planned: [{ action: 'DeletePodIdentityAssociation', id: 'a-1' }],
  },
  { what: 'removes nothing where there is none', wish: 'Delete', planned: [] },
  {
    what: "makes it nobody's",
    wish: 'Release',
    observed: ours,
    planned: [
      { action: 'UntagResource', arn: ours.arn, tagKeys: ['sallyport.dev/owner', 'sallyport.dev/runner-pool'] },
    ],
  },
  { what: "leaves another's alone", wish: { roleArn: B }, observed: anothers, planned: [], problem: 'NotOurs' },
  {
    what: "leaves another's alone that is just so",
    wish: { roleArn: A },
    observed: anothers,
    planned: [],
    problem: 'NotOurs',
  },
  {
    what: "leaves another pool's alone",
    wish: { roleArn: B },
    observed: ofAnotherPool,
    planned: [],
    problem: 'NotOurs',
  },
  { what: "does not remove another's", wish: 'Delete', observed: anothers, planned: [] },
])('$what', ({ wish, observed, planned, problem }) => {
  const pool = runnerPool();
  const subject = subjectOf(pool, 'prod');
  const plan = planAssociation({ pool, ownerId: 'owner', subject, wish }, observed);
  expect(plan.operations).toMatchObject(planned);
  expect(plan.operations).toHaveLength(planned.length);
  expect(plan.problem?.reason).toBe(problem);
  expect(subject).toEqual({ cluster: 'prod', namespace: 'ci', serviceAccount: 'builders-jobs' });
});

it('marks what it makes', () => {
  const pool = runnerPool();
  const { operations } = planAssociation(
    { pool, ownerId: 'owner', subject: subjectOf(pool, 'prod'), wish: { roleArn: A } },
    undefined,
  );
  const { team: _, ...marks } = ours.tags;
  expect(operations).toMatchObject([{ tags: marks }]);
});
