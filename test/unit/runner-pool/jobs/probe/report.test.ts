import { expect, it } from '@jest/globals';
import type { RunnerPool, RunnerPoolStatus } from '../../../../../src/api/runner-pool.gen.js';
import { type ProbeJob, probeJob } from '../../../../../src/runner-pool/jobs/probe/job.js';
import { type ProbePod, probeReport } from '../../../../../src/runner-pool/jobs/probe/report.js';
import type { ProbeResult } from '../../../../../src/runner-pool/jobs/probe/result.js';
import { type PoolChanges, runnerPool } from '../../../../support/runner-pools.js';

const roleArn = 'arn:aws:iam::111111111111:role/ci-jobs';
const SESSION = 'arn:aws:sts::111111111111:assumed-role/ci-jobs/job';
const withRole = runnerPool({ aws: { roleArn, credentials: 'IRSA' } });
const ROUND = 1_800_000;
const seen = { image: 'sallyport:1', now: 1_000_000 * ROUND };

function jobName(pool: RunnerPool, input = seen): string {
  return probeJob(pool, input).metadata.name;
}

function job(pool: RunnerPool, type?: 'Complete' | 'Failed', message = ''): ProbeJob {
  const conditions = type ? [{ type, status: 'True' as const, reason: 'Ended', message }] : [];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { namespace: 'ci', name: jobName(pool) },
    status: { conditions },
  };
}

/** One that has ended so, after as many seconds. */
function pod(message: string, at = 0): ProbePod {
  const creationTimestamp = `2026-11-21T09:00:0${at}Z`;
  const status = { containerStatuses: [{ state: { terminated: { message } } }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `probe-${at}`, creationTimestamp }, status };
}

function saw(result: ProbeResult, at?: number): ProbePod {
  return pod(`${JSON.stringify(result)}\n`, at);
}

/** The pool with the result of a Job. */
function told(is: 'True' | 'False', proven?: string): RunnerPool {
  const condition = { type: 'JobsIsolated', status: is, reason: 'WrongRole', message: 'so it was' };
  const conditions = [{ ...condition, lastTransitionTime: '2026-11-21T09:00:00Z' }];
  const status: RunnerPoolStatus = { conditions, ...(proven && { jobs: { proven } }) };
  return { ...withRole, status };
}

it.each<{ what: string; pods: ProbePod[]; reason: string; words: string[] }>([
  {
    what: 'the metadata service answers',
    pods: [saw({ metadata: ['http://169.254.169.254'], identity: { arn: SESSION } })],
    reason: 'MetadataReachable',
    words: ['169.254.169.254', 'NetworkPolicies'],
  },
  {
    what: 'the role is another',
    pods: [saw({ metadata: [], identity: { arn: 'arn:aws:sts::111111111111:assumed-role/node/i-0a1b' } })],
    reason: 'WrongRole',
    words: ['assumed-role/node', roleArn],
  },
  {
    what: 'there is no role',
    pods: [
      pod(
        `(node:1) Warning\n${JSON.stringify({ metadata: [], identity: { error: 'AccessDenied: Not authorized' } })}\n`,
      ),
    ],
    reason: 'NoRole',
    words: [roleArn, 'AccessDenied: Not authorized', 'render trust-policy'],
  },
  {
    what: 'the latest pod saw something else',
    pods: [
      saw({ metadata: [], identity: { error: 'too early' } }, 1),
      saw({ metadata: ['http://169.254.169.254'], identity: { arn: SESSION } }, 3),
      pod('killed', 4),
      saw({ metadata: [], identity: { error: 'too early' } }, 2),
    ],
    reason: 'MetadataReachable',
    words: [],
  },
])('tells that $what', ({ pods, reason, words }) => {
  const { finding, proven } = probeReport(withRole, job(withRole, 'Failed'), pods);
  expect(finding).toMatchObject({ status: 'False', reason });
  for (const each of words) expect(finding.message).toContain(each);
  expect(proven).toBe(jobName(withRole));
});

it('tells what was proved', () => {
  const { finding, proven } = probeReport(withRole, job(withRole, 'Complete'), []);
  expect(finding).toMatchObject({ status: 'True', reason: 'Isolated' });
  expect(finding.message).toContain(roleArn);
  expect(proven).toBe(jobName(withRole));
});

