import type { RunnerPool, RunnerPoolSpec } from '../../api/runner-pool.gen.js';
import type { Rendered } from '../../plan/render.js';
import { jobsName } from './names.js';

type Aws = NonNullable<RunnerPoolSpec['aws']>;

/**
 * The trust policy of the role of the pool's jobs, which lets in them and nobody else. Provider and association are in the
 * role's own account.
 * @param oidcIssuer of the cluster, a URL; for IRSA only
 * @see https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export function renderTrustPolicy(pool: RunnerPool, { oidcIssuer }: { oidcIssuer?: string } = {}): Rendered {
  const { aws } = pool.spec;
  if (!aws) return refused('spec.aws is missing: jobs have no role');
  if (aws.credentials === 'PodIdentity') return rendered(podIdentity(pool, aws));
  const issuer = /^https:\/\/([^\s?#]+?)\/*$/.exec(oidcIssuer ?? '')?.[1];
  const way = '--oidc-issuer with what aws eks describe-cluster shows at cluster.identity.oidc.issuer';
  return issuer
    ? rendered(irsa(pool, aws, issuer))
    : refused(`credentials: IRSA needs the cluster's issuer; write ${way}`);
}

function irsa(pool: RunnerPool, { roleArn }: Aws, issuer: string) {
  const [, partition, , , account] = roleArn.split(':');
  const { namespace } = pool.metadata;
  return {
    Effect: 'Allow',
    Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${issuer}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${jobsName(pool)}`,
        [`${issuer}:aud`]: 'sts.amazonaws.com',
      },
    },
  };
}

function podIdentity(pool: RunnerPool, { roleArn, cluster }: Aws) {
  const [, partition, , , account] = roleArn.split(':');
  const { namespace } = pool.metadata;
  return {
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': `arn:${partition}:eks:${cluster?.region}:${account}:cluster/${cluster?.name}`,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': jobsName(pool),
      },
    },
  };
}

function rendered(statement: object): Rendered {
  return { ok: true, text: `${JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)}\n` };
}

function refused(message: string): Rendered {
  return { ok: false, message };
}
