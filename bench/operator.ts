import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** The operator as it is shipped: the bundle, in a process of its own. */
export interface Operator {
  /** How many looks of a controller have ended, and the seconds that they took together. */
  looks(controller: 'scope' | 'private-link-endpoint'): Promise<{ ended: number; seconds: number }>;
  /** Resident memory in MiB, as Linux counts it: now, and at its highest. */
  memory(): Promise<{ rssMiB: number; peakRssMiB: number }>;
  stop(): Promise<void>;
}

/** `resyncSeconds`: between looks. */
export async function startOperator(kubeconfig: string, ownerId: string, resyncSeconds: number): Promise<Operator> {
  const args = ['run', '--health-address=127.0.0.1:0', `--owner-id=${ownerId}`, `--resync=${resyncSeconds}`];
  const child = spawn(process.execPath, ['dist/sallyport.js', ...args], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  process.once('exit', () => child.kill());
  const exited = once(child, 'exit');
  const port = await new Promise<string>((resolve, reject) => {
    exited.then(([code]) => reject(new Error(`the operator ended with exit code ${code}`)), reject);
    createInterface(child.stderr).on('line', (line) => {
      const [, healthPort] = /"healthPort":(\d+)/.exec(line) ?? [];
      if (healthPort) resolve(healthPort);
      if (line.includes('"level":"error"')) console.error(line);
    });
  });

  return {
    async looks(controller) {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const figure = (name: string) => figureIn(metrics, `reconcile_time_seconds_${name}{controller="${controller}"}`);
      return { ended: figure('count'), seconds: figure('sum') };
    },
    async memory() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      const mib = (name: string) => Math.round(figureIn(status, name) / 1024);
      return { rssMiB: mib('VmRSS:'), peakRssMiB: mib('VmHWM:') };
    },
    async stop() {
      child.kill();
      await exited;
    },
  };
}

function figureIn(text: string, name: string): number {
  return Number.parseFloat(text.split(name, 2)[1] ?? '0');
}
