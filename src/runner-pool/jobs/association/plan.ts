import { OWNER_TAG } from '../../../api/marks.js';
import type { Problem } from '../../../api/problem.js';
import type { RunnerPool } from '../../../api/runner-pool.gen.js';
import { POOL_KEY, poolId } from '../../pool.js';
import { jobsName } from '../names.js';
import type { ObservedAssociation, Subject } from './observe.js';

/** One call to EKS, which needs no token of ours: it refuses a second association of the same subject. */
export type AssociationOperation = { subject: Subject } & (
  | { action: 'CreatePodIdentityAssociation'; roleArn: string; tags: Record<string, string> }
  | { action: 'UpdatePodIdentityAssociation'; id: string; roleArn: string }
  | { action: 'DeletePodIdentityAssociation'; id: string }
  | { action: 'UntagResource'; arn: string; tagKeys: string[] }
);

export interface AssociationWish {
  pool: RunnerPool;
  ownerId: string;
  subject: Subject;
  /** What is to become of ours: it gives this role, goes, or stays as nobody's. */
  wish: { roleArn: string } | 'Delete' | 'Release';
}

export interface AssociationPlan {
  /** At most one. */
  operations: AssociationOperation[];
  problem?: Problem;
}

/** Of a pool's jobs in a cluster. */
export function subjectOf({ metadata }: RunnerPool, cluster: string): Subject {
  return { cluster, namespace: metadata.namespace ?? '', serviceAccount: jobsName({ metadata }) };
}

/** What makes the observed association what it is to be. One that this install did not make for the pool is left alone. */
export function planAssociation(
  { pool, ownerId, subject, wish }: AssociationWish,
  observed: ObservedAssociation | undefined,
): AssociationPlan {
  const tags = { [OWNER_TAG]: ownerId, [POOL_KEY]: poolId(pool) };
  const wanted = typeof wish === 'object' ? wish.roleArn : undefined;
  const plan = (operation: AssociationOperation) => ({ operations: [operation] });
  if (!observed) {
    if (!wanted) return { operations: [] };
    return plan({ subject, action: 'CreatePodIdentityAssociation', roleArn: wanted, tags });
  }
  if (Object.entries(tags).some(([key, value]) => observed.tags[key] !== value)) {
    return { operations: [], ...(wanted && { problem: notOurs(observed, subject) }) };
  }
  const { id, arn } = observed;
  if (wanted === observed.roleArn) return { operations: [] };
  if (wanted) return plan({ subject, action: 'UpdatePodIdentityAssociation', id, roleArn: wanted });
  if (wish === 'Release') return plan({ subject, action: 'UntagResource', arn, tagKeys: Object.keys(tags) });
  return plan({ subject, action: 'DeletePodIdentityAssociation', id });
}

function notOurs({ id, roleArn }: ObservedAssociation, { cluster, namespace, serviceAccount }: Subject): Problem {
  const what = `association ${id} of ${namespace}/${serviceAccount} in EKS cluster ${cluster}`;
  return {
    reason: 'NotOurs',
    message: `${what} gives ${roleArn}, was not made for this by Sallyport, and is left alone; delete it`,
  };
}
