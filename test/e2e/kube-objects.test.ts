import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { KubeClient } from '../../src/kube/client.js';
import { type Condition, conditionSet } from '../../src/kube/conditions.js';
import { addFinalizer, removeFinalizer } from '../../src/kube/finalizer.js';
import { configMaps } from '../../src/kube/owned/resources.js';
import { Recorder } from '../../src/kube/recorder.js';
import type { KubeObject, Resource } from '../../src/kube/resource.js';
import { applyStatus } from '../../src/kube/status.js';
import { timestamp } from '../../src/kube/time.js';
import { registry } from '../../src/telemetry/metrics.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { applyObjects, kindsServed } from '../support/crds.js';
import { configMap } from '../unit/kube/config-maps.js';
import { recordedLog } from '../unit/kube/recorded-log.js';

interface Gate extends KubeObject {
  spec: { width?: number };
  status?: { conditions?: Condition[]; width?: number; list?: string[] };
}
const gates: Resource<Gate> = { group: 'example.org', version: 'v1', plural: 'gates', kind: 'Gate', namespaced: false };

const string = { type: 'string' };
const integer = { type: 'integer' };
const condition = {
  type: 'object',
  required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
  properties: {
    type: string,
    status: string,
    observedGeneration: integer,
    lastTransitionTime: string,
    reason: string,
    message: string,
  },
};
const conditions = {
  type: 'array',
  items: condition,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
};
const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gates.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Cluster',
    names: { kind: 'Gate', plural: 'gates' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { width: integer } },
              status: {
                type: 'object',
                properties: { conditions, width: integer, list: { type: 'array', items: string } },
              },
            },
          },
        },
      },
    ],
  },
};

let server: ApiServer;
let client: KubeClient;
beforeAll(async () => {
  server = await startApiServer();
  const config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
  client = new KubeClient(config);
  await applyObjects(server, crd);
  await kindsServed(server);
});
afterAll(() => server.stop());
beforeEach(() => registry.resetMetrics());

async function createGate(name: string): Promise<Gate> {
  return client.create(gates, { metadata: { name }, spec: { width: 1 } });
}

async function fresh(gate: Gate): Promise<Gate> {
  const found = await client.get(gates, gate.metadata);
  if (!found) throw new Error(`no gate ${gate.metadata.name}`);
  return found;
}

/** Requests that may have changed something, since the test began. */
async function mutatingCalls(): Promise<number> {
  const metric = await registry.getSingleMetric('sallyport_kube_requests_total')?.get();
  let sum = 0;
  for (const { labels, value } of metric?.values ?? []) {
    if (!['get', 'list', 'watch'].includes(String(labels.verb))) sum += value;
  }
  return sum;
}

it('writes a status once, then only what changes, and takes back what it no longer says', async () => {
  const gate = await createGate('status');
  const status = { width: 1, list: ['a'], conditions: [] as Condition[], absent: undefined };
  expect(await applyStatus(client, gates, gate, status)).toBe(true);
  const before = await mutatingCalls();
  expect(await applyStatus(client, gates, await fresh(gate), status)).toBe(false);
  expect(await mutatingCalls()).toBe(before);
  expect(await applyStatus(client, gates, await fresh(gate), { width: 2 })).toBe(true);
  expect((await fresh(gate)).status).toMatchObject({ width: 2 });
  expect((await fresh(gate)).status?.list).toBeUndefined();
  expect(await applyStatus(client, gates, await fresh(gate), { width: 2 })).toBe(false);
});

it('does not bring back an object that is gone, to give it a status', async () => {
  const gate = await createGate('departed');
  await client.delete(gates, gate.metadata);
  await expect(applyStatus(client, gates, gate, { width: 1 })).rejects.toMatchObject({ reason: 'NotFound' });
});

it('tells conditions that kubectl waits for, and that stay in their order when the set grows', async () => {
  const gate = await createGate('conditions');
  const yes = { status: 'True', reason: 'Yes', message: '' } as const;
  const old = conditionSet('First', 'Last');
  await applyStatus(client, gates, gate, {
    conditions: old({ object: gate, findings: { First: yes, Last: yes }, now: timestamp() }),
  });
  await server.kubectl('wait', '--for=condition=Ready', 'gate/conditions', '--timeout=120s');

  const grown = conditionSet('First', 'Middle', 'Last');
  const object = await fresh(gate);
  const status = { conditions: grown({ object, findings: { First: yes, Middle: yes, Last: yes }, now: timestamp() }) };
  await applyStatus(client, gates, object, status);
  expect(await applyStatus(client, gates, await fresh(gate), status)).toBe(false);
});

