import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { run } from '../parts/command.js';
import { type BundledPackage, bundledPackages } from './packages.js';

/**
 * Bundles the operator into a file. Resolves to the packages that it holds code of.
 *
 * @throws CommandError
 */
export async function bundle(outfile: string): Promise<BundledPackage[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-bundle-'));
  try {
    const metafile = join(folder, 'metafile.json');
    await run(process.execPath, ['tools/build.mjs', outfile, metafile], { cwd: process.cwd() });
    return await bundledPackages(JSON.parse(await readFile(metafile, 'utf8')) as Metafile);
  } finally {
    await rm(folder, { recursive: true });
  }
}
