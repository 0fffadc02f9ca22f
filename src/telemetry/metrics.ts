import { collectDefaultMetrics, Registry } from 'prom-client';

/** The process's only registry, served at /metrics. Each metric is declared beside the code that counts. */
export const registry = new Registry();

collectDefaultMetrics({ register: registry });
