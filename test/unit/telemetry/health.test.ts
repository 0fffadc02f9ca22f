import { afterEach, expect, it } from '@jest/globals';
import { type HealthServer, serveHealth } from '../../../src/telemetry/health.js';

let server: HealthServer;
afterEach(() => server.close());

it('tells which checks hold, and shows the metrics', async () => {
  let synced = false;
  server = await serveHealth({
    host: '127.0.0.1',
    port: 0,
    healthz: { ping: () => {} },
    readyz: {
      ping: () => {},
      async synced() {
        if (!synced) throw new Error('CidrSet is not listed yet');
      },
    },
  });
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, await response.text()] as const;
  };
  expect(await get('/healthz')).toEqual([200, '[+]ping ok\n']);
  expect(await get('/readyz?verbose')).toEqual([500, '[+]ping ok\n[-]synced failed: CidrSet is not listed yet\n']);
  synced = true;
  expect(await get('/readyz')).toEqual([200, '[+]ping ok\n[+]synced ok\n']);
  expect(await get('/metrics')).toEqual([200, expect.stringContaining('process_cpu_seconds_total')]);
  expect((await get('/else'))[0]).toBe(404);
});

it('refuses an address that is taken', async () => {
  const options = { host: '127.0.0.1', healthz: {}, readyz: {} };
  server = await serveHealth({ ...options, port: 0 });
  await expect(serveHealth({ ...options, port: server.port })).rejects.toThrow('EADDRINUSE');
});
