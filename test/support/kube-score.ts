import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureParts } from '../../tools/parts/ensure.js';

/** What kube-score finds unwise in manifests: a line each, with the object and the container. */
export async function complaints(yaml: string): Promise<string[]> {
  const { 'kube-score': kubeScore } = await ensureParts(['kube-score']);
  const run = promisify(execFile)(kubeScore, ['score', '--output-format=ci', '-'], { maxBuffer: 16 * 1024 * 1024 });
  run.child.stdin?.end(yaml);
  const { stdout } = await run.catch((failed: { stdout: string }) => failed);
  const lines = stdout.trim().split('\n');
  if (!lines.some((line) => line.startsWith('[OK]'))) throw new Error(`nothing was checked: ${stdout}`);
  return lines.filter((line) => /^\[(CRITICAL|WARNING)\]/.test(line));
}
