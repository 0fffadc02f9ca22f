import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RUNNER_KEYS } from '../../../../src/runner-pool/manager/runner-keys.js';
import { mismatches } from '../../../../src/runner-pool/toml/shape.js';
import type { Table } from '../../../../src/runner-pool/toml/toml.js';
import { problemText } from '../../../../src/runner-pool/user-data/result.js';
import {
  configOf,
  configuredBy,
  everything,
  type ManagerChanges,
  managedPool,
  RESOLVER,
  runnerIn,
} from '../../../support/runner-managers.js';

const kubernetesOf = (changes?: ManagerChanges, resolver?: string) =>
  runnerIn(configuredBy(managedPool(changes), resolver)).kubernetes as Table;

const withConfig = (config: string, more: ManagerChanges = {}) =>
  managedPool({ ...more, gitlab: { ...more.gitlab, config } });

function refused(config: string, more?: ManagerChanges): string[] {
  const result = configOf(withConfig(config, more));
  return result.ok ? [] : result.problems.map(problemText);
}

it.each<[what: string, changes: ManagerChanges]>([
  ['the least', {}],
  ['all there is', everything],
  ['user namespaces', { isolation: { type: 'UserNamespaces' } }],
  ['privileged jobs', { isolation: { privileged: true }, acceptRisks: ['PrivilegedJobs'] }],
])('gitlab-runner knows each key, and takes its kind: %s', (_what, changes) => {
  const table = configuredBy(managedPool(changes), RESOLVER);
  expect(mismatches(table, RUNNER_KEYS)).toEqual([]);
});

it('jobs are where the pool is, and as whom it says', () => {
  expect(kubernetesOf(everything)).toMatchObject({
    namespace: 'ci',
    service_account: 'builders-jobs',
    automount_service_account_token: false,
    node_selector: { 'sallyport.dev/runner-pool': 'ci.builders' },
    node_tolerations: { 'sallyport.dev/runner-pool=ci.builders': 'NoSchedule', 'team=a': 'NoExecute' },
    pod_labels: { 'sallyport.dev/runner-pool': 'ci.builders' },
    pod_annotations: { 'karpenter.sh/do-not-disrupt': 'true' },
    cpu_request: '1',
    memory_limit: '4Gi',
    ephemeral_storage_limit: '20Gi',
  });
});

it('a taint that has two effects is tolerated with any', () => {
  const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({
    key: 'team',
    value: 'a',
    effect: effect as 'NoExecute',
  }));
  expect(kubernetesOf({ nodes: { taints } }).node_tolerations).toMatchObject({ 'team=a': '' });
});

it('who writes a job can overwrite nothing of where and as whom it runs', () => {
  const told = Object.entries(kubernetesOf()).filter(([key]) => key.endsWith('_overwrite_allowed'));
  expect(Object.fromEntries(told)).toEqual({
    bearer_token_overwrite_allowed: false,
    namespace_overwrite_allowed: '',
    service_account_overwrite_allowed: '',
    node_selector_overwrite_allowed: '',
    node_tolerations_overwrite_allowed: '',
    pod_labels_overwrite_allowed: '',
    pod_annotations_overwrite_allowed: '',
  });
});

it('jobs ask the resolver that there is, and it alone', () => {
  expect(kubernetesOf({}, RESOLVER)).toMatchObject({
    dns_policy: 'none',
    dns_config: { nameservers: [RESOLVER], searches: ['ci.svc.cluster.local', 'svc.cluster.local', 'cluster.local'] },
  });
  expect(Object.keys(kubernetesOf())).not.toContain('dns_policy');
});

it('the token is not in it', () => {
  expect(runnerIn(configuredBy(managedPool()))).toMatchObject({ token: '$RUNNER_TOKEN' });
});

