import type { RunnerPool } from '../../api/runner-pool.gen.js';
import { POOL_KEY, poolId } from '../pool.js';

/** The service account of the pool's jobs, and what their policies are named after. */
export function jobsName({ metadata }: Pick<RunnerPool, 'metadata'>): string {
  return `${metadata.name}-jobs`;
}

/** On job pods, and on nothing else in the namespace: their policies select by it. */
export function jobLabels(pool: RunnerPool): Record<string, string> {
  return { [POOL_KEY]: poolId(pool) };
}
