import type { CidrSet } from '../../../src/api/cidr-set.gen.js';
import { planScope } from '../../../src/cidr-set/plan.js';
import type { PlanInput as ScopeInput } from '../../../src/cidr-set/targets/kind.js';
import { type Finding, type PlanInput, planReport } from '../../../src/plan/finding.js';
import type { PlanReport } from '../../../src/plan/report.js';

/** What is to be done where `input` was read. */
function findingOf(input: ScopeInput): Finding {
  const { scope, quotas, observed } = input;
  const groups = observed.securityGroups?.ok ? observed.securityGroups.value : [];
  return { scope, plan: planScope(input), groups, quotas };
}

export function reportOf(
  inputs: readonly ScopeInput[],
  { endpoints = [], parts = [], problems = [], errors = [], ...more }: Partial<PlanInput> = {},
): PlanReport {
  return planReport({ findings: inputs.map(findingOf), endpoints, parts, problems, errors, calls: 9, ...more });
}

/** As YAML gives it, without defaults. */
export function written(name: string, spec: object = {}, more: object = {}): object {
  return { apiVersion: 'sallyport.dev/v1alpha1', kind: 'CidrSet', metadata: { name }, spec, ...more } satisfies Omit<
    CidrSet,
    'spec'
  > & { spec: object };
}
