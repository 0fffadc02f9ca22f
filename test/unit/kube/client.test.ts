import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import { KubeClient } from '../../../src/kube/client.js';
import { configMaps } from '../../../src/kube/owned/resources.js';
import { registry } from '../../../src/telemetry/metrics.js';
import { configMap } from './config-maps.js';
import { configOf, type FakeServer, fakeServer, json, refuse } from './fake-server.js';

let server: FakeServer | undefined;
afterEach(() => server?.close());

async function serve(...answers: ((response: ServerResponse) => unknown)[]): Promise<KubeClient> {
  let next = 0;
  server = await fakeServer((_url, response) => answers[Math.min(next++, answers.length - 1)]?.(response));
  return new KubeClient(server.config, { deadlineMs: 20_000 });
}

it('keeps its connections', async () => {
  const client = await serve((response) => json(response, 200, configMap('a')));
  for (let i = 0; i < 20; i++) await client.get(configMaps, { name: 'a', namespace: 'default' });
  expect(server?.connections()).toBeLessThan(3); // the next call may begin before the last socket is free
});

it('reads all pages of a list, and names the kind of each item', async () => {
  const page = (name: string, more?: string) => (response: ServerResponse) =>
    json(response, 200, { metadata: { resourceVersion: '5', continue: more }, items: [{ metadata: { name } }] });
  const client = await serve(page('a', 'token+1'), page('b'));
  expect(await client.list(configMaps, { labelSelector: 'x=y' })).toEqual({
    resourceVersion: '5',
    items: ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
  });
  expect(server?.requests).toEqual([
    'GET /api/v1/configmaps?limit=500&labelSelector=x%3Dy',
    'GET /api/v1/configmaps?limit=500&continue=token%2B1&labelSelector=x%3Dy',
  ]);
});

it.each<[string, (response: ServerResponse) => unknown]>([
  ['overloaded', (response) => refuse(response, 429, 'TooManyRequests')],
  ['starting', (response) => refuse(response, 503, 'ServiceUnavailable')],
  ['gone in the middle of a call', (response) => response.destroy()],
  [
    'gone in the middle of an answer',
    (response) => response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
  ],
])('calls again a server that is %s', async (_what, fault) => {
  const client = await serve(fault, fault, (response) => json(response, 200, configMap('a')));
  expect(await client.get(configMaps, { name: 'a', namespace: 'default' })).toEqual(configMap('a'));
  expect(server?.requests).toHaveLength(3);
});

it('takes what is absent for a value', async () => {
  const client = await serve((response) => refuse(response, 404, 'NotFound'));
  expect(await client.get(configMaps, { name: 'a', namespace: 'default' })).toBeUndefined();
  await client.delete(configMaps, { name: 'a', namespace: 'default' });
});

it('says what was called and what came back', async () => {
  const client = await serve(
    (response) => refuse(response, 422, 'Invalid'),
    (response) => response.writeHead(403).end('<html>no entry</html>'),
  );
  const patched = () => client.patch(configMaps, { name: 'a', namespace: 'default' }, {});
  await expect(patched()).rejects.toMatchObject({
    name: 'KubeError',
    status: 422,
    reason: 'Invalid',
    message: 'patch ConfigMap default/a: Invalid: it is Invalid',
  });
  await expect(patched()).rejects.toThrow('patch ConfigMap default/a: HTTP 403: <html>no entry</html>');
});

it('names the fault when no answer comes', async () => {
  const client = new KubeClient(configOf('http://127.0.0.1:1'), { deadlineMs: 20_000 });
  await expect(client.list(configMaps)).rejects.toThrow(/^list ConfigMap: NoAnswer: .*(ECONNREFUSED|bad port)/);
});

it('ends a call within its deadline', async () => {
  server = await fakeServer(() => {});
  const client = new KubeClient(server.config, { deadlineMs: 50 });
  await expect(client.list(configMaps)).rejects.toThrow('list ConfigMap: NoAnswer: Nothing heard for 50 ms');
});

it("ends a call with the caller's reason", async () => {
  const stop = new AbortController();
  const client = await serve(() => stop.abort(new Error('shutting down')));
  await expect(client.list(configMaps, { signal: stop.signal })).rejects.toThrow('shutting down');
});

it('counts each attempt by verb, kind and code', async () => {
  registry.resetMetrics();
  const client = await serve(
    (response) => refuse(response, 503, 'ServiceUnavailable'),
    (response) => json(response, 200, configMap('a')),
  );
  await client.apply(configMaps, { ...configMap('a') }, { manager: 'test' });
  const text = await registry.getSingleMetricAsString('sallyport_kube_requests_total');
  expect(text).toContain('{verb="apply",kind="ConfigMap",code="503"} 1');
  expect(text).toContain('{verb="apply",kind="ConfigMap",code="200"} 1');
});
