import type { RunnerPool, RunnerPoolStatus } from '../api/runner-pool.gen.js';
import { conditionSet, type Finding } from '../kube/conditions.js';

/** What one room tells of the pool. */
export interface RoomReport {
  /** `NodesReady` */
  type: string;
  finding: Finding;
  status: Omit<RunnerPoolStatus, 'conditions' | 'observedGeneration'>;
}

/** The most fundamental first: Ready blames the first that is not True. @param now see timestamp */
export function statusOf(pool: RunnerPool, reports: readonly RoomReport[], now: string): RunnerPoolStatus {
  const findings = Object.fromEntries(reports.map(({ type, finding }) => [type, finding]));
  return {
    observedGeneration: pool.metadata.generation ?? 0,
    ...Object.assign({}, ...reports.map(({ status }) => status)),
    conditions: conditionSet(...Object.keys(findings))({ object: pool, findings, now }),
  };
}
