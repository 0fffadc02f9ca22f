import { createHash } from 'node:crypto';
import type { V1JobSpec, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { RunnerPool } from '../../../api/runner-pool.gen.js';
import type { Condition } from '../../../kube/conditions.js';
import type { Desired } from '../../../kube/owned/part.js';
import { hardened, unprivileged } from '../../../kube/owned/pods.js';
import type { KubeObject, Resource } from '../../../kube/resource.js';
import { isolationOf, placementOf, UNPROVEN } from '../../pool.js';
import { jobLabels, jobsName } from '../names.js';

export interface ProbeInput {
  /** The operator's own. */
  image: string;
  /** Milliseconds since 1970. */
  now: number;
}

export interface ProbeJob extends KubeObject {
  status?: { conditions?: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>[] };
}

export const probeJobs: Resource<ProbeJob> = {
  group: 'batch',
  version: 'v1',
  plural: 'jobs',
  kind: 'Job',
  namespaced: true,
};

/** In which there is one Job at most. A node may have to be started first. */
const ROUND_MS = 1_800_000;
const DEADLINE_SECONDS = 1_500;
/** How many rounds a good result is good for: a day. A bad one is good for one. */
const GOOD_ROUNDS = 48;
/** An association in EKS takes a while until pods get by it. */
const RETRIES = 3;

/** Sees, where and as a job would run, what a job would. Another Job takes its place when what it proves changes, and in time. */
export function probeJob(pool: RunnerPool, { image, now }: ProbeInput): Desired {
  const { namespace = '' } = pool.metadata;
  const template = podTemplate(pool, image);
  const spec: V1JobSpec = { backoffLimit: RETRIES, activeDeadlineSeconds: DEADLINE_SECONDS, template };
  const subject = subjectOf(pool, template);
  return {
    resource: probeJobs,
    metadata: { namespace, name: `${subject}-${roundOf(pool, subject, now)}` },
    fields: { spec },
  };
}

/** Whether two Jobs, by their names, prove the same. */
export function proveTheSame(one: string, other: string): boolean {
  return split(one).subject === split(other).subject;
}

/** That of the Job whose result is still good; else the one that it is now. */
function roundOf({ status }: RunnerPool, subject: string, now: number): number {
  const current = Math.floor(now / ROUND_MS);
  const last = split(status?.jobs?.proven ?? '');
  const isGood = status?.conditions?.some((each) => each.type === 'JobsIsolated' && each.status === 'True');
  return last.subject === subject && current - last.round < (isGood ? GOOD_ROUNDS : 1) ? last.round : current;
}

function split(name: string): { subject: string; round: number } {
  const end = name.lastIndexOf('-');
  return { subject: name.slice(0, end), round: Number(name.slice(end + 1)) };
}

/** A Job's name, but for the round; its pods have it as a label, which takes 63 characters. */
function subjectOf({ metadata, spec: { network, nodes } }: RunnerPool, template: V1PodTemplateSpec): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([template, network, nodes]))
    .digest('hex');
  return `${metadata.name}-probe-${digest.slice(0, 8)}`;
}

function podTemplate(pool: RunnerPool, image: string): V1PodTemplateSpec {
  const { aws } = pool.spec;
  const { nodeSelector, tolerations } = placementOf(pool);
  return {
    metadata: { labels: jobLabels(pool) },
    spec: {
      ...unprivileged,
      nodeSelector,
      // A node takes jobs once a probe has run there, or on another.
      tolerations: [...tolerations, { ...UNPROVEN, operator: 'Exists' }],
      ...isolationOf(pool),
      serviceAccountName: jobsName(pool),
      restartPolicy: 'Never',
      containers: [
        {
          name: 'probe',
          image,
          args: ['probe', ...(aws ? ['--role-arn', aws.roleArn] : [])],
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          securityContext: hardened,
          // What it prints is the message of a pod that fails.
          terminationMessagePolicy: 'FallbackToLogsOnError',
        },
      ],
    },
  };
}
