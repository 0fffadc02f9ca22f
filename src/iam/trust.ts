export interface TrustDocument {
  Version: '2012-10-17';
  Statement: readonly [TrustStatement];
}

interface TrustStatement {
  Effect: 'Allow';
  Principal: { AWS: string } | { Federated: string } | { Service: string };
  Action: string | readonly string[];
  Condition?: { StringEquals: Record<string, string> };
}

export interface ServiceAccount {
  namespace: string;
  name: string;
}

function trust(statement: Omit<TrustStatement, 'Effect'>): TrustDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
}

/** Lets Sallyport into an account. `principal`: ARN of its own role. */
export function accountTrust(principal: string, externalId?: string): TrustDocument {
  return trust({
    Principal: { AWS: principal },
    Action: 'sts:AssumeRole',
    ...(externalId && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  });
}

/**
 * Lets a service account in by IRSA.
 * @param provider ARN of the cluster's OIDC provider in IAM
 * @see https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 */
export function irsaTrust({ namespace, name }: ServiceAccount, provider: string): TrustDocument {
  const issuer = provider.slice(provider.indexOf('/') + 1);
  return trust({
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}`,
        [`${issuer}:aud`]: 'sts.amazonaws.com',
      },
    },
  });
}

/**
 * Lets a service account of an EKS cluster in by EKS Pod Identity.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export function podIdentityTrust({ namespace, name }: ServiceAccount, clusterArn: string): TrustDocument {
  return trust({
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': clusterArn,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': name,
      },
    },
  });
}
