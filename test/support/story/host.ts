import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Milliseconds. */
const watchedEvery = 20;

/** A host on one machine: a network and a mount namespace of its own. It is gone when this process is. */
export interface Host {
  pid: number;
  /** Precedes a command that is to run there. */
  enter: readonly [command: string, ...args: string[]];
  stop(): Promise<void>;
}

/** What became of a command. `public`: it was ended because a packet left for a public address. */
export interface Ran {
  outcome: 'ok' | 'failed' | 'public';
  output: string;
}

const isRoot = process.getuid?.() === 0;

/**
 * Who isn't root is so in a user namespace, which is that of the `first` host for all.
 *
 * @throws Error with the kernel's reason, where there can't be such namespaces.
 */
export async function startHost(first?: Host): Promise<Host> {
  const user = isRoot ? [] : ['--user', '--preserve-credentials'];
  const [command = '', ...args] = [
    ...(first && !isRoot ? ['nsenter', `--target=${first.pid}`, ...user] : []),
    ...['unshare', '--net', '--mount', ...(first || isRoot ? [] : ['--user', '--map-root-user'])],
    ...['sh', '-c', 'echo; exec cat'],
  ];
  const child = spawn(command, args, { detached: true });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const exited = once(child, 'exit').catch((error: Error) => {
    said += error.message;
  });
  const isUp = await Promise.race([once(child.stdout, 'data').then(() => true), exited.then(() => false)]);
  if (!child.pid || !isUp) throw new Error(`No network namespace can be made here: ${said.trim()}`);
  child.unref();
  for (const stream of child.stdio) (stream as Socket).unref();
  return {
    pid: child.pid,
    enter: ['nsenter', `--target=${child.pid}`, ...user, '--net', '--mount', `--wd=${process.cwd()}`],
    async stop() {
      child.ref();
      child.stdin.end();
      await exited;
    },
  };
}

/** Carries out `ip` commands there, one a line. */
export async function ip({ enter: [command, ...args] }: Host, batch: string): Promise<void> {
  const done = promisify(execFile)(command, [...args, 'ip', '-batch', '-']);
  done.child.stdin?.end(batch);
  await done;
}

/** Puts files in the place of the machine's, for what runs there: contents by path, kept in `folder` as `mounted` says. */
export async function mount({ enter: [command, ...args] }: Host, folder: string, files: object): Promise<void> {
  await mkdir(folder);
  for (const [path, content] of Object.entries(files)) {
    await writeFile(mounted(folder, path), content);
    await promisify(execFile)(command, [...args, 'mount', '--bind', mounted(folder, path), path]);
  }
}

export function mounted(folder: string, path: string): string {
  return join(folder, basename(path));
}

/** Packets that it has sent by an interface, as its kernel counts them. */
export async function sentPackets({ pid }: Host, link: string): Promise<number> {
  const counters = await readFile(`/proc/${pid}/net/dev`, 'utf8');
  const sent = new RegExp(`^ *${link}:(.*)$`, 'm').exec(counters)?.[1]?.trim().split(/ +/)[9];
  if (!sent) throw new Error(`a host has no ${link}`);
  return Number(sent);
}

/** Whether a server of it listens for TCP on the port. */
export async function isListening({ pid }: Host, port: number): Promise<boolean> {
  const sockets = await Promise.all(['tcp', 'tcp6'].map((file) => readFile(`/proc/${pid}/net/${file}`, 'utf8')));
  return new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} [0-9A-F]+:0000 0A `).test(sockets.join());
}

/** Runs a command there to its end, with nothing of this process's environment. `publicPackets` counts what must not be. */
export async function run(
  { enter: [command, ...args] }: Host,
  words: readonly string[],
  env: Record<string, string>,
  publicPackets: () => Promise<number>,
): Promise<Ran> {
  const before = await publicPackets();
  const child = spawn(command, [...args, ...words], { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => endGroup(child.pid);
  process.once('exit', kill);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  let code: number | null | undefined;
  const closed = once(child, 'close').then(([status]) => {
    code = status;
  });
  while (code === undefined && (await publicPackets()) === before) await Promise.race([closed, sleep(watchedEvery)]);
  if (code === undefined) kill();
  await closed;
  process.off('exit', kill);
  if ((await publicPackets()) > before) return { outcome: 'public', output };
  return { outcome: code === 0 ? 'ok' : 'failed', output };
}

/** Ends a process with all that it started, as far as they haven't ended. */
function endGroup(pid: number | undefined): void {
  if (!pid) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
