import { Counter, Gauge } from 'prom-client';
import type { ObjectRef } from '../kube/resource.js';
import { registry } from '../telemetry/metrics.js';

const common = { labelNames: ['namespace', 'name'] as const, registers: [registry] };

const verified = new Gauge({
  ...common,
  name: 'sallyport_interception_verified',
  help: 'Whether all public names of a PrivateLinkEndpoint lead where they should: 1 or 0',
});
const rollbacks = new Counter({
  ...common,
  name: 'sallyport_interception_rollbacks_total',
  help: "Changes to the cluster's DNS that were taken back",
});
const repairs = new Counter({
  ...common,
  name: 'sallyport_interception_repairs_total',
  help: 'Rewrites that were put back because somebody had taken them out',
});

export function tellVerified({ namespace = '', name }: ObjectRef, is: boolean): void {
  verified.set({ namespace, name }, is ? 1 : 0);
}

/** Nothing is to be led anywhere any more. */
export function forgetVerified({ namespace = '', name }: ObjectRef): void {
  verified.remove({ namespace, name });
}

export function countRollback({ namespace = '', name }: ObjectRef): void {
  rollbacks.inc({ namespace, name });
}

export function countRepair({ namespace = '', name }: ObjectRef): void {
  repairs.inc({ namespace, name });
}
