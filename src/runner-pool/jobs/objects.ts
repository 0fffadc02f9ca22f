import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { Desired } from '../../kube/owned/part.js';
import { networkPolicies } from '../../kube/owned/resources.js';
import type { Resource } from '../../kube/resource.js';
import { jobsName } from './names.js';
import { jobPolicies, type NetworkInput } from './network-policies.js';
import { type ProbeInput, probeJob, probeJobs } from './probe/job.js';

export interface JobsInput extends NetworkInput {
  /** Absent: none is made, because there is nowhere yet for it to run. */
  probe?: ProbeInput;
}

export const serviceAccounts: Resource = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
};

export const jobKinds: readonly Resource[] = [serviceAccounts, networkPolicies, probeJobs];

/** Whether anything is made for jobs: a pool may have nodes alone. */
export function hasJobs({ spec }: RunnerPool): boolean {
  return spec.gitlab !== undefined || spec.aws !== undefined;
}

/** What jobs run as and where they may go, in the order in which it is made; last, what proves it. */
export function jobObjects(pool: RunnerPool, input: JobsInput): Desired[] {
  return [serviceAccount(pool), ...jobPolicies(pool, input), ...(input.probe ? [probeJob(pool, input.probe)] : [])];
}

/** Its token is for AWS alone: EKS's webhook mounts one of its own. */
function serviceAccount(pool: RunnerPool): Desired {
  const { aws } = pool.spec;
  const { namespace = '' } = pool.metadata;
  const annotations = aws?.credentials === 'IRSA' ? { 'eks.amazonaws.com/role-arn': aws.roleArn } : {};
  return {
    resource: serviceAccounts,
    metadata: { namespace, name: jobsName(pool), annotations },
    fields: { automountServiceAccountToken: false },
  };
}
