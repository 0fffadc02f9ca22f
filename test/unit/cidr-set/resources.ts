import type { AwsAccount } from '../../../src/api/aws-account.gen.js';
import type { CidrSet, CidrSetSpec } from '../../../src/api/cidr-set.gen.js';
import { AwsError } from '../../../src/aws/errors.js';
import type { Scope } from '../../../src/aws/scope.js';
import type { Outcome } from '../../../src/cidr-set/targets/kind.js';
import { type RuleChange, ruleChange, ruleOperation } from '../../../src/cidr-set/targets/security-groups/change.js';
import type { KubeObject } from '../../../src/kube/resource.js';
import { observedRule } from './build.js';

export const scope: Scope = { account: 'shared', accountId: '111111111111', region: 'eu-west-1' };

/** With the defaults that the API server fills in. */
export function cidrSet(spec: Partial<CidrSetSpec> = {}, more: Partial<CidrSet> = {}): CidrSet {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'CidrSet',
    metadata: { name: 'office', generation: 1 },
    spec: { allowAnywhere: false, guard: { grace: '1h' }, mode: 'Enforce', deletionPolicy: 'Delete', ...spec },
    ...more,
  };
}

export function gitlab(more: object = {}): Partial<CidrSetSpec> {
  const target = {
    name: 'gitlab',
    tags: { app: 'gitlab' },
    ports: ['tcp/443'],
    direction: 'Ingress' as const,
    via: 'Rules' as const,
  };
  return { targets: { securityGroups: [{ ...target, ...more }] } };
}

export function awsAccount(name: string, regions = ['eu-west-1'], labels: Record<string, string> = {}): AwsAccount {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'AwsAccount',
    metadata: { name, labels } satisfies KubeObject['metadata'],
    spec: { accountId: '111111111111', regions, rulesPerSecurityGroup: 60 },
  };
}

/** `tcp/443 203.0.113.0/24` on the group gitlab-nlb. */
export function change(kind: RuleChange['kind'], text: string, more: Partial<RuleChange> = {}): RuleChange {
  const { rule, weight } = observedRule(text);
  if (!rule) throw new Error(`not a rule: ${text}`);
  const object = { id: 'sg-1', name: 'gitlab-nlb' };
  return { ...ruleChange({ kind, object, rule, weight, description: '', sets: ['office'] }), ...more };
}

export function denial(): AwsError {
  const call = { ...scope, service: 'ec2', action: 'AuthorizeSecurityGroupIngress' };
  return new AwsError(call, { class: 'Denied', code: 'UnauthorizedOperation', message: 'ec2:CreateTags was denied' });
}

/** Of one operation, made of changes of one kind. */
export function outcome(result: Outcome['result'], ...changes: [RuleChange, ...RuleChange[]]): Outcome {
  const [{ kind, object, rule }] = changes;
  return { operation: ruleOperation(kind, rule.direction, object, changes), result };
}
