import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** A clone of this tree as it is now, committed. */
export interface Checkout {
  folder: string;
  run(command: string, ...args: string[]): Promise<string>;
  commit(): Promise<void>;
  remove(): Promise<void>;
}

export async function checkout(): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-checkout-'));
  async function run(command: string, ...args: string[]): Promise<string> {
    return (await promisify(execFile)(command, args, { cwd: folder, maxBuffer: 2 ** 26 })).stdout;
  }
  const listed = promisify(execFile)('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of (await listed).stdout.split('\0').filter(Boolean)) {
    // What was deleted here is listed still.
    await cp(file, join(folder, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await run('git', 'init', '--quiet');
  await writeFile(join(folder, '.git/info/exclude'), 'node_modules\n');
  async function commit(): Promise<void> {
    await run('git', 'add', '--all');
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    const date = '2026-11-21T12:00:00Z';
    await run(
      'env',
      `GIT_COMMITTER_DATE=${date}`,
      'git',
      ...identity,
      'commit',
      '--quiet',
      '--message=All',
      `--date=${date}`,
    );
  }
  await commit();
  return { folder, run, commit, remove: () => rm(folder, { recursive: true }) };
}
