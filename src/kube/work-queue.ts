import { Counter, Gauge, Histogram } from 'prom-client';
import { registry } from '../telemetry/metrics.js';
import { exponential } from './backoff.js';

const common = { labelNames: ['name', 'controller'] as const, registers: [registry] };
const buckets = [0.001, 0.01, 0.1, 1, 10, 60, 300, 1000];
const depth = new Gauge({ ...common, name: 'workqueue_depth', help: 'Keys that wait to be processed' });
const adds = new Counter({ ...common, name: 'workqueue_adds_total', help: 'Keys added' });
const retries = new Counter({ ...common, name: 'workqueue_retries_total', help: 'Keys added again after a failure' });
const waits = new Histogram({
  ...common,
  buckets,
  name: 'workqueue_queue_duration_seconds',
  help: 'How long keys wait in the queue',
});
const works = new Histogram({
  ...common,
  buckets,
  name: 'workqueue_work_duration_seconds',
  help: 'How long keys are being processed',
});

const RETRY_BASE_MS = 1_000;
const RETRY_CAP_MS = 300_000;
/** A day. Node's timers take 25 days at most, and end at once when asked for more. */
const MAX_DELAY_MS = 86_400_000;

/**
 * Keys to be processed, in order of arrival. A key is there once however often it is added, and is never taken while
 * it is being processed: added then, it comes back as soon as it is done.
 */
export class WorkQueue {
  readonly #labels: { name: string; controller: string };
  readonly #onReady: () => void;
  /** key -> when it was added, by performance.now() */
  readonly #ready = new Map<string, number>();
  readonly #processing = new Map<string, number>();
  readonly #addedMeanwhile = new Set<string>();
  readonly #delayed = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();

  /** @param onReady called whenever a key can be taken */
  constructor(name: string, onReady: () => void) {
    this.#labels = { name, controller: name };
    this.#onReady = onReady;
  }

  add(key: string): void {
    if (this.#ready.has(key) || this.#addedMeanwhile.has(key)) return;
    adds.inc(this.#labels);
    if (this.#processing.has(key)) {
      this.#addedMeanwhile.add(key);
      return;
    }
    this.#ready.set(key, performance.now());
    depth.set(this.#labels, this.#ready.size);
    this.#onReady();
  }

  /** Adds the key in `ms`, or after MAX_DELAY_MS if that is sooner. Of several such wishes the earliest counts. */
  addAfter(key: string, ms: number): void {
    const delay = Math.min(ms, MAX_DELAY_MS);
    const at = performance.now() + delay;
    const planned = this.#delayed.get(key);
    if (planned && planned.at <= at) return;
    clearTimeout(planned?.timer);
    const timer = setTimeout(() => {
      this.#delayed.delete(key);
      this.add(key);
    }, delay);
    timer.unref(); // what is only planned keeps no process alive
    this.#delayed.set(key, { at, timer });
  }

  /** Adds the key after a wait that doubles with each failure of it, from 1 s to 5 min. */
  retry(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    retries.inc(this.#labels);
    this.addAfter(key, exponential(failures, RETRY_BASE_MS, RETRY_CAP_MS));
  }

  /** The key has succeeded: its next failure is the first again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, which is being processed from now until `done`. */
  take(): string | undefined {
    const [next] = this.#ready;
    if (!next) return undefined;
    const [key, addedAt] = next;
    this.#ready.delete(key);
    // What was planned is done now, and its outcome plans anew.
    clearTimeout(this.#delayed.get(key)?.timer);
    this.#delayed.delete(key);
    this.#processing.set(key, performance.now());
    depth.set(this.#labels, this.#ready.size);
    waits.observe(this.#labels, (performance.now() - addedAt) / 1000);
    return key;
  }

  done(key: string): void {
    works.observe(this.#labels, (performance.now() - (this.#processing.get(key) ?? 0)) / 1000);
    this.#processing.delete(key);
    if (this.#addedMeanwhile.delete(key)) this.add(key);
  }
}
