import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { KubeClient } from '../../src/kube/client.js';
import { configMaps } from '../../src/kube/owned/resources.js';
import { Reflector } from '../../src/kube/reflector.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { configMap } from '../unit/kube/config-maps.js';
import { recordedLog } from '../unit/kube/recorded-log.js';
import { until } from '../unit/kube/until.js';

let server: ApiServer;
let client: KubeClient;
const stop = new AbortController();
beforeAll(async () => {
  server = await startApiServer();
  const config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
  client = new KubeClient(config);
});
afterAll(async () => {
  stop.abort();
  await server.stop();
});

it('hears of every change while the API server is killed and comes back', async () => {
  const { log } = recordedLog();
  const reflector = new Reflector({ client, resource: configMaps, namespace: 'default', log });
  const heard: string[] = [];
  reflector.onChange((key, before, after) => heard.push(`${key} ${before?.data?.v ?? '-'}>${after?.data?.v ?? '-'}`));
  const run = reflector.run(stop.signal);
  await client.create(configMaps, { ...configMap('a'), data: { v: '1' } });
  await client.create(configMaps, { ...configMap('b'), data: { v: '1' } });
  await reflector.synced;
  await until(() => heard.length === 2);

  // The last change before the end and the first after the start are those that a reflector could miss.
  await client.patch(configMaps, configMap('a').metadata, { data: { v: '2' } });
  await server.kill();
  await server.start();
  await client.delete(configMaps, configMap('b').metadata);
  await client.create(configMaps, { ...configMap('c'), data: { v: '1' } });

  await until(() => heard.includes('default/c ->1') && heard.includes('default/b 1>-'));
  expect(heard.toSorted()).toEqual(
    ['default/a ->1', 'default/b ->1', 'default/a 1>2', 'default/b 1>-', 'default/c ->1'].toSorted(),
  );
  expect(reflector.store.list().map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['a', 'c']));

  // And the watch is a live one again.
  await client.patch(configMaps, configMap('a').metadata, { data: { v: '3' } });
  await until(() => heard.includes('default/a 2>3'));
  stop.abort();
  await run;
});
