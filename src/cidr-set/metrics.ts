import { Counter, Gauge } from 'prom-client';
import { type Scope, scopeKey } from '../aws/scope.js';
import { groupBy } from '../group-by.js';
import { registry } from '../telemetry/metrics.js';
import { countOperation } from '../telemetry/operations.js';
import type { ClusterOutcome } from './cluster/apply.js';
import type { ClusterPlan } from './cluster/plan.js';
import type { SetFacts } from './facts.js';
import type { ScopePlan } from './plan.js';
import type { Outcome } from './targets/kind.js';

const registers = [registry];
const place = ['account', 'region'] as const;

const drift = new Counter({
  name: 'sallyport_drift_total',
  help: 'Changes that a look had to make though no resource had changed and nothing was left over since the look before',
  labelNames: place,
  registers,
});

/** What the last look at one place found. What is in the cluster has neither account nor region. */
interface Look {
  where: Record<(typeof place)[number], string>;
  changes: number;
  /** By reason. */
  held: [string, number][];
  sets: ReadonlyMap<string, SetFacts>;
}

/** By place. What is found no more, such as a set that was deleted, is told of no more. */
const looks = new Map<string, Look>();

new Gauge({
  name: 'sallyport_plan_changes',
  help: 'Changes that the last look found: those that were tried and those that are held',
  labelNames: place,
  registers,
  collect() {
    this.reset();
    for (const { where, changes } of looks.values()) this.inc(where, changes);
  },
});

new Gauge({
  name: 'sallyport_changes_held',
  help: 'Changes that the last look found and that must not be made now, by reason',
  labelNames: [...place, 'reason'] as const,
  registers,
  collect() {
    this.reset();
    for (const { where, held } of looks.values()) {
      for (const [reason, count] of held) this.inc({ ...where, reason }, count);
    }
  },
});

new Gauge({
  name: 'sallyport_entries_owned',
  help: 'Rules and entries of this install that the last look found, by set',
  labelNames: [...place, 'set'] as const,
  registers,
  collect() {
    this.reset();
    for (const { where, sets } of looks.values()) {
      for (const [set, { owned }] of sets) this.set({ ...where, set }, owned);
    }
  },
});

new Gauge({
  name: 'sallyport_quota_use_ratio',
  help: 'How full the fullest security group or object that a set is in: 1 is its quota',
  labelNames: [...place, 'set'] as const,
  registers,
  collect() {
    this.reset();
    for (const { where, sets } of looks.values()) {
      for (const [set, { quotaUse }] of sets) if (quotaUse) this.set({ ...where, set }, quotaUse.used / quotaUse.quota);
    }
  },
});

/** `drifted`: how many of the changes are drift. */
export function countLook(scope: Scope, plan: ScopePlan, outcomes: readonly Outcome[], drifted: number): void {
  const { account, region } = scope;
  keepLook(scopeKey(scope), { account, region }, plan, plan.sets);
  countOperations({ account, region }, outcomes);
  drift.inc({ account, region }, drifted);
}

export function forgetLook(key: string): void {
  looks.delete(key);
}

const IN_CLUSTER = { account: '', region: '' };

/** Of what one set has in this cluster. */
export function countClusterLook(set: string, plan: ClusterPlan, outcomes: readonly ClusterOutcome[]): void {
  keepLook(clusterKey(set), IN_CLUSTER, plan, new Map([[set, plan.facts]]));
  countOperations(IN_CLUSTER, outcomes);
  const repairs = outcomes.filter(({ operation }) => operation.repairs);
  drift.inc(IN_CLUSTER, repairs.flatMap(({ operation }) => operation.changes).length);
}

export function forgetClusterLook(set: string): void {
  looks.delete(clusterKey(set));
}

function clusterKey(set: string): string {
  return `in cluster: ${set}`;
}

function keepLook(
  key: string,
  where: Look['where'],
  { operations, held }: Pick<ScopePlan, 'operations' | 'held'>,
  sets: Look['sets'],
): void {
  const tried = operations.flatMap(({ changes }) => changes).length;
  const byReason = groupBy(held, (change) => `${change.held}`);
  const counts = [...byReason].map(([reason, changes]): [string, number] => [reason, changes.length]);
  looks.set(key, { where, changes: tried + held.length, held: counts, sets });
}

function countOperations(where: Look['where'], outcomes: readonly (Outcome | ClusterOutcome)[]): void {
  for (const { operation, result } of outcomes) {
    const { target, action } = operation;
    countOperation({ ...where, target, action }, result);
  }
}
