import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import { KubeClient } from '../../../src/kube/client.js';
import { type ConfigMap, configMaps } from '../../../src/kube/owned/resources.js';
import { Reflector } from '../../../src/kube/reflector.js';
import { configMap } from './config-maps.js';
import { type FakeServer, fakeServer, json, refuse } from './fake-server.js';
import { recordedLog } from './recorded-log.js';
import { until } from './until.js';

const stop: { controller: AbortController; run?: Promise<void>; server?: FakeServer } = {
  controller: new AbortController(),
};
afterEach(async () => {
  stop.controller.abort();
  await stop.run;
  await stop.server?.close();
  stop.controller = new AbortController();
});

type Answer = (response: ServerResponse) => unknown;

/** Runs a reflector against a server that gives these answers, the last of them for ever. */
async function reflect({ lists, watches, quietMs }: { lists: Answer[]; watches: Answer[]; quietMs?: number }) {
  const next = (answers: Answer[]) => (answers.length > 1 ? answers.shift() : answers[0]);
  const server = await fakeServer((url, response) => next(url.searchParams.has('watch') ? watches : lists)?.(response));
  const { log, entries } = recordedLog();
  const client = new KubeClient(server.config);
  const reflector = new Reflector({ client, resource: configMaps, log, ...(quietMs && { quietMs }) });
  const heard: string[] = [];
  reflector.onChange((key, before, after) => heard.push(`${key} ${version(before)}>${version(after)}`));
  stop.server = server;
  stop.run = reflector.run(stop.controller.signal);
  const calls = () =>
    server.requests.map((r) =>
      r.includes('watch') ? `watch ${new URLSearchParams(r).get('resourceVersion')}` : 'list',
    );
  return { reflector, heard, entries, calls };
}

const version = (object?: ConfigMap) => object?.metadata.resourceVersion ?? '';
const list =
  (resourceVersion: string, ...items: ConfigMap[]): Answer =>
  (response) =>
    json(response, 200, { metadata: { resourceVersion }, items });
const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;
const at = (name: string, resourceVersion: string) => configMap(name, { resourceVersion });
const says =
  (...events: string[]): Answer =>
  (response) =>
    response.end(events.join(''));
const hangs: Answer = (response) => response.writeHead(200).flushHeaders();

it('lists, then hears of each change', async () => {
  const { reflector, heard } = await reflect({
    lists: [list('5', at('a', '1'), at('b', '2'))],
    watches: [
      says(event('ADDED', at('c', '6')), event('MODIFIED', at('a', '7')), event('DELETED', at('b', '8'))),
      hangs,
    ],
  });
  await reflector.synced;
  expect(heard).toEqual(['default/a >1', 'default/b >2']);
  await until(() => heard.length === 5);
  expect(heard.slice(2)).toEqual(['default/c >6', 'default/a 1>7', 'default/b 2>']);
  expect(reflector.store.list().map(version).sort()).toEqual(['6', '7']);
});

it('goes on where a watch ended, without a list', async () => {
  const { calls } = await reflect({
    lists: [list('5')],
    watches: [
      says(event('BOOKMARK', { metadata: { resourceVersion: '9' } })),
      says(event('ADDED', at('a', '12'))),
      hangs,
    ],
  });
  await until(() => calls().length === 4);
  expect(calls()).toEqual(['list', 'watch 5', 'watch 9', 'watch 12']);
});

it.each<[string, Answer]>([
  ['in its stream', says(event('ERROR', { code: 410, reason: 'Expired', message: 'too old' }))],
  ['at once', (response) => refuse(response, 410, 'Gone')],
])('lists anew when a watch is refused %s, and hears only of what differs', async (_where, refusal) => {
  const { heard, calls } = await reflect({
    lists: [
      list('5', at('same', '1'), at('changed', '2'), at('gone', '3')),
      list('9', at('same', '1'), at('changed', '8')),
    ],
    watches: [refusal, hangs],
  });
  await until(() => calls().length === 4);
  expect(calls()).toEqual(['list', 'watch 5', 'list', 'watch 9']);
  expect(heard.slice(3)).toEqual(['default/changed 2>8', 'default/gone 3>']);
});

it.each<[string, Answer]>([
  [
    'is cut in the middle of a line',
    (response) => response.write(`${event('ADDED', at('a', '6'))}{"type":`, () => response.destroy()),
  ],
  ['falls silent', (response) => response.write(event('ADDED', at('a', '6')))],
  ['sends what is no JSON', says(event('ADDED', at('a', '6')), 'oops\n')],
  ['reports an internal error', says(event('ADDED', at('a', '6')), event('ERROR', { code: 500 }))],
])('takes up a watch that %s', async (_what, fault) => {
  const { heard, calls } = await reflect({
    lists: [list('5')],
    watches: [fault, says(event('ADDED', at('b', '7'))), hangs],
    quietMs: 1_000,
  });
  await until(() => heard.length === 2);
  expect(heard).toEqual(['default/a >6', 'default/b >7']);
  expect(calls().slice(0, 3)).toEqual(['list', 'watch 5', 'watch 6']);
});

it('waits for a server that does not answer yet', async () => {
  const { reflector, heard } = await reflect({
    lists: [(r) => r.destroy(), (r) => refuse(r, 403, 'Forbidden'), list('5', at('a', '1'))],
    watches: [hangs],
  });
  await until(() => reflector.error !== undefined);
  await reflector.synced;
  expect(reflector.error).toBeUndefined();
  expect(heard).toEqual(['default/a >1']);
});

it('logs a handler that throws, and goes on', async () => {
  const { reflector, heard, entries } = await reflect({
    lists: [list('5', at('a', '1'))],
    watches: [says(event('ADDED', at('b', '6'))), hangs],
  });
  reflector.onChange(() => {
    throw new Error('a bug');
  });
  const after: string[] = [];
  reflector.onChange((key) => after.push(key));
  await until(() => after.length === 2);
  expect(heard).toHaveLength(2);
  expect(entries).toContainEqual(expect.objectContaining({ message: 'handler failed', key: 'default/b' }));
});