it('adds and removes its finalizer, and leaves those of others', async () => {
  const gate = await createGate('finalized');
  const ours = 'sallyport.dev/cleanup';
  await client.patch(gates, gate.metadata, { metadata: { finalizers: ['example.org/theirs'] } });
  expect(await addFinalizer(client, gates, gate, ours)).toBe(true); // gate is out of date by now
  expect((await fresh(gate)).metadata.finalizers).toEqual(['example.org/theirs', ours]);

  const before = await mutatingCalls();
  expect(await addFinalizer(client, gates, await fresh(gate), ours)).toBe(true);
  expect(await mutatingCalls()).toBe(before);

  await client.delete(gates, gate.metadata);
  await removeFinalizer(client, gates, gate, ours); // out of date again: it has none in its list
  await removeFinalizer(client, gates, await fresh(gate), ours);
  expect((await fresh(gate)).metadata.finalizers).toEqual(['example.org/theirs']);
});

it('says that an object is gone rather than add a finalizer to its namesake', async () => {
  const gate = await createGate('gone');
  await client.delete(gates, gate.metadata);
  expect(await addFinalizer(client, gates, gate, 'sallyport.dev/cleanup')).toBe(false);
  await createGate('gone');
  expect(await addFinalizer(client, gates, gate, 'sallyport.dev/cleanup')).toBe(false);
  expect((await fresh(gate)).metadata.finalizers).toBeUndefined();
});

it('records events that kubectl describe shows, the same ones as one', async () => {
  const recorder = new Recorder({ client, log: recordedLog().log });
  const gate = await createGate('described');
  const map = await client.create(configMaps, configMap('described'));
  const authorized = { type: 'Normal', reason: 'RulesAuthorized', action: 'Apply', note: 'sg-0a1b: 3 rules' } as const;
  const held = { type: 'Warning', reason: 'RemovalHeld', action: 'Apply', note: 'ü'.repeat(600) } as const;
  for (let i = 0; i < 3; i++) recorder.event(gate, authorized);
  recorder.event(gate, held);
  recorder.event(map, authorized);
  await recorder.flush();

  const described = await server.kubectl('describe', 'gate', 'described');
  expect(described).toMatch(
    /Normal +RulesAuthorized +\S+ \(x3 over \S+\) +sallyport\.dev\/operator\S* +sg-0a1b: 3 rules\n/,
  );
  expect(described).toMatch(/Warning +RemovalHeld .* ü{510}…\n/);
  expect(await server.kubectl('describe', 'configmap', 'described')).toMatch(/RulesAuthorized .*3 rules\n/);

  const notes = await server.kubectl(
    'get',
    'events',
    '-A',
    '-o',
    'jsonpath={range .items[*]}{.metadata.namespace} {end}',
  );
  expect(notes.trim().split(' ')).toEqual(['default', 'default', 'default']);
});

it('records an event anew when the one it would count up has expired', async () => {
  const { log, entries } = recordedLog();
  const recorder = new Recorder({ client, log });
  const gate = await createGate('expired');
  const occurrence = { type: 'Normal', reason: 'Looked', action: 'Observe', note: 'all well' } as const;
  recorder.event(gate, occurrence);
  await recorder.flush();
  await server.kubectl('delete', 'events', '--all');
  recorder.event(gate, occurrence);
  await recorder.flush();
  expect(await server.kubectl('describe', 'gate', 'expired')).toMatch(/Looked .*all well\n/);
  expect(entries).toEqual([]);
});

it('takes nothing over that it was not told to, and deletes only the very object that was meant', async () => {
  await client.create(configMaps, { ...configMap('theirs'), data: { key: 'theirs' } });
  const ours = { metadata: { namespace: 'default', name: 'theirs' }, data: { key: 'ours' } };
  await expect(client.apply(configMaps, ours, { manager: 'us', force: false })).rejects.toThrow('Conflict');
  await expect(client.delete(configMaps, ours.metadata, { uid: 'of-another' })).rejects.toThrow('Conflict');
  const left = await client.get(configMaps, ours.metadata);
  expect(left?.data).toEqual({ key: 'theirs' });
  await client.delete(configMaps, ours.metadata, { uid: left?.metadata.uid });
  expect(await client.get(configMaps, ours.metadata)).toBeUndefined();
});
