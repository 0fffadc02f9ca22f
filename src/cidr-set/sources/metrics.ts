import { Gauge } from 'prom-client';
import { registry } from '../../telemetry/metrics.js';
import type { SourceStatus } from './discovered.js';

interface Measured extends SourceStatus {
  set: string;
  /** Milliseconds, as far as known. */
  lastReadAt(): number | undefined;
}

/** By set. */
const measured = new Map<string, Measured[]>();

/** From now on these are a set's sources. */
export function measureSources(
  set: string,
  sources: readonly SourceStatus[],
  lastReadAt: (source: SourceStatus) => number | undefined,
): void {
  measured.delete(set);
  if (sources.length === 0) return;
  measured.set(
    set,
    sources.map((source) => ({ ...source, set, lastReadAt: () => lastReadAt(source) })),
  );
}

function labelsOf({ set, name: source, account = '', region = '' }: Measured) {
  return { set, source, account, region };
}

const common = { labelNames: ['set', 'source', 'account', 'region'] as const, registers: [registry] };

new Gauge({
  ...common,
  name: 'sallyport_source_age_seconds',
  help: 'Time since a source was last read whole, or since it began to fail where that is not known',
  collect() {
    this.reset();
    for (const source of [...measured.values()].flat()) {
      const at = source.lastReadAt();
      if (at !== undefined) this.set(labelsOf(source), Math.max(0, Date.now() - at) / 1000);
    }
  },
});

new Gauge({
  ...common,
  name: 'sallyport_source_cidrs',
  help: 'CIDRs that a source gives to a set, those that are kept though it no longer gives them among them',
  collect() {
    this.reset();
    for (const source of [...measured.values()].flat()) this.set(labelsOf(source), source.cidrs);
  },
});
