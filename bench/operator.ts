import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** The operator as it is shipped: the bundle, in a process of its own. */
export interface Operator {
  /** How many looks at a scope have ended, and the seconds that they took together. */
  looks(): Promise<{ ended: number; seconds: number }>;
  /** Resident memory in MiB, as Linux counts it: now, and at its highest. */
  memory(): Promise<{ rssMiB: number; peakRssMiB: number }>;
  stop(): Promise<void>;
}

export interface OperatorSettings {
  kubeconfig: string;
  ownerId: string;
  /** Between looks. */
  resyncSeconds: number;
}

export async function startOperator({ kubeconfig, ownerId, resyncSeconds }: OperatorSettings): Promise<Operator> {
  const args = ['run', '--health-address=127.0.0.1:0', `--owner-id=${ownerId}`, `--resync=${resyncSeconds}`];
  const child = spawn(process.execPath, ['dist/sallyport.js', ...args], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill();
  process.once('exit', kill);
  const exited = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    exited.then(([code]) => reject(new Error(`the operator ended with exit code ${code}`)), reject);
    createInterface(child.stderr).on('line', (line) => {
      const [, healthPort] = /"healthPort":(\d+)/.exec(line) ?? [];
      if (healthPort) resolve(Number(healthPort));
      if (!line.includes('"level":"info"')) console.error(line);
    });
  });

  return {
    async looks() {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const value = (what: string) => {
        const line = new RegExp(`^controller_runtime_reconcile_time_seconds_${what}{controller="scope"} (.+)$`, 'm');
        return Number(line.exec(metrics)?.[1] ?? 0);
      };
      return { ended: value('count'), seconds: value('sum') };
    },
    async memory() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      const mib = (field: string) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
      return { rssMiB: mib('VmRSS'), peakRssMiB: mib('VmHWM') };
    },
    async stop() {
      process.off('exit', kill);
      kill();
      await exited;
    },
  };
}
