import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { KubeClient } from '../../../../src/kube/client.js';
import { OwnedObjects } from '../../../../src/kube/owned/objects.js';
import { type Desired, marked, type Part } from '../../../../src/kube/owned/part.js';
import { planOwned } from '../../../../src/kube/owned/plan.js';
import { configMaps } from '../../../../src/kube/owned/resources.js';
import type { KubeObject } from '../../../../src/kube/resource.js';
import { type FakeServer, fakeServer, json, refuse } from '../fake-server.js';
import { recordedLog } from '../recorded-log.js';
import { until } from '../until.js';

const owner = {
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'RunnerPool',
  metadata: { namespace: 'ci', name: 'builders' },
};
const part: Part = { ownerId: 'install-1', owner, component: 'runner-pool-nodes' };
const config: Desired = { resource: configMaps, metadata: { namespace: 'ci', name: 'data' }, fields: { data: {} } };

let server: FakeServer;
let end: AbortController;
/** What the API server holds; its watches are late, and tell of nothing. */
let held: Partial<KubeObject> | undefined;
let owned: OwnedObjects;

beforeEach(async () => {
  held = undefined;
  end = new AbortController();
  server = await fakeServer((url, response, { method }) => {
    if (url.searchParams.has('watch')) return response.writeHead(200).flushHeaders();
    if (method === 'PATCH') held = { metadata: marked(config, part).metadata };
    if (url.pathname.endsWith('/configmaps'))
      return json(response, 200, { metadata: { resourceVersion: '1' }, items: [] });
    return held ? json(response, 200, held) : refuse(response, 404, 'NotFound');
  });
  owned = new OwnedObjects({ client: new KubeClient(server.config), ownerId: 'install-1', log: recordedLog().log });
});
afterEach(async () => {
  end.abort();
  await server.close();
});

const observed = (desired: Desired[] = []) => owned.observe(part, desired, [configMaps], end.signal);

async function make(): Promise<void> {
  await until(async () => !(await observed([config])).unread);
  const { seen } = await observed([config]);
  await owned.apply(part, planOwned({ part, desired: [config], seen }).operations, end.signal);
}

it('what it made is seen where nothing is desired any more, though its watch has not told of it yet', async () => {
  await make();
  expect((await observed()).seen).toMatchObject([{ ref: { name: 'data' }, object: held }]);
});

it.each<[what: string, later: typeof held]>([
  ['is gone again', undefined],
  ["is somebody else's by now", { metadata: { namespace: 'ci', name: 'data' } }],
])('what it made and %s is not', async (_what, later) => {
  await make();
  held = later;
  expect((await observed()).seen).toEqual([]);
});
