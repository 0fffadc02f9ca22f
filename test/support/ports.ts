import { once } from 'node:events';
import { createServer } from 'node:net';

const WORKERS = 4;
/** Ports that this process has picked, whose servers may not listen yet. */
const picked = new Set<number>();

/**
 * A loopback port that nothing listens on, and that no other of Jest's workers picks before a server does. It lies beneath
 * the ranges that systems pick clients' own ports from, so that it is still free after the server on it was killed, however
 * hard clients knock.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const worker = Number(process.env.JEST_WORKER_ID ?? 0) % WORKERS;
    const port = 20_000 + WORKERS * Math.floor(Math.random() * 3_000) + worker;
    if (picked.has(port) || !(await isFree(port))) continue;
    picked.add(port);
    return port;
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
