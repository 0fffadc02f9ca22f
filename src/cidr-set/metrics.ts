import { Counter, Gauge } from 'prom-client';
import type { Scope } from '../aws/scope.js';
import { registry } from '../telemetry/metrics.js';
import type { Outcome } from './apply.js';
import { holdReasons } from './change.js';
import type { ScopePlan } from './plan.js';

const changes = new Counter({
  name: 'sallyport_rule_changes_total',
  help: 'Rule changes that were tried, by result: done or failed',
  labelNames: ['account', 'region', 'kind', 'result'] as const,
  registers: [registry],
});

const held = new Gauge({
  name: 'sallyport_rule_changes_held',
  help: 'Rule changes that the last look found and that must not be made now, by reason',
  labelNames: ['account', 'region', 'reason'] as const,
  registers: [registry],
});

export function countLook({ account, region }: Scope, plan: ScopePlan, outcomes: readonly Outcome[]): void {
  for (const { operation, result } of outcomes) {
    if (result === 'NotTried') continue;
    const labels = { account, region, kind: operation.kind, result: result === 'Done' ? 'done' : 'failed' };
    changes.inc(labels, operation.changes.length);
  }
  for (const reason of holdReasons) {
    held.set({ account, region, reason }, plan.held.filter((change) => change.held === reason).length);
  }
}
