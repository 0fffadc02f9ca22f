import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureParts } from '../../tools/parts/ensure.js';
import { freePort } from './ports.js';
import { startServer } from './process.js';
import { replaceFile } from './replace-file.js';

/** What CoreDNS itself makes of a Corefile. */
export interface Reading {
  Tokens: { Line: number; Text: string }[];
  /** Null where there are none; a directive's words are with those of others of its name. */
  Blocks: { Keys: string[] | null; Tokens: Record<string, { Text: string }[]> }[] | null;
  /** What the plugin reload tells of it. */
  Hash: string;
  /** Empty where CoreDNS takes it. */
  Error: string;
}

export async function readByCoreDns(corefiles: readonly string[]): Promise<Reading[]> {
  const { corefile } = await ensureParts(['corefile']);
  return new Promise((resolve, reject) => {
    const child = execFile(corefile, { maxBuffer: 2 ** 28 }, (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(JSON.stringify(corefiles));
  });
}

/** What CoreDNS, its lexer and corefile-migration are tested with; some are less than a Corefile. */
export async function publishedCorefiles(): Promise<string[]> {
  const { 'published-corefiles': path } = await ensureParts(['published-corefiles']);
  return JSON.parse(await readFile(path, 'utf8'));
}

export interface CoreDns {
  readonly port: number;
  readonly resolver: Resolver;
  /** Has it the next time that it looks. */
  write(corefile: string): Promise<void>;
  stop(): Promise<void>;
}

/** CoreDNS on a loopback port, ready when `ready` resolves. `corefileOn` gives the Corefile for that port. */
export async function startCoreDns(corefileOn: (port: number) => string, ready: string): Promise<CoreDns> {
  const { coredns } = await ensureParts(['coredns']);
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-coredns-'));
  const path = join(dir, 'Corefile');
  const port = await freePort();
  await writeFile(path, corefileOn(port));
  const resolver = new Resolver({ timeout: 5_000, tries: 4 });
  resolver.setServers([`127.0.0.1:${port}`]);
  const server = await startServer(coredns, {
    args: ['-conf', path, '-dns.port', `${port}`],
    log: join(dir, 'coredns.log'),
    isReady: async () => (await resolver.resolve4(ready)).length > 0,
  });
  return {
    port,
    resolver,
    write: (corefile) => replaceFile(path, corefile),
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