it.each([{ pods: [] }, { pods: [pod('exec format error')] }, { pods: [pod('{"other":1}')] }])(
  'does not know where the Job has failed without a result: $pods',
  ({ pods }) => {
    const { finding } = probeReport(
      withRole,
      job(withRole, 'Failed', 'Job was active longer than specified deadline'),
      pods,
    );
    expect(finding).toMatchObject({ status: 'Unknown', reason: 'ProbeFailed' });
    expect(finding.message).toContain('longer than specified deadline');
  },
);

it('knows nothing before there was a Job', () => {
  expect(probeReport(withRole, undefined, []).finding).toMatchObject({ status: 'Unknown', reason: 'NotProbed' });
});

it.each([
  { what: 'of the day before', former: jobName(withRole, { ...seen, now: seen.now - 48 * ROUND }), stays: true },
  { what: 'of another image', former: jobName(withRole, { ...seen, image: 'sallyport:0' }), stays: false },
  { what: 'of no Job', former: undefined, stays: false },
])('goes on with the result $what while another Job is under way: $stays', ({ former, stays }) => {
  const { finding, proven } = probeReport(told('False', former), job(withRole), []);
  if (!stays) expect(finding).toMatchObject({ status: 'Unknown', reason: 'Probing' });
  else expect(finding).toEqual({ status: 'False', reason: 'WrongRole', message: 'so it was' });
  expect(proven).toBe(stays ? former : undefined);
});

it.each<{ what: string; changes: PoolChanges }>([
  { what: 'its role', changes: { aws: { roleArn: `${roleArn}-2`, credentials: 'IRSA' } } },
  { what: 'where jobs may go', changes: { network: { apiServer: false, nodes: true } } },
  { what: 'its isolation', changes: { isolation: { type: 'UserNamespaces' } } },
  { what: 'its nodes', changes: { nodes: { os: 'AL2023' } } },
])('is another Job when the pool changes $what', ({ changes }) => {
  expect(jobName(runnerPool(changes))).not.toBe(jobName(runnerPool()));
});

it.each([
  { is: 'True' as const, rounds: 47, again: false },
  { is: 'True' as const, rounds: 48, again: true },
  { is: 'False' as const, rounds: 0, again: false },
  { is: 'False' as const, rounds: 1, again: true },
])('is another Job, $rounds half-hours after one that said $is: $again', ({ is, rounds, again }) => {
  const first = jobName(withRole);
  const next = jobName(told(is, first), { ...seen, now: seen.now + rounds * ROUND + ROUND - 1 });
  expect(next !== first).toBe(again);
});

it('is another Job at once where the last one proved something else', () => {
  const former = jobName(withRole, { ...seen, image: 'sallyport:0' });
  expect(jobName(told('True', former))).toBe(jobName(withRole));
});

it('has a name that fits a label', () => {
  const pool = runnerPool();
  expect(jobName({ ...pool, metadata: { ...pool.metadata, name: 'p'.repeat(40) } }).length).toBeLessThanOrEqual(63);
});

it.each<{ what: string; changes: PoolChanges; spec: object }>([
  {
    what: 'on the nodes of the pool',
    changes: {},
    spec: {
      nodeSelector: { 'sallyport.dev/runner-pool': 'ci.builders' },
      tolerations: [
        { key: 'sallyport.dev/runner-pool', operator: 'Equal', value: 'ci.builders', effect: 'NoSchedule' },
        { key: 'sallyport.dev/unproven', operator: 'Exists', effect: 'NoSchedule' },
      ],
      serviceAccountName: 'builders-jobs',
    },
  },
  { what: 'in a user namespace', changes: { isolation: { type: 'UserNamespaces' } }, spec: { hostUsers: false } },
  {
    what: 'by Sysbox',
    changes: { isolation: { type: 'Sysbox' } },
    spec: { hostUsers: false, runtimeClassName: 'sysbox-runc' },
  },
  {
    what: 'by a runtime class',
    changes: { isolation: { type: 'Custom', runtimeClassName: 'kata' } },
    spec: { runtimeClassName: 'kata' },
  },
])('runs as a job would: $what', ({ changes, spec }) => {
  const { fields } = probeJob(runnerPool(changes), seen);
  expect(fields).toMatchObject({
    spec: { template: { metadata: { labels: { 'sallyport.dev/runner-pool': 'ci.builders' } }, spec } },
  });
});
