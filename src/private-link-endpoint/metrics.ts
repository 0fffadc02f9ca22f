import { Gauge } from 'prom-client';
import { objectKey } from '../kube/resource.js';
import { registry } from '../telemetry/metrics.js';
import { countOperation } from '../telemetry/operations.js';
import type { Identity } from './names.js';
import type { Outcome } from './operation.js';
import type { Plan } from './plan.js';

const registers = [registry];
const resource = ['namespace', 'name'] as const;

/** What the last look at a resource found. */
interface Look {
  whose: Record<(typeof resource)[number], string>;
  plan: Plan;
}

/** By resource. What is gone is told of no more. */
const looks = new Map<string, Look>();

new Gauge({
  name: 'sallyport_private_link_endpoints',
  help: "Endpoints by AWS's state; none: a consumer that has none yet",
  labelNames: [...resource, 'state'] as const,
  registers,
  collect() {
    this.reset();
    for (const { whose, plan } of looks.values()) {
      for (const { consumer, endpoint } of plan.consumers) {
        const state = endpoint.endpoint?.state ?? (consumer.declared && 'none');
        if (state) this.inc({ ...whose, state });
      }
    }
  },
});

new Gauge({
  name: 'sallyport_private_link_records',
  help: 'Private names, by whether they lead to an available endpoint',
  labelNames: [...resource, 'ready'] as const,
  registers,
  collect() {
    this.reset();
    for (const { whose, plan } of looks.values()) {
      for (const { records } of plan.consumers) {
        this.inc({ ...whose, ready: 'true' }, records.ready);
        this.inc({ ...whose, ready: 'false' }, records.total - records.ready);
      }
    }
  },
});

new Gauge({
  name: 'sallyport_private_link_others_waiting',
  help: 'Endpoints of others that wait to be accepted',
  labelNames: resource,
  registers,
  collect() {
    this.reset();
    for (const { whose, plan } of looks.values()) {
      this.set(whose, plan.service.others.filter(({ state }) => state === 'pendingAcceptance').length);
    }
  },
});

new Gauge({
  name: 'sallyport_private_link_plan_operations',
  help: 'Calls that the last look found to be made, those that are held among them',
  labelNames: resource,
  registers,
  collect() {
    this.reset();
    for (const { whose, plan } of looks.values()) this.set(whose, plan.operations.length);
  },
});

export function countLook({ namespace, name }: Identity, plan: Plan, outcomes: readonly Outcome[]): void {
  looks.set(objectKey({ namespace, name }), { whose: { namespace, name }, plan });
  for (const { operation, result } of outcomes) {
    const { place, request } = operation;
    countOperation({ ...place, target: 'privateLink', action: request.action }, result);
  }
}

/** @param key - `ci/gitlab` */
export function forgetLook(key: string): void {
  looks.delete(key);
}
