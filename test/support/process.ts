import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. */
const readyWithin = 120_000;
const stopsWithin = 60_000;
const probedEvery = 50;

/** Characters. */
const shownOutput = 4_000;

export interface ServerOptions {
  readonly args: readonly string[];
  /** Set in addition to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** File that stdout and stderr are appended to. */
  readonly log: string;
  /** Whether it serves; a rejection counts as not yet. */
  readonly isReady: () => Promise<boolean>;
}

export interface ServerProcess {
  /** Asks it to end, and makes it end where it doesn't. */
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts a server and waits until it serves. It ends with this process, however that ends, but not by the terminal's
 * Ctrl-C, so that whoever started it can still use it while they wind up.
 *
 * @throws Error with the end of its log, when it ends or isn't ready within two minutes.
 */
export async function startServer(command: string, options: ServerOptions): Promise<ServerProcess> {
  const log = await open(options.log, 'a');
  const child = spawn(command, options.args, {
    detached: true,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended: string | undefined;
  const exited = once(child, 'exit').then(
    ([code, signal]) => {
      ended = `it ended (${signal ?? `exit code ${code}`})`;
    },
    (error: Error) => {
      ended = error.message;
    },
  );
  await log.close();
  if (child.pid) killWhenOrphaned(child.pid, exited);
  // Waiting for it is `end`'s business: one that was forgotten must not keep this process alive.
  child.unref();

  async function end(signal: NodeJS.Signals): Promise<void> {
    child.ref();
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), stopsWithin);
    await exited;
    clearTimeout(timer);
  }

  const deadline = Date.now() + readyWithin;
  while (!ended && Date.now() < deadline) {
    if (await options.isReady().catch(() => false)) {
      return { stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
    }
    await sleep(probedEvery);
  }
  const reason = ended ?? `it was not ready in ${readyWithin / 1000} s`;
  await end('SIGKILL');
  const output = await readFile(options.log, 'utf8');
  throw new Error(`${command} can't be used: ${reason}. The end of ${options.log}:\n${output.slice(-shownOutput)}`);
}

/** Has a shell wait for the end of its input, which comes when this process is gone, even by a kill -9. */
function killWhenOrphaned(pid: number, exited: Promise<void>): void {
  const watch = spawn('sh', ['-c', 'read -r _; kill -KILL "$1"', 'sh', `${pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
  (watch.stdin as Socket).unref();
  exited.then(() => watch.kill('SIGKILL'));
}
