import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { WorkQueue } from '../../../src/kube/work-queue.js';

let queue: WorkQueue;
let ready = 0;
beforeEach(() => {
  jest.useFakeTimers();
  ready = 0;
  queue = new WorkQueue('test', () => ready++);
});
afterEach(() => {
  jest.useRealTimers();
});

/** What can be taken now. */
function taken(): string[] {
  const keys: string[] = [];
  for (let key = queue.take(); key !== undefined; key = queue.take()) keys.push(key);
  return keys;
}

it('gives each waiting key once, in order of arrival', () => {
  for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
  expect(ready).toBe(3);
  expect(taken()).toEqual(['a', 'b', 'c']);
});

it('keeps back a key that is being processed, and gives it once more when it is done', () => {
  queue.add('a');
  expect(taken()).toEqual(['a']);
  queue.add('a');
  queue.add('a');
  expect(taken()).toEqual([]);
  queue.done('a');
  expect(taken()).toEqual(['a']);
  queue.done('a');
  expect(taken()).toEqual([]);
});

it.each([[[5_000, 9_000]], [[9_000, 5_000]]])('adds a key once, after the earliest of %j', (waits) => {
  for (const ms of waits) queue.addAfter('a', ms);
  jest.advanceTimersByTime(4_999);
  expect(taken()).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(taken()).toEqual(['a']);
  queue.done('a');
  jest.advanceTimersByTime(60_000);
  expect(taken()).toEqual([]);
});

it('drops what was planned for a key when the key is taken before', () => {
  queue.addAfter('a', 5_000);
  queue.add('a');
  expect(taken()).toEqual(['a']);
  queue.done('a');
  jest.advanceTimersByTime(60_000);
  expect(taken()).toEqual([]);
});

it('doubles the wait of a key with each failure, from 1 s to 5 min, until it succeeds', () => {
  const wait = () => {
    queue.retry('a');
    const before = performance.now();
    jest.advanceTimersToNextTimer();
    queue.done(String(queue.take()));
    return Math.round(performance.now() - before) / 1000;
  };
  expect(Array.from({ length: 11 }, wait)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  queue.forget('a');
  expect(wait()).toBe(1);
});

it('takes a wait that is too long for a timer for a day', () => {
  queue.addAfter('a', Number.MAX_SAFE_INTEGER);
  jest.advanceTimersByTime(86_399_000);
  expect(taken()).toEqual([]);
  jest.advanceTimersByTime(1_000);
  expect(taken()).toEqual(['a']);
});
