import { Counter, Gauge, Histogram } from 'prom-client';
import type { Logger } from '../telemetry/log.js';
import { registry } from '../telemetry/metrics.js';
import { aborted } from './signal.js';
import { WorkQueue } from './work-queue.js';

const common = { labelNames: ['controller'] as const, registers: [registry] };
const reconciles = new Counter({
  name: 'controller_runtime_reconcile_total',
  help: 'Reconciles by result: success, requeue_after or error',
  labelNames: ['controller', 'result'] as const,
  registers: [registry],
});
const errors = new Counter({ ...common, name: 'controller_runtime_reconcile_errors_total', help: 'Failed reconciles' });
const seconds = new Histogram({
  ...common,
  name: 'controller_runtime_reconcile_time_seconds',
  help: 'Time a reconcile takes',
  buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
});
const active = new Gauge({ ...common, name: 'controller_runtime_active_workers', help: 'Reconciles that run now' });
const workers = new Gauge({
  ...common,
  name: 'controller_runtime_max_concurrent_reconciles',
  help: 'Reconciles that may run at once',
});

export interface Result {
  /** Look again in so long, even if nothing is heard of the key. */
  requeueAfterMs?: number;
}

export interface ControllerOptions {
  name: string;
  /** How many keys are reconciled at once. A key never is twice at once. */
  concurrency: number;
  /** Makes the world right for the key, from what is true now. The signal says that the process is to end. */
  reconcile(key: string, signal: AbortSignal): Promise<Result | undefined>;
  log: Logger;
}

/** Level-triggered: however often and from wherever a key is enqueued, reconcile sees only that it must look. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #log: Logger;
  readonly #queue: WorkQueue;
  readonly #running = new Set<Promise<void>>();
  /** Set while the controller runs. */
  #signal: AbortSignal | undefined;

  constructor(options: ControllerOptions) {
    const { name, concurrency, log } = options;
    this.#options = options;
    this.#log = log.child({ controller: name });
    this.#queue = new WorkQueue(name, () => this.#start());
    workers.set({ controller: name }, concurrency);
    errors.inc({ controller: name }, 0); // so that an alert on its increase sees the first one
  }

  get name(): string {
    return this.#options.name;
  }

  enqueue(key: string): void {
    this.#queue.add(key);
  }

  enqueueAfter(key: string, ms: number): void {
    this.#queue.addAfter(key, ms);
  }

  /** Works on the queue, what came before included; settles when, after an abort, the last running reconcile has. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    this.#start();
    await aborted(signal);
    await Promise.all(this.#running);
  }

  #start(): void {
    const signal = this.#signal;
    while (signal && !signal.aborted && this.#running.size < this.#options.concurrency) {
      const key = this.#queue.take();
      if (key === undefined) return;
      const run = this.#reconcile(key, signal).finally(() => {
        this.#running.delete(run);
        this.#queue.done(key);
        this.#start();
      });
      this.#running.add(run);
    }
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<void> {
    const controller = this.#options.name;
    active.inc({ controller });
    const stopTimer = seconds.startTimer({ controller });
    try {
      const result = await this.#options.reconcile(key, signal);
      this.#queue.forget(key);
      if (result?.requeueAfterMs !== undefined) this.#queue.addAfter(key, result.requeueAfterMs);
      reconciles.inc({ controller, result: result?.requeueAfterMs === undefined ? 'success' : 'requeue_after' });
    } catch (error) {
      if (signal.aborted) {
        this.#log.info('reconcile cut short', { key, error });
        return;
      }
      this.#queue.retry(key);
      errors.inc({ controller });
      reconciles.inc({ controller, result: 'error' });
      this.#log.error('reconcile failed', { key, error });
    } finally {
      stopTimer();
      active.dec({ controller });
    }
  }
}
