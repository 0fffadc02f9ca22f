import { Gauge } from 'prom-client';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { objectKey } from '../kube/resource.js';
import { registry } from '../telemetry/metrics.js';
import { type Crew, isTrue } from './nodes/fleet.js';
import { isUnproven } from './nodes/proven.js';

/** By pool. What is gone is told of no more. */
const crews = new Map<string, { whose: Record<'namespace' | 'name', string>; crew: Crew }>();

new Gauge({
  name: 'sallyport_runner_pool_nodes',
  help: 'Nodes of RunnerPools by state: ready to take jobs, waiting to, or drifted, so that they are replaced',
  labelNames: ['namespace', 'name', 'state'] as const,
  registers: [registry],
  collect() {
    this.reset();
    for (const { whose, crew } of crews.values()) {
      const ready = crew.nodes.filter((node) => isTrue(node, 'Ready') && !isUnproven(node)).length;
      this.set({ ...whose, state: 'ready' }, ready);
      this.set({ ...whose, state: 'waiting' }, crew.nodes.length - ready);
      this.set({ ...whose, state: 'drifted' }, crew.nodeClaims.filter((claim) => isTrue(claim, 'Drifted')).length);
    }
  },
});

export function countCrew({ metadata }: RunnerPool, crew: Crew): void {
  const { namespace = '', name } = metadata;
  crews.set(objectKey(metadata), { whose: { namespace, name }, crew });
}

export function forgetCrew(key: string): void {
  crews.delete(key);
}
