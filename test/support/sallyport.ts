import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from '@jest/globals';

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

let built: Promise<string> | undefined;
afterAll(async () => {
  if (built) await rm(await built, { recursive: true });
});

async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-cli-'));
  await promisify(execFile)(process.execPath, ['tools/build.mjs', join(folder, 'sallyport.mjs')]);
  return folder;
}

/** The command line as it is delivered: a file for Node. */
export async function builtProgram(): Promise<string> {
  built ??= build();
  return join(await built, 'sallyport.mjs');
}

/** Runs it, with `env` besides what this process has; undefined takes a variable away. */
export async function sallyport(
  args: readonly string[],
  env: Record<string, string | undefined>,
  stdin = '',
): Promise<Ran> {
  const program = await builtProgram();
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}
