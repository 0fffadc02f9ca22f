import { Gauge } from 'prom-client';
import type { ObjectRef } from '../kube/resource.js';
import { registry } from '../telemetry/metrics.js';

const common = { labelNames: ['namespace', 'name'] as const, registers: [registry] };

const available = new Gauge({
  ...common,
  name: 'sallyport_proxy_available_pods',
  help: 'Pods of the proxy of a PrivateLinkEndpoint that are available, of whatever configuration',
});
const expiry = new Gauge({
  ...common,
  name: 'sallyport_proxy_certificate_expiry_timestamp_seconds',
  help: 'When the certificate in the Secret of a proxy expires',
});

/** @param expires ISO 8601; absent: there is no certificate, or its load balancer has it */
export function tellProxy({ namespace = '', name }: ObjectRef, availablePods: number, expires?: string): void {
  available.set({ namespace, name }, availablePods);
  if (expires) expiry.set({ namespace, name }, Date.parse(expires) / 1000);
  else expiry.remove({ namespace, name });
}

/** There is to be no proxy any more. */
export function forgetProxy({ namespace = '', name }: ObjectRef): void {
  for (const gauge of [available, expiry]) gauge.remove({ namespace, name });
}
