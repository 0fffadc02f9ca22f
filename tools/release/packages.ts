import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package that the bundle holds code of. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As it calls its licence: an SPDX expression, or nothing. */
  readonly license: string;
  /** Where its source is, as it says: the licences ask to tell. */
  readonly source: string;
  readonly folder: string;
}

/** By name and version. What was imported and shaken off is not among them. */
export async function bundledPackages({ outputs }: Metafile): Promise<BundledPackage[]> {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }
  }
  const packages = await Promise.all([...folders].map(readPackage));
  return packages.sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  repository?: string | { url: string };
}

async function readPackage(folder: string): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license = '', repository = '' } = manifest;
  return { name, version, license, source: typeof repository === 'string' ? repository : repository.url, folder };
}

/** The same everywhere, as localeCompare is not. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
