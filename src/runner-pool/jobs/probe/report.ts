import type { RunnerPool } from '../../../api/runner-pool.gen.js';
import type { Finding } from '../../../kube/conditions.js';
import { type KubeObject, objectKey } from '../../../kube/resource.js';
import { type ProbeJob, proveTheSame } from './job.js';
import { isSessionOf, type ProbeResult } from './result.js';

export interface ProbePod extends KubeObject {
  status?: { containerStatuses?: { state?: { terminated?: { message?: string } } }[] };
}

export interface ProbeReport {
  /** Of the condition JobsIsolated. */
  finding: Finding;
  /** The Job whose result it is, for status.jobs. */
  proven?: string;
}

/**
 * What the Job proved; until it has, what the one before did, if that proved the same.
 * @param pods the Job's, those with the label batch.kubernetes.io/job-name
 */
export function probeReport(pool: RunnerPool, job: ProbeJob | undefined, pods: readonly ProbePod[]): ProbeReport {
  const { roleArn } = pool.spec.aws ?? {};
  if (!job) return { finding: { status: 'Unknown', reason: 'NotProbed', message: 'no probe has run yet' } };
  const proven = job.metadata.name;
  const ended = job.status?.conditions?.filter(({ status }) => status === 'True') ?? [];
  if (ended.some(({ type }) => type === 'Complete')) {
    const role = roleArn ? `, and STS knows it by ${roleArn}` : '';
    const message = `from a job's pod, no metadata service answers${role}`;
    return { finding: { status: 'True', reason: 'Isolated', message }, proven };
  }
  const failure = ended.find(({ type }) => type === 'Failed');
  if (!failure) return former(pool, proven);
  const result = resultOf(pods);
  if (result) return { finding: { status: 'False', ...verdict(result, roleArn) }, proven };
  const where = `Job ${objectKey(job.metadata)}`;
  const message = `${where} ended without a result: ${failure.message}; see kubectl describe on it and on its pods`;
  return { finding: { status: 'Unknown', reason: 'ProbeFailed', message }, proven };
}

function former({ status }: RunnerPool, current: string): ProbeReport {
  const { proven = '' } = status?.jobs ?? {};
  const condition = status?.conditions?.find(({ type }) => type === 'JobsIsolated');
  if (condition && proveTheSame(proven, current)) {
    const { status: is, reason, message } = condition;
    return { finding: { status: is, reason, message }, proven };
  }
  return { finding: { status: 'Unknown', reason: 'Probing', message: `Job ${current} is under way` } };
}

/** What the last of its pods that could tell has told. Its message has what else went to its log. */
function resultOf(pods: readonly ProbePod[]): ProbeResult | undefined {
  const byAge = [...pods].sort((a, b) => (createdAt(a) < createdAt(b) ? 1 : -1));
  const messages = byAge.flatMap(({ status }) =>
    (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.message ?? ''),
  );
  return messages
    .flatMap((message) => message.split('\n'))
    .map(parsed)
    .find((result) => result !== undefined);
}

function createdAt({ metadata }: ProbePod): string {
  return metadata.creationTimestamp ?? '';
}

function parsed(line: string): ProbeResult | undefined {
  try {
    const result: unknown = JSON.parse(line);
    return typeof result === 'object' && result !== null && 'metadata' in result ? (result as ProbeResult) : undefined;
  } catch {
    return undefined;
  }
}

function verdict({ metadata, identity }: ProbeResult, roleArn = ''): Pick<Finding, 'reason' | 'message'> {
  if (metadata.length > 0) {
    const next = "let the network plugin enforce NetworkPolicies, and from a pod's first moment on";
    const message = `from a job's pod, the metadata service answers at ${metadata.join(' and ')}; ${next}`;
    return { reason: 'MetadataReachable', message };
  }
  if (identity && 'arn' in identity && !isSessionOf(identity.arn, roleArn)) {
    const message = `STS knows a job by ${identity.arn}, and not by ${roleArn}; see to it that nothing else gives jobs credentials`;
    return { reason: 'WrongRole', message };
  }
  const why = identity && 'error' in identity ? identity.error : 'it did not say why';
  const next = 'give the role the policy that sallyport render trust-policy prints, and let jobs reach STS';
  return { reason: 'NoRole', message: `a job gets no credentials of ${roleArn}: ${why}; ${next}` };
}
