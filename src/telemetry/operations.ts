import { Counter } from 'prom-client';
import { registry } from './metrics.js';

const operations = new Counter({
  name: 'sallyport_operations_total',
  help: 'Changing calls that were tried, by result: done or failed',
  labelNames: ['account', 'region', 'target', 'action', 'result'] as const,
  registers: [registry],
});

export interface CountedOperation {
  account: string;
  region: string;
  /** What is changed: `securityGroups`. */
  target: string;
  /** The call, by its name in AWS or Kubernetes. */
  action: string;
}

/** `result`: Done, NotTried, which doesn't count, or what it failed with. */
export function countOperation({ account, region, target, action }: CountedOperation, result: unknown): void {
  if (result === 'NotTried') return;
  operations.inc({ account, region, target, action, result: result === 'Done' ? 'done' : 'failed' });
}
