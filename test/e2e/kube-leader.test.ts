import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { KubeClient } from '../../src/kube/client.js';
import { LeadershipLost, runWhenLeader } from '../../src/kube/leader.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { applyObjects } from '../support/crds.js';
import { recordedLog } from '../unit/kube/recorded-log.js';
import { until } from '../unit/kube/until.js';

let server: ApiServer;
let config: KubeConfig;
beforeAll(async () => {
  server = await startApiServer();
  config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
});
afterAll(() => server.stop());

/** Long enough for a machine that stands still for seconds. */
const LEASE_MS = 10_000;

/** A candidate for the lease `name`. Its lead goes on until `finish`, whatever its signal says. */
function candidate(name: string, identity: string) {
  const stop = new AbortController();
  const state = { leads: false, signal: undefined as AbortSignal | undefined, finish: () => {} };
  const run = runWhenLeader(
    {
      client: new KubeClient(config),
      namespace: 'default',
      name,
      identity,
      log: recordedLog().log,
      leaseDurationMs: LEASE_MS,
      renewDeadlineMs: 8_000,
      retryPeriodMs: 100,
    },
    stop.signal,
    async (signal) => {
      state.leads = true;
      state.signal = signal;
      await new Promise<void>((resolve) => {
        state.finish = resolve;
      });
      state.leads = false;
    },
  );
  run.catch(() => {});
  return { stop, state, run };
}

async function holder(name: string): Promise<string> {
  return server.kubectl('get', 'lease', name, '-o', 'jsonpath={.spec.holderIdentity}');
}

it('leads alone, and hands over when its work has ended, not before', async () => {
  const a = candidate('handover', 'a');
  await until(() => a.state.leads);
  const b = candidate('handover', 'b');
  a.stop.abort();
  await until(() => a.state.signal?.aborted === true);

  // While a winds up it renews the lease, beyond the time after which b could take it.
  const renewedAt = () => server.kubectl('get', 'lease', 'handover', '-o', 'jsonpath={.spec.renewTime}');
  const aborted = Date.parse(await renewedAt());
  await until(async () => Date.parse(await renewedAt()) > aborted + LEASE_MS);
  expect(b.state.leads).toBe(false);
  expect(await holder('handover')).toBe('a');

  a.state.finish();
  await a.run;
  await until(() => b.state.leads);
  expect(await holder('handover')).toBe('b');
  b.state.finish();
  await b.run;
  expect(await holder('handover')).toBe('');
});

it('takes the lease of a leader that is gone, whatever its clock said', async () => {
  await applyObjects(server, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'gone', namespace: 'default' },
    spec: { holderIdentity: 'ghost', leaseDurationSeconds: 1, renewTime: '2099-01-01T00:00:00.000000Z' },
  });
  const a = candidate('gone', 'a');
  await until(() => a.state.leads);
  a.state.finish();
  await a.run;
});

it('gives up at once when another holds the lease', async () => {
  const a = candidate('stolen', 'a');
  await until(() => a.state.leads);
  await server.kubectl('patch', 'lease', 'stolen', '--type=merge', '-p', '{"spec":{"holderIdentity":"thief"}}');
  await expect(a.run).rejects.toThrow(new LeadershipLost('thief holds the lease'));
  expect(a.state.signal?.aborted).toBe(true);
  expect(await holder('stolen')).toBe('thief');
});

it('gives up when the lease cannot be renewed', async () => {
  const a = candidate('outage', 'a');
  await until(() => a.state.leads);
  await server.kill();
  await expect(a.run).rejects.toThrow(LeadershipLost);
  expect(a.state.signal?.aborted).toBe(true);
  await server.start();
});
