import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line from its sources, with `env` besides what this process has; undefined takes a variable away. */
export function sallyport(args: readonly string[], env: Record<string, string | undefined>, stdin = ''): Promise<Ran> {
  const loader = join('node_modules', 'tsx', 'dist', 'cli.mjs');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [loader, join('src', 'main.ts'), ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}
