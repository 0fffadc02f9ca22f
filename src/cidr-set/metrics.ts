import { Counter, Gauge } from 'prom-client';
import type { Scope } from '../aws/scope.js';
import { registry } from '../telemetry/metrics.js';
import type { ClusterOutcome } from './cluster/apply.js';
import type { ScopePlan } from './plan.js';
import { holdReasons, type Outcome } from './targets/kind.js';

const registers = [registry];

const operations = new Counter({
  name: 'sallyport_operations_total',
  help: 'Changing calls that were tried, by result: done or failed',
  labelNames: ['account', 'region', 'target', 'action', 'result'] as const,
  registers,
});

const drift = new Counter({
  name: 'sallyport_drift_total',
  help: 'Changes that a look had to make though no resource had changed since the look before',
  labelNames: ['account', 'region'] as const,
  registers,
});

const planned = new Gauge({
  name: 'sallyport_plan_changes',
  help: 'Changes that the last look found: those that were tried and those that are held',
  labelNames: ['account', 'region'] as const,
  registers,
});

const held = new Gauge({
  name: 'sallyport_changes_held',
  help: 'Changes that the last look found and that must not be made now, by reason',
  labelNames: ['account', 'region', 'reason'] as const,
  registers,
});

const owned = new Gauge({
  name: 'sallyport_entries_owned',
  help: 'Rules and entries of this install that the last look found, by set',
  labelNames: ['account', 'region', 'set'] as const,
  registers,
});

/** Of this cluster; account and region are empty. */
export function countClusterLook(outcomes: readonly ClusterOutcome[]): void {
  const here = { account: '', region: '' };
  for (const { operation, result } of outcomes) {
    const { target, action, repairs, changes } = operation;
    operations.inc({ ...here, target, action, result: result === 'Done' ? 'done' : 'failed' });
    if (repairs) drift.inc(here, changes.length);
  }
}

/** `drifted`: no resource changed since the look before. */
export function countLook(scope: Scope, plan: ScopePlan, outcomes: readonly Outcome[], drifted: boolean): void {
  const { account, region } = scope;
  const tried = plan.operations.reduce((sum, { changes }) => sum + changes.length, 0);
  for (const { operation, result } of outcomes) {
    if (result === 'NotTried') continue;
    const { target, action } = operation;
    operations.inc({ account, region, target, action, result: result === 'Done' ? 'done' : 'failed' });
  }
  if (drifted) drift.inc({ account, region }, tried);
  planned.set({ account, region }, tried + plan.held.length);
  for (const reason of holdReasons) {
    held.set({ account, region, reason }, plan.held.filter((change) => change.held === reason).length);
  }
  for (const [set, facts] of plan.sets) owned.set({ account, region, set }, facts.owned);
}
