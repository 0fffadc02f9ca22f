import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureParts } from '../../tools/parts/ensure.js';
import { builtProgram } from './sallyport.js';

/** A shell with what a user has at hand: kubectl with its plugin, helm, aws, sallyport. Variables stay from one command to the next. */
export interface Terminal {
  /** Where it starts. */
  readonly folder: string;
  run(command: string): Promise<{ exitCode: number; output: string }>;
  close(): Promise<void>;
}

export interface TerminalOptions {
  env: Record<string, string>;
  /** Without it, an empty folder that goes with the terminal. */
  folder?: string;
}

export async function openTerminal({ env, folder }: TerminalOptions): Promise<Terminal> {
  const { kubectl, aws, helm } = await ensureParts(['kubectl', 'aws', 'helm']);
  const home = await mkdtemp(join(tmpdir(), 'sallyport-terminal-'));
  const own = `exec '${process.execPath}' '${await builtProgram()}'`;
  await writeCommands(join(home, 'bin'), {
    kubectl: `exec '${kubectl}' "$@"`,
    aws: `exec '${aws}' -m awscli "$@"`,
    helm: `exec '${helm}' "$@"`,
    sallyport: `${own} "$@"`,
    'kubectl-sallyport': `${own} "$@"`,
    npx: `[ "$1" = sallyport ] || exit 127; shift; ${own} "$@"`,
  });
  const cwd = folder ?? join(home, 'work');
  await mkdir(cwd, { recursive: true });
  const shell = spawn('bash', ['--norc', '--noprofile'], {
    cwd,
    env: { ...process.env, HOME: home, ...env, PATH: `${join(home, 'bin')}:${process.env.PATH}` },
  });
  return {
    folder: cwd,
    run: (command) => runIn(shell, command),
    async close() {
      shell.stdin.end();
      await rm(home, { recursive: true });
    },
  };
}

async function writeCommands(folder: string, commands: Record<string, string>): Promise<void> {
  await mkdir(folder);
  for (const [name, script] of Object.entries(commands)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
}

/** Its standard output and error together, as a terminal shows them. */
function runIn(shell: ChildProcessWithoutNullStreams, command: string): Promise<{ exitCode: number; output: string }> {
  const end = randomUUID();
  let output = '';
  return new Promise((resolve, reject) => {
    const onData = (data: Buffer) => {
      output += data;
      const [whole, exitCode] = new RegExp(`${end} (\\d+)\\n`).exec(output) ?? [];
      if (whole === undefined) return;
      shell.stdout.off('data', onData);
      shell.off('exit', onExit);
      resolve({ exitCode: Number(exitCode), output: output.slice(0, -whole.length) });
    };
    const onExit = () => reject(new Error(`the shell ended at ${command}: ${output}`));
    shell.stdout.on('data', onData);
    shell.once('exit', onExit);
    // Nothing that it runs may read what is typed after it.
    shell.stdin.write(`{ ${command}\n} 2>&1 </dev/null\necho "${end} $?"\n`);
  });
}
