import { expect, it } from '@jest/globals';
import type { RunnerPoolSpec } from '../../../../src/api/runner-pool.gen.js';
import { renderTrustPolicy } from '../../../../src/runner-pool/jobs/trust-policy.js';
import { runnerPool } from '../../../support/runner-pools.js';

const roleArn = 'arn:aws-cn:iam::111111111111:role/ci/jobs';
const irsa: RunnerPoolSpec['aws'] = { roleArn, credentials: 'IRSA' };
const podIdentity: RunnerPoolSpec['aws'] = {
  roleArn,
  credentials: 'PodIdentity',
  cluster: { account: 'ci', region: 'cn-north-1', name: 'prod' },
};

function statement(aws: RunnerPoolSpec['aws'], oidcIssuer?: string): object {
  const result = renderTrustPolicy(runnerPool(aws && { aws }), oidcIssuer ? { oidcIssuer } : {});
  if (!result.ok) throw new Error(result.message);
  const { Version, Statement } = JSON.parse(result.text);
  expect(Version).toBe('2012-10-17');
  expect(Statement).toHaveLength(1);
  return Statement[0];
}

it.each([
  'https://oidc.eks.cn-north-1.amazonaws.com.cn/id/AB12',
  'https://oidc.eks.cn-north-1.amazonaws.com.cn/id/AB12/',
])('lets in the service account of the jobs, as %s names it', (issuer) => {
  expect(statement(irsa, issuer)).toEqual({
    Effect: 'Allow',
    Principal: { Federated: 'arn:aws-cn:iam::111111111111:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/AB12' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        'oidc.eks.cn-north-1.amazonaws.com.cn/id/AB12:sub': 'system:serviceaccount:ci:builders-jobs',
        'oidc.eks.cn-north-1.amazonaws.com.cn/id/AB12:aud': 'sts.amazonaws.com',
      },
    },
  });
});

it('lets in EKS for the service account of the jobs in just this cluster', () => {
  expect(statement(podIdentity)).toEqual({
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': 'arn:aws-cn:eks:cn-north-1:111111111111:cluster/prod',
        'aws:RequestTag/kubernetes-namespace': 'ci',
        'aws:RequestTag/kubernetes-service-account': 'builders-jobs',
      },
    },
  });
});

it.each([
  { what: 'no role', aws: undefined, issuer: undefined, words: 'spec.aws is missing' },
  { what: 'no issuer', aws: irsa, issuer: undefined, words: '--oidc-issuer' },
  {
    what: 'an issuer that is none',
    aws: irsa,
    issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/AB12',
    words: '--oidc-issuer',
  },
])('says what is missing where there is $what', ({ aws, issuer, words }) => {
  expect(() => statement(aws, issuer)).toThrow(words);
});
