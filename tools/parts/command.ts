import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const keptLines = 60;

export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export interface RunOptions {
  readonly cwd: string;
  /** Set in addition to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told each line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a command to its end. Resolves to the last lines that it printed, on stdout and stderr together.
 *
 * @throws CommandError with those lines, when the command can't be started or fails.
 */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env, onLine = () => {} }: RunOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
        onLine(line);
      });
    }
    function fail(reason: string, cause?: unknown): void {
      reject(new CommandError([`${command} ${args.join(' ')}: ${reason}`, ...lines].join('\n'), { cause }));
    }
    child.on('error', (error) => fail(error.message, error));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(lines.join('\n'));
      else fail(signal ? `ended by ${signal}` : `exit code ${code}`);
    });
  });
}
