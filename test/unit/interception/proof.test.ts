import { describe, expect, it } from '@jest/globals';
import { judge, type Look, type ProofInput, privateNameProblem } from '../../../src/interception/proof.js';
import { rewrites } from './build.js';

const PUBLIC = 'gitlab.example.com';
const PRIVATE = 'gitlab.privatelink.example.com';
const CANARY = 'sallyport-canary.gitlab.example.com';
const KUBERNETES = 'kubernetes.default.svc.cluster.local';

const well = { [PUBLIC]: '10.0.0.1', [PRIVATE]: '10.0.0.1', [CANARY]: 'NXDOMAIN', [KUBERNETES]: '10.96.0.1' };
const baseline = { before: { [CANARY]: 'NXDOMAIN', [KUBERNETES]: '10.96.0.1' }, reloadFailures: { a: 3, b: 0 } };

/** Pod a, but for what is different. */
function look(answers: Record<string, string> = {}, reloads?: Look['reloads']): Look {
  return { pod: 'a', answers: { ...well, ...answers }, ...(reloads && { reloads }) };
}
const silent = look(Object.fromEntries(Object.keys(well).map((name) => [name, 'no answer'])));
const b: Look = { pod: 'b', answers: well };

function verdict(a: Look, more: Partial<ProofInput> = {}): string {
  const { state, reason, hosts, resolvers } = judge({ rewrites, looks: [a, b], overdue: false, baseline, ...more });
  return `${state} ${reason} ${hosts} ${resolvers}`;
}

describe('while a change is being proved', () => {
  it.each<[what: string, a: Look, soon: string, overdue: string]>([
    ['all is well', look(), 'Verified Verified 1 2', 'Verified Verified 1 2'],
    [
      'a resolver has not loaded it',
      look({ [PUBLIC]: '192.0.2.1' }),
      'Pending NotIntercepted 0 1',
      'Failed NotIntercepted 0 1',
    ],
    [
      'some addresses are others',
      look({ [PUBLIC]: '10.0.0.1, 192.0.2.1' }),
      'Pending NotIntercepted 0 1',
      'Failed NotIntercepted 0 1',
    ],
    [
      'the private name has gone',
      look({ [PRIVATE]: 'NXDOMAIN', [PUBLIC]: 'NXDOMAIN' }),
      'Pending PrivateNameUnresolved 0 1',
      'Failed PrivateNameUnresolved 0 1',
    ],
    [
      'names beneath lead to the endpoint',
      look({ [CANARY]: '10.0.0.1' }),
      'Pending OtherNameChanged 1 1',
      'Failed OtherNameChanged 1 1',
    ],
    [
      'names beneath fail',
      look({ [CANARY]: 'SERVFAIL' }),
      'Pending OtherNameChanged 1 1',
      'Failed OtherNameChanged 1 1',
    ],
    [
      "the cluster's names are gone",
      look({ [KUBERNETES]: 'NXDOMAIN' }),
      'Pending OtherNameChanged 1 1',
      'Failed OtherNameChanged 1 1',
    ],
    ['names beneath have moved', look({ [CANARY]: '192.0.2.9' }), 'Verified Verified 1 2', 'Verified Verified 1 2'],
    ['a reload failed', look({}, { failures: 4 }), 'Failed ReloadFailed 1 1', 'Failed ReloadFailed 1 1'],
    ['reloads had failed before', look({}, { failures: 3 }), 'Verified Verified 1 2', 'Verified Verified 1 2'],
    [
      'the hash is that of another Corefile',
      look({}, { failures: 3, hash: 'x' }),
      'Pending NotLoaded 1 1',
      'Verified Verified 1 1',
    ],
    [
      'the hash is the expected one',
      look({}, { failures: 3, hash: 'y' }),
      'Verified Verified 1 2',
      'Verified Verified 1 2',
    ],
    ['a pod does not answer', silent, 'Pending ResolverUnreachable 0 1', 'Unreachable ResolverUnreachable 0 1'],
  ])('%s', (_what, a, soon, overdue) => {
    expect(verdict(a, { hash: 'y' })).toBe(soon);
    expect(verdict(a, { hash: 'y', overdue: true })).toBe(overdue);
  });

  it('is not taken for proved, nor for ever on its way, by nobody', () => {
    const nobody = { rewrites, looks: [], baseline };
    expect(judge({ ...nobody, overdue: false })).toMatchObject({ state: 'Pending', reason: 'NoResolvers' });
    expect(judge({ ...nobody, overdue: true })).toMatchObject({ state: 'Failed', reason: 'NoResolvers' });
  });
});

it('says, at rest, what is wrong, and never that a change has failed', () => {
  const atRest = { looks: [look({ [PUBLIC]: '192.0.2.1' })], rewrites, overdue: true };
  expect(judge(atRest)).toMatchObject({
    state: 'Pending',
    reason: 'NotIntercepted',
    message: 'a says 192.0.2.1 for gitlab.example.com, not 10.0.0.1',
  });
  expect(judge({ ...atRest, looks: [look()] }).state).toBe('Verified');
});

it.each([
  [undefined, [look({ [PUBLIC]: '192.0.2.1' }), b]],
  ['PrivateNameUnresolved', [b, look({ [PRIVATE]: 'NXDOMAIN' })]],
  ['ResolverUnreachable', [b, silent]],
  ['NoResolvers', []],
])('before a change: %s', (reason, looks) => {
  expect(privateNameProblem(rewrites, looks)?.reason).toBe(reason);
});
