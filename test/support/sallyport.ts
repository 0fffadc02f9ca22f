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

/** Runs the command line as it is delivered, with `env` besides what this process has; undefined takes a variable away. */
export async function sallyport(
  args: readonly string[],
  env: Record<string, string | undefined>,
  stdin = '',
): Promise<Ran> {
  built ??= build();
  const program = join(await built, 'sallyport.mjs');
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
