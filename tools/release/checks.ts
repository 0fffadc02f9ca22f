import { readFile } from 'node:fs/promises';
import { run } from '../parts/command.js';

/** What is here must not be released; the message says why and what to do. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
}

export interface Release {
  readonly version: string;
  /** Of the commit: the date of every file. */
  readonly date: Date;
}

/** @throws ReleaseError */
export async function releasable(): Promise<Release> {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const uncommitted = await changes();
  if (uncommitted) throw new ReleaseError(`Not committed:\n${uncommitted}`);
  if (!(await readFile('CHANGELOG.md', 'utf8')).includes(`\n## [${version}] - 20`)) {
    throw new ReleaseError(`CHANGELOG.md has no entry for ${version}. Write one: ## [${version}] - YYYY-MM-DD`);
  }
  await run('npm', ['run', 'gen'], here);
  const stale = await changes();
  if (stale)
    throw new ReleaseError(`Generated files were stale. Commit what \`npm run gen\` has just written:\n${stale}`);
  return { version, date: new Date(Number(await run('git', ['log', '-1', '--format=%ct'], here)) * 1000) };
}

const here = { cwd: process.cwd() };

function changes(): Promise<string> {
  return run('git', ['status', '--porcelain'], here);
}
