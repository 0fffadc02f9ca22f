import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A loopback port that nothing listens on. It lies beneath the ranges that systems pick clients' own ports from, so that
 * it is still free after the server on it was killed, however hard clients knock.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