describe('isolation', () => {
  const patches = [{ name: 'isolation', patch: '{"hostUsers":false}', patch_type: 'strategic' }];

  it.each<[type: string, isolation: ManagerChanges['isolation'], kubernetes: Table, patched: boolean]>([
    ['Standard', {}, { privileged: false, allow_privilege_escalation: false }, false],
    ['UserNamespaces', { type: 'UserNamespaces' }, { privileged: false }, true],
    ['Sysbox', { type: 'Sysbox' }, { privileged: false, runtime_class_name: 'sysbox-runc' }, true],
    ['Custom', { type: 'Custom', runtimeClassName: 'gvisor' }, { runtime_class_name: 'gvisor' }, false],
    ['privileged', { privileged: true }, { privileged: true }, false],
  ])('%s', (_type, isolation = {}, expected, patched) => {
    const runner = runnerIn(configuredBy(managedPool({ isolation })));
    expect(runner.kubernetes).toMatchObject({ ...expected, ...(patched && { pod_spec: patches }) });
    // A job that could set the flag could take the patch off.
    const flag = { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true };
    expect(runner.feature_flags).toEqual(patched ? flag : undefined);
  });

  it('a privileged job has to be able to gain privileges', () => {
    expect(Object.keys(kubernetesOf({ isolation: { privileged: true } }))).not.toContain('allow_privilege_escalation');
  });

  it("the user's patches alone count as well, whatever a job says", () => {
    const config = '[[runners]]\n[[runners.kubernetes.pod_spec]]\npatch = "hostname: job"';
    expect(runnerIn(configuredBy(withConfig(config)))).toMatchObject({
      feature_flags: { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true },
      kubernetes: { pod_spec: [{ patch: 'hostname: job' }] },
    });
  });

  it("the user's patches come first, in their order, so that they can't take it off", () => {
    const config = ['z', 'a'].map(
      (name) => `[[runners.kubernetes.pod_spec]]\nname = "${name}"\npatch = "hostUsers: true"`,
    );
    const pool = withConfig(`[[runners]]\n${config.join('\n')}`, { isolation: { type: 'UserNamespaces' } });
    const { pod_spec: applied } = runnerIn(configuredBy(pool)).kubernetes as Table;
    expect((applied as Table[]).map(({ name }) => name)).toEqual(['z', 'a', 'isolation']);
  });
});

