import { afterEach, expect, it } from '@jest/globals';
import { KubeClient } from '../../../src/kube/client.js';
import { Recorder } from '../../../src/kube/recorder.js';
import { configMap } from './config-maps.js';
import { type FakeServer, fakeServer, json, refuse } from './fake-server.js';
import { recordedLog } from './recorded-log.js';

let server: FakeServer;
afterEach(() => server.close());

const occurrence = { type: 'Normal', reason: 'Looked', action: 'Observe', note: 'all well' } as const;

it('logs what it could not send, and sends the rest', async () => {
  let refusals = 1;
  server = await fakeServer((_url, response) =>
    refusals-- > 0 ? refuse(response, 403, 'Forbidden') : json(response, 201, {}),
  );
  const { log, entries } = recordedLog();
  const recorder = new Recorder({ client: new KubeClient(server.config), log });
  recorder.event(configMap('a'), occurrence);
  recorder.event(configMap('b'), occurrence);
  await recorder.flush();
  expect(entries).toMatchObject([{ level: 'warn', message: 'event not sent', object: 'a', reason: 'Looked' }]);
  expect(server.requests).toEqual(Array(2).fill('POST /apis/events.k8s.io/v1/namespaces/default/events?'));
});

it('drops events rather than fill the memory while the API server hangs', async () => {
  server = await fakeServer(() => {});
  const { log, entries } = recordedLog();
  const recorder = new Recorder({ client: new KubeClient(server.config, { deadlineMs: 1 }), log });
  for (let i = 0; i < 1_003; i++) recorder.event(configMap('a'), { ...occurrence, note: `look ${i}` });
  expect(entries.map(({ message, note }) => [message, note])).toEqual(
    [1_000, 1_001, 1_002].map((i) => ['event dropped: too many wait to be sent', `look ${i}`]),
  );
  await recorder.flush();
});
