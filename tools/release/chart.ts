import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureParts } from '../parts/ensure.js';

const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: sallyport
  labels:
    pod-security.kubernetes.io/enforce: restricted
`;

/**
 * Packages the chart into a folder, and for those without Helm renders it there as it is without values: `install.yaml`.
 *
 * @param date Of all files in the package.
 */
export async function packageChart(into: string, date: Date): Promise<void> {
  const { helm } = await ensureParts(['helm']);
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-chart-'));
  try {
    const chart = join(folder, 'sallyport');
    await cp('charts/sallyport', chart, { recursive: true });
    for (const path of await readdir(chart, { recursive: true })) await utimes(join(chart, path), date, date);
    const run = promisify(execFile);
    await run(helm, ['package', chart, `--destination=${into}`]);
    const render = ['template', 'sallyport', chart, '--namespace=sallyport'];
    const { stdout } = await run(helm, render, { maxBuffer: 2 ** 26 });
    await writeFile(join(into, 'install.yaml'), `${namespace}${stdout}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
