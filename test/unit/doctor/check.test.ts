import { expect, it } from '@jest/globals';
import { createColors } from 'picocolors';
import { runCheck } from '../../../src/doctor/check.js';
import { accessFindings } from '../../../src/doctor/cluster/access.js';
import { rightsFindings } from '../../../src/doctor/cluster/rights.js';
import type { Finding } from '../../../src/doctor/finding.js';
import { doctorReport } from '../../../src/doctor/report.js';
import { doctorText } from '../../../src/doctor/text.js';
import { refused } from '../../../src/kube/error.js';
import { told } from './build.js';

const look = { check: 'dns', subject: 'cluster DNS' } as const;

it('what hangs, heedless of its signal, is not waited for', async () => {
  const found = await runCheck({ ...look, run: () => new Promise<never>(() => {}) }, 10);
  expect(told(found)).toEqual(['unchecked: cluster DNS gave no answer within 0.01 s']);
});

it('what fails because its time is over is late, too', async () => {
  const run = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  expect(told(await runCheck({ ...look, run }, 10))).toEqual(['unchecked: cluster DNS gave no answer within 0.01 s']);
});

it('what may not be read is told as such', async () => {
  const error = refused('list Pod', 403, { reason: 'Forbidden', message: 'no' });
  const [finding] = await runCheck({ ...look, run: () => Promise.reject(error) }, 1_000);
  expect(finding).toMatchObject({
    level: 'unchecked',
    message: 'list Pod: Forbidden: no',
    next: expect.stringContaining('sallyport-doctor'),
  });
});

it('a mistake of ours is not taken for a finding', async () => {
  await expect(runCheck({ ...look, run: () => Promise.reject(new TypeError('ours')) }, 1_000)).rejects.toThrow('ours');
});

const findings: Finding[] = [
  { check: 'accounts', subject: 'b', level: 'failure', message: 'b is denied', next: 'let it in' },
  { check: 'cluster', subject: 'k', level: 'ok', message: 'Kubernetes' },
  { check: 'accounts', subject: 'a', level: 'ok', message: 'a is in' },
  { check: 'accounts', subject: 'c', level: 'ok', message: 'c is in' },
  { check: 'dns', subject: 'd', level: 'unchecked', message: 'no\u001b[2Jway', next: 'look' },
];

it('prints a line for what is well of each check, one for each other finding, and a sum', () => {
  const text = doctorText(doctorReport(findings), createColors(false));
  expect(text).not.toContain('\u001b');
  expect(text.split('\n')).toEqual([
    'cluster      ok        Kubernetes',
    expect.stringMatching(/^dns {10}\? {9}no.*way$/),
    '                       → look',
    'accounts     ok        a is in; c is in',
    '             failure   b is denied',
    '                       → let it in',
    '',
    '3 ok, 1 failure, 1 not checked',
    '',
  ]);
});

it('names the first of many that are well', () => {
  const many = Array.from(
    { length: 9 },
    (_, i): Finding => ({ check: 'accounts', subject: '', level: 'ok', message: `a${i}` }),
  );
  expect(doctorText(doctorReport(many), createColors(false))).toContain('a4; a5 and 3 more\n');
});

const review = { verb: 'list', group: '', resource: 'pods', namespace: 'kube-system' };

it('what RBAC refuses is told in the words of kubectl', () => {
  expect(told(accessFindings([]))).toEqual(['ok: you may read all that is looked at']);
  expect(told(accessFindings([{ ...review, checks: ['dns'] }]))).toEqual([
    'unchecked: you may not list pods in kube-system, which dns would take',
  ]);
  const [denied] = rightsFindings({
    serviceAccount: 'ci/sallyport',
    denied: [{ verb: 'create', group: 'apps', resource: 'deployments' }],
  });
  expect(denied).toMatchObject({
    level: 'failure',
    message: "the operator's ci/sallyport may not create deployments.apps",
    next: expect.stringMatching(
      /kubectl auth can-i create deployments\.apps -A --as=system:serviceaccount:ci:sallyport$/,
    ),
  });
});
