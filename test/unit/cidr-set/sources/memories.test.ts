import type { ServerResponse } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import type { CidrSet } from '../../../../src/api/cidr-set.gen.js';
import { Memories } from '../../../../src/cidr-set/sources/memories.js';
import { memoryText } from '../../../../src/cidr-set/sources/memory-text.js';
import { KubeClient } from '../../../../src/kube/client.js';
import type { ConfigMap } from '../../../../src/kube/owned/resources.js';
import { Store } from '../../../../src/kube/store.js';
import { configMap } from '../../kube/config-maps.js';
import { type FakeServer, fakeServer, json, refuse } from '../../kube/fake-server.js';
import { cidrSet } from '../resources.js';
import { github, read, remembered, words } from './build.js';

let server: FakeServer | undefined;
afterEach(() => server?.close());

const set = cidrSet({}, { metadata: { name: 'office', uid: 'now' } });
const memory = remembered([[0, read(github, ['203.0.113.1/32 github'])]]);

async function memories(found: ConfigMap[] = [], ...answers: ((response: ServerResponse) => unknown)[]) {
  const done = (response: ServerResponse) => json(response, 200, configMap('any'));
  server = await fakeServer((_url, response) => (answers.shift() ?? done)(response));
  const store = new Store<ConfigMap>({});
  for (const each of found) store.set(each);
  const malformed: string[] = [];
  const made = new Memories({
    client: new KubeClient(server.config),
    namespace: 'sallyport',
    store,
    onMalformed: (_set, name) => malformed.push(name),
  });
  return { memories: made, malformed, requests: server.requests };
}

function written(text: string, uid = 'now'): ConfigMap {
  const owner = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'CidrSet', name: 'office', uid };
  const metadata = { namespace: 'sallyport', ownerReferences: [owner] };
  return { ...configMap('sallyport-memory-office', metadata), data: { memory: text } };
}

const PATCH = 'PATCH /api/v1/namespaces/sallyport/configmaps/sallyport-memory-office?fieldManager=sallyport&force=true';
const DELETE = 'DELETE /api/v1/namespaces/sallyport/configmaps/sallyport-memory-office?';

it('writes when something changed, and only then', async () => {
  const { memories: kept, requests } = await memories();
  await kept.keep(set, new Map());
  expect(requests).toEqual([]);
  await kept.keep(set, memory);
  await kept.keep(set, memory);
  expect(requests).toEqual([PATCH]);
  await kept.keep(set, new Map());
  await kept.keep(set, new Map());
  expect(requests).toEqual([PATCH, DELETE]);
});

it('reads what an earlier process wrote, and does not write it again', async () => {
  const { memories: kept, requests } = await memories([written(memoryText(memory))]);
  expect(words(kept.of(set))).toEqual(['http/github: 203.0.113.1/32']);
  await kept.keep(set, memory);
  expect(requests).toEqual([]);
});

it('remembers what it could not write, and writes it the next time', async () => {
  const { memories: kept, requests } = await memories([], (response) => refuse(response, 403, 'Forbidden'));
  await expect(kept.keep(set, memory)).rejects.toThrow('Forbidden');
  expect(kept.of(set)).toBe(memory);
  await kept.keep(set, memory);
  await kept.keep(set, memory);
  expect(requests).toEqual([PATCH, PATCH]);
});

it.each<[what: string, found: ConfigMap, malformed: string[]]>([
  ['is malformed', written('{"sources":[{}]}'), ['sallyport/sallyport-memory-office']],
  ['was left by an earlier set of the same name', written('', 'before'), []],
])('starts anew where the ConfigMap %s', async (_what, found, malformed) => {
  const { memories: kept, requests, malformed: told } = await memories([found]);
  expect(kept.of(set).size).toBe(0);
  expect(told).toEqual(malformed);
  await kept.keep(set, new Map());
  expect(requests).toEqual([DELETE]);
});

it('is for one set, not for the next of that name', async () => {
  const { memories: kept } = await memories();
  await kept.keep(set, memory);
  const next: CidrSet = { ...set, metadata: { name: 'office', uid: 'later' } };
  expect(kept.of(next).size).toBe(0);
});
