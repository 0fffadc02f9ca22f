import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureParts } from '../../tools/parts/ensure.js';
import { startServer } from './process.js';

export interface Caddy {
  /** Puts another configuration in place of the one that it watches, as a ConfigMap's volume does. */
  configure(config: string): Promise<void>;
  /** All that it has logged so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Runs the real Caddy. It is up when `healthUrl` answers. */
export async function startCaddy(config: string, healthUrl: string): Promise<Caddy> {
  const { caddy } = await ensureParts(['caddy']);
  const home = await mkdtemp(join(tmpdir(), 'sallyport-caddy-'));
  const volume = await configVolume(home, config);
  const log = join(home, 'caddy.log');
  const server = await startServer(caddy, {
    args: ['run', '--config', volume.file, '--watch'],
    env: { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
    log,
    isReady: async () => (await fetch(healthUrl)).ok,
  });
  return {
    configure: volume.write,
    log: () => readFile(log, 'utf8'),
    async stop() {
      await server.kill();
      await rm(home, { recursive: true });
    },
  };
}

/** A ConfigMap's volume as the kubelet writes it: what changes in one step is where the link to the folder leads. */
async function configVolume(home: string, config: string) {
  let versions = 0;
  async function write(changed: string): Promise<void> {
    const version = `..${versions++}`;
    await mkdir(join(home, version));
    await writeFile(join(home, version, 'caddy.json'), changed);
    await symlink(version, join(home, '..data_tmp'));
    await rename(join(home, '..data_tmp'), join(home, '..data'));
  }
  await write(config);
  const file = join(home, 'caddy.json');
  await symlink(join('..data', 'caddy.json'), file);
  return { file, write };
}

/** Has the real Caddy load the configuration, as far as that goes without starting it; rejects with what is wrong. */
export async function validateCaddy(config: string): Promise<void> {
  const { caddy } = await ensureParts(['caddy']);
  const validated = promisify(execFile)(caddy, ['validate', '--config', '-']);
  validated.child.stdin?.end(config);
  await validated;
}
