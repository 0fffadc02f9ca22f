import type { RunnerPool } from '../../api/runner-pool.gen.js';
import { irsaTrust, podIdentityTrust, type TrustDocument } from '../../iam/trust.js';
import type { Rendered } from '../../plan/render.js';
import { jobsName } from './names.js';

/**
 * The trust policy of the role of the pool's jobs, which lets in them and nobody else. Provider and association are in the
 * role's own account.
 * @param oidcIssuer of the cluster, a URL; for IRSA only
 */
export function renderTrustPolicy(pool: RunnerPool, { oidcIssuer }: { oidcIssuer?: string } = {}): Rendered {
  const { aws } = pool.spec;
  if (!aws) return refused('spec.aws is missing: jobs have no role');
  const { roleArn, credentials, cluster } = aws;
  const [, partition, , , account] = roleArn.split(':');
  const jobs = { namespace: pool.metadata.namespace ?? '', name: jobsName(pool) };
  if (credentials === 'PodIdentity') {
    return rendered(
      podIdentityTrust(jobs, `arn:${partition}:eks:${cluster?.region}:${account}:cluster/${cluster?.name}`),
    );
  }
  const issuer = /^https:\/\/([^\s?#]+?)\/*$/.exec(oidcIssuer ?? '')?.[1];
  const way = '--oidc-issuer with what aws eks describe-cluster shows at cluster.identity.oidc.issuer';
  return issuer
    ? rendered(irsaTrust(jobs, `arn:${partition}:iam::${account}:oidc-provider/${issuer}`))
    : refused(`credentials: IRSA needs the cluster's issuer; write ${way}`);
}

function rendered(document: TrustDocument): Rendered {
  return { ok: true, text: `${JSON.stringify(document, null, 2)}\n` };
}

function refused(message: string): Rendered {
  return { ok: false, message };
}
