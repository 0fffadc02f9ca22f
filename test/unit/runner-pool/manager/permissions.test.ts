import { expect, it } from '@jest/globals';
import { rulesOf } from '../../../../src/runner-pool/manager/permissions.js';
import { configuredBy, managedPool, runnerIn } from '../../../support/runner-managers.js';

/** `get pods`, and so on. */
function granted(config = ''): string[] {
  const runner = runnerIn(configuredBy(managedPool({ gitlab: { config: `[[runners]]\n${config}` } })));
  return rulesOf(runner).flatMap(({ verbs, resources = [] }) => verbs.map((verb) => `${verb} ${resources.join()}`));
}

const usual = granted();

it.each<[what: string, config: string, more: string[], fewer: string[]]>([
  ['nothing of its own', '', [], []],
  ['all events', 'feature_flags.FF_PRINT_POD_EVENTS = true', ['watch events'], []],
  ['no events', 'kubernetes.print_pod_warning_events = false', [], ['list events']],
  [
    'budgets for jobs',
    'kubernetes.pod_disruption_budget = true',
    ['create poddisruptionbudgets', 'get poddisruptionbudgets'],
    [],
  ],
  [
    'exec in the place of attach',
    'feature_flags.FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY = true',
    [],
    ['create pods/attach', 'get pods/attach', 'get pods/log', 'list pods/log'],
  ],
])('a config with %s gets what it needs, and no more', (_what, config, more, fewer) => {
  const rules = granted(config);
  expect(rules.filter((rule) => !usual.includes(rule))).toEqual(more);
  expect(usual.filter((rule) => !rules.includes(rule))).toEqual(fewer);
});

it('it may not give permissions, nor change what it is itself', () => {
  expect(usual.filter((rule) => /role|deployment|patch|escalate|bind|impersonate|\*/.test(rule))).toEqual([]);
});
