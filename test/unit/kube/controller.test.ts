import { expect, it } from '@jest/globals';
import { Controller, type Result } from '../../../src/kube/controller.js';
import { registry } from '../../../src/telemetry/metrics.js';
import { recordedLog } from './recorded-log.js';
import { until } from './until.js';

/** A controller whose reconciles end when the test says so. */
function harness(concurrency: number) {
  const stop = new AbortController();
  const { log, entries } = recordedLog();
  const running = new Map<string, { end(result?: Result): void; fail(error: Error): void }>();
  const started: string[] = [];
  const reconcile = (key: string) =>
    new Promise<Result | undefined>((resolve, reject) => {
      expect(running.has(key)).toBe(false);
      started.push(key);
      const leave =
        <A>(settle: (outcome: A) => void) =>
        (outcome: A) => {
          running.delete(key);
          settle(outcome);
        };
      running.set(key, { end: leave(resolve), fail: leave(reject) });
    });
  const controller = new Controller({ name: 'test', concurrency, reconcile, log });
  return { controller, stop, running, started, entries, run: controller.run(stop.signal) };
}

it('reconciles as many keys at once as it may, and a key never twice at once', async () => {
  const { controller, running, started, stop, run } = harness(2);
  for (const key of ['a', 'b', 'c', 'a']) controller.enqueue(key);
  expect([...running.keys()]).toEqual(['a', 'b']);
  running.get('a')?.end();
  await until(() => running.has('c'));
  running.get('b')?.end();
  await until(() => running.has('a'));
  expect(started).toEqual(['a', 'b', 'c', 'a']);
  stop.abort();
  for (const { end } of running.values()) end();
  await run;
});

it('comes back to a key that failed, and to one that asked for it', async () => {
  registry.resetMetrics();
  const { controller, running, started, entries, stop, run } = harness(1);
  controller.enqueue('a');
  running.get('a')?.fail(new Error('no luck'));
  await until(() => started.length === 2);
  running.get('a')?.end({ requeueAfterMs: 1 });
  await until(() => started.length === 3);
  running.get('a')?.end();
  stop.abort();
  await run;
  expect(entries).toContainEqual(
    expect.objectContaining({ message: 'reconcile failed', controller: 'test', key: 'a' }),
  );
  const metrics = await registry.metrics();
  expect(metrics).toContain('controller_runtime_reconcile_total{controller="test",result="error"} 1');
  expect(metrics).toContain('controller_runtime_reconcile_total{controller="test",result="requeue_after"} 1');
  expect(metrics).toContain('controller_runtime_reconcile_total{controller="test",result="success"} 1');
  expect(metrics).toContain('workqueue_retries_total{name="test",controller="test"} 1');
});

it('ends when running reconciles have ended, and starts no others', async () => {
  const { controller, running, started, stop, run } = harness(1);
  controller.enqueue('a');
  controller.enqueue('b');
  let ended = false;
  void run.then(() => {
    ended = true;
  });
  stop.abort();
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  running.get('a')?.end();
  await run;
  expect(started).toEqual(['a']);
});