describe("the user's config", () => {
  it('is merged with ours, and counts where ours is just a default', () => {
    const table = configuredBy(
      withConfig(`
        log_format = "text"
        [[runners]]
        output_limit = 8192
        [runners.kubernetes]
        poll_timeout = 60
        [runners.kubernetes.pod_labels]
        team = "a"
        [runners.kubernetes.pod_security_context.seccomp_profile]
        type = "Unconfined"`),
    );
    expect(table).toMatchObject({ concurrent: 10n, log_format: 'text' });
    expect(runnerIn(table)).toMatchObject({
      executor: 'kubernetes',
      output_limit: 8192n,
      kubernetes: {
        poll_timeout: 60n,
        pod_labels: { team: 'a', 'sallyport.dev/runner-pool': 'ci.builders' },
        pod_security_context: { seccomp_profile: { type: 'Unconfined' } },
      },
    });
  });

  it('may say what ours says', () => {
    expect(refused('concurrent = 10\n[[runners]]\nexecutor = "kubernetes"')).toEqual([]);
  });

  const ours = "take it out here, or change the pool's other fields";
  const risk = 'lets a job take over its node; write spec.isolation.privileged, and acceptRisks: [PrivilegedJobs]';

  it.each<[what: string, config: string, problem: string]>([
    ['does not parse', 'concurrent = ', 'spec.gitlab.config: line 1, column 14: '],
    ['has another value', 'concurrent = 40', `concurrent: is both 10 and 40; ${ours}`],
    ['has two runners', '[[runners]]\n[[runners]]', 'runners: has to be one [[runners]]'],
    ['has runners of another kind', 'runners = 1', 'runners: has to be one [[runners]]'],
    [
      'lets jobs overwrite',
      '[[runners]]\n[runners.kubernetes]\nservice_account_overwrite_allowed = ".*"',
      `runners.kubernetes.service_account_overwrite_allowed: is both "" and ".*"; ${ours}`,
    ],
    [
      'makes jobs privileged',
      '[[runners]]\n[runners.kubernetes]\nprivileged = true',
      `runners.kubernetes.privileged: is both false and true; ${ours}`,
    ],
    [
      'makes one container privileged',
      '[[runners]]\n[runners.kubernetes.service_container_security_context]\nprivileged = true',
      `runners.kubernetes.service_container_security_context.privileged: ${risk}`,
    ],
    [
      "gives jobs their node's network by a patch",
      '[[runners]]\n[[runners.kubernetes.pod_spec]]\npatch = "hostNetwork: true"',
      `runners.kubernetes.pod_spec: hostNetwork: ${risk}`,
    ],
    [
      'hides that from the eye, but not from Go',
      `[[runners]]\n[[runners.kubernetes.pod_spec]]\npatch = '{"\\u0068ostnetwork":true}'`,
      `runners.kubernetes.pod_spec: hostNetwork: ${risk}`,
    ],
    [
      'makes a container privileged by a list of operations',
      `[[runners]]\n[[runners.kubernetes.pod_spec]]
       patch = '[{"op":"add","path":"/containers/0/securityContext/privileged","value":true}]'`,
      `runners.kubernetes.pod_spec: privileged: ${risk}`,
    ],
    [
      'has jobs run as somebody else by a patch',
      `[[runners]]\n[[runners.kubernetes.pod_spec]]\npatch = '{"serviceAccountName":"default"}'`,
      "runners.kubernetes.pod_spec: serviceAccountName: is for the pool's other fields to say; take it out",
    ],
    [
      'says the same with a capital, which gitlab-runner overlooks',
      '[[runners]]\n[runners.kubernetes]\nPrivileged = true',
      'runners.kubernetes.Privileged: is what gitlab-runner takes for runners.kubernetes.privileged; write it so',
    ],
    [
      'has a value of another kind',
      '[[runners]]\n[runners.kubernetes]\npoll_timeout = "5m"',
      'runners.kubernetes.poll_timeout: is no whole number',
    ],
    [
      'has the key of the cache',
      '[[runners]]\n[runners.cache.s3]\nSecretKey = "hush"',
      'runners.cache.s3.SecretKey: is in the clear; write it into a Secret, for spec.gitlab.cache.secretName',
    ],
  ])('is refused where it %s', (_what, config, problem) => {
    expect(refused(config)).toEqual([expect.stringContaining(problem)]);
  });

  it('is refused with a token, which is not shown', () => {
    const problems = refused('[[runners]]\ntoken = "glrt-hush"');
    expect(problems).toEqual([expect.stringContaining('runners.token: is in the clear; write it into the Secret')]);
    expect(problems.join()).not.toContain('hush');
  });

  it.each([
    '[runners.kubernetes.service_container_security_context]\nprivileged = true',
    '[[runners.kubernetes.pod_spec]]\npatch = "hostNetwork: true"',
  ])('may have what takes over the node where the pool accepts it: %s', (kubernetes) => {
    expect(refused(`[[runners]]\n${kubernetes}`, { isolation: { privileged: true } })).toEqual([]);
  });

  it('may have patches that leave all that to the pool', () => {
    const patch = 'hostname: privileged-looking\\nvolumes: [{name: a, emptyDir: {}}]';
    expect(refused(`[[runners]]\n[[runners.kubernetes.pod_spec]]\npatch = "${patch}"`)).toEqual([]);
  });

  it('has keys that gitlab-runner may not know: they are named, and rendered', () => {
    const pool = withConfig('[[runners]]\n[runners.kubernetes]\nhost_users = false');
    expect(configOf(pool)).toMatchObject({
      ok: true,
      value: {
        text: expect.stringContaining('host_users = false'),
        notes: [{ path: 'spec.gitlab.config: runners.kubernetes.host_users' }],
      },
    });
  });
});

it('the same wishes give the same bytes, in whichever order and spelling', () => {
  const lines = ['output_limit=1', 'limit = 2 # mine', 'kubernetes.poll_interval=3', 'kubernetes.pod_labels.team="a"'];
  const taints = ['a', 'b', 'c'].map((key) => ({ key, effect: 'NoSchedule' as const }));
  const text = (own: readonly string[], some: typeof taints) => {
    const pool = withConfig(`check_interval = 5\r\n[[runners]]\n${own.join('\n\n')}`, { nodes: { taints: some } });
    return configOf(pool);
  };
  const all = fc.shuffledSubarray(lines, { minLength: lines.length });
  const some = fc.shuffledSubarray(taints, { minLength: taints.length });
  fc.assert(fc.property(all, some, (own, each) => expect(text(own, each)).toEqual(text(lines, taints))));
});
