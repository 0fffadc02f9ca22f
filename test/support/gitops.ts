import { execFile } from 'node:child_process';
import { ensureParts } from '../../tools/parts/ensure.js';

/** What Argo CD or Flux says of each object, by their own code; tools/go/gitops says of which command. */
export async function gitops<Answer>(
  command: string,
  objects: readonly object[],
  ...args: string[]
): Promise<Answer[]> {
  const { gitops: program } = await ensureParts(['gitops']);
  return new Promise((resolve, reject) => {
    const child = execFile(program, [command, ...args], { maxBuffer: 2 ** 26 }, (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(JSON.stringify(objects));
  });
}
