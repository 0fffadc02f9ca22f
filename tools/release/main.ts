/** Writes release/: all that a release consists of but the image. The same commit and npm give the same bytes. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crds } from '../../src/api/crds.gen.js';
import { PartError } from '../parts/build.js';
import { CommandError } from '../parts/command.js';
import { bundle } from './bundle.js';
import { packageChart } from './chart.js';
import { ReleaseError, releasable } from './checks.js';
import { LicenceError, licenceTexts } from './licences.js';
import { billOfMaterials } from './sbom.js';

const folder = 'release';

try {
  const release = await releasable();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const packages = await bundle(join(folder, 'sallyport.mjs'));
  await packageChart(folder, release.date);
  await writeFile(join(folder, 'crds.yaml'), crds);
  await writeFile(join(folder, 'sbom.cdx.json'), await billOfMaterials(packages, release));
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), await licenceTexts(packages));
  await copyFile('LICENSE', join(folder, 'LICENSE'));
  await writeFile(join(folder, 'SHA256SUMS'), await checksums());
  console.log(`Sallyport ${release.version} of ${release.date.toISOString().slice(0, 10)}, in ${folder}/`);
} catch (error) {
  const isExplained = [ReleaseError, LicenceError, PartError, CommandError].some((each) => error instanceof each);
  if (!isExplained) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** For `sha256sum --check`. */
async function checksums(): Promise<string> {
  const lines = (await readdir(folder)).sort().map(async (file) => {
    const digest = createHash('sha256').update(await readFile(join(folder, file)));
    return `${digest.digest('hex')}  ${file}\n`;
  });
  return (await Promise.all(lines)).join('');
}
