import { createHash } from 'node:crypto';
import type { V1PodSpec } from '@kubernetes/client-node';
import type { RunnerPool, RunnerPoolSpec } from '../api/runner-pool.gen.js';

/** On the nodes of a pool, as a label and as a taint: its `poolId`. */
export const POOL_KEY = 'sallyport.dev/runner-pool';

/**
 * `ci.builders`: namespaces have no dots, so no two pools share one. It is a label's value, which has 63 characters at
 * most: of a longer one a digest is the end.
 */
export function poolId({ metadata: { namespace, name } }: Pick<RunnerPool, 'metadata'>): string {
  const whole = `${namespace}.${name}`;
  if (whole.length <= 63) return whole;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, 54).replace(/[.-]+$/, '')}.${digest}`;
}

/** Labels of the nodes. */
export function labelsOf(pool: RunnerPool): Record<string, string> {
  const { nodes, isolation } = pool.spec;
  const sysbox = isolation.type === 'Sysbox' && { 'sysbox-install': 'yes' };
  return { ...nodes.labels, ...sysbox, [POOL_KEY]: poolId(pool) };
}

export type Taint = NonNullable<RunnerPoolSpec['nodes']['taints']>[number];

/** What the pool's pods tolerate, and no others; in an order that doesn't depend on how they were written. */
export function taintsOf(pool: RunnerPool): Taint[] {
  const all: Taint[] = [
    ...(pool.spec.nodes.taints ?? []),
    { key: POOL_KEY, value: poolId(pool), effect: 'NoSchedule' },
  ];
  return all.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

/** On a node until it was seen to be as it has to. */
export const UNPROVEN: Taint = { key: 'sallyport.dev/unproven', effect: 'NoSchedule' };
/** Until Sysbox's installer has taken it off. */
const NO_SYSBOX: Taint = { key: 'sysbox-runtime', value: 'not-running', effect: 'NoSchedule' };

/** What nodes begin with, and lose before the first job. */
export function startupTaintsOf({ spec: { isolation } }: RunnerPool): Taint[] {
  return [UNPROVEN, ...(isolation.type === 'Sysbox' ? [NO_SYSBOX] : [])];
}

/** What lets a pod onto the pool's nodes, and only there. */
export function placementOf(pool: RunnerPool): Required<Pick<V1PodSpec, 'nodeSelector' | 'tolerations'>> {
  const tolerations = taintsOf(pool).map(({ key, value, effect }) => {
    return { key, operator: 'Equal', ...(value && { value }), effect };
  });
  return { nodeSelector: { [POOL_KEY]: poolId(pool) }, tolerations };
}

/** What keeps a job's pod from its node. */
export function isolationOf({ spec: { isolation } }: RunnerPool): Pick<V1PodSpec, 'hostUsers' | 'runtimeClassName'> {
  const { type, runtimeClassName = type === 'Sysbox' ? 'sysbox-runc' : undefined } = isolation;
  const hostUsers = type === 'UserNamespaces' || type === 'Sysbox' ? { hostUsers: false } : {};
  return { ...hostUsers, ...(runtimeClassName && { runtimeClassName }) };
}

function orderOf({ key, value = '', effect }: Taint): string {
  return [key, value, effect].join(' ');
}
