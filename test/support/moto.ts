import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureParts } from '../../tools/parts/ensure.js';
import { freePort } from './ports.js';
import { startServer } from './process.js';

/** An AWS emulator. It takes any credentials; those from AssumeRole act in the role's account. */
export interface Moto {
  /** The endpoint of all its services. */
  readonly url: string;
  /** Forgets everything, in all accounts. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startMoto(): Promise<Moto> {
  const { moto } = await ensureParts(['moto']);
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-moto-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;

  async function answers(method: string, path: string): Promise<boolean> {
    const response = await fetch(`${url}${path}`, { method, signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  }

  const server = await startServer(moto, {
    args: [fileURLToPath(new URL('edge/moto_server.py', import.meta.url)), '--host=127.0.0.1', `--port=${port}`],
    // The thousand images that it would otherwise make in each account and region take a second each time.
    env: { MOTO_EC2_LOAD_DEFAULT_AMIS: 'false' },
    log: join(dir, 'moto.log'),
    isReady: () => answers('GET', '/moto-api/data.json'),
  });
  return {
    url,
    async reset() {
      if (!(await answers('POST', '/moto-api/reset'))) throw new Error('moto refused to be reset');
    },
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
