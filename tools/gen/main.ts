/**
 * Writes what follows from crds/*.yaml, the single source of the kinds' shape: types, docs, the chart's copy, and what
 * `crds` prints. The version, from package.json, and the table of the chart's values. And the access map's script and style,
 * from src/map/page. And what each role may do in AWS, from src/iam.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { permissions } from '../../src/iam/permissions.js';
import { type Crd, fileName } from './crd.js';
import { withFields } from './fields.js';
import { pageModule } from './page.js';
import { withPermissions } from './permissions.js';
import { typesOf } from './types.js';
import { withValues } from './values.js';
import { versioned, withVersion } from './version.js';

const chart = 'charts/sallyport';
const documents: string[] = [];
await mkdir(`${chart}/files/crds`, { recursive: true });
for (const file of (await readdir('crds')).sort()) {
  const yaml = await readFile(`crds/${file}`, 'utf8');
  documents.push(yaml);
  await copyFile(`crds/${file}`, `${chart}/files/crds/${file}`);
  const crd = parse(yaml, { merge: true }) as Crd;
  const name = fileName(crd.spec.names.kind);
  for (const version of crd.spec.versions) {
    const banner = `// Generated from crds/${file} by \`npm run gen\`. Do not edit.\n`;
    await writeFile(`src/api/${name}.gen.ts`, banner + (await typesOf(crd, version)));
    const page = `docs/${name}.md`;
    await writeFile(page, withFields(await readFile(page, 'utf8'), version.schema.openAPIV3Schema));
  }
}

await writeFile(
  'src/api/crds.gen.ts',
  `// Generated from crds/*.yaml by \`npm run gen\`. Do not edit.

/** The bundle has no other files. */
export const crds = ${JSON.stringify(documents.join('---\n'))};
`,
);

await writeFile('src/map/page.gen.ts', await pageModule());

const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
for (const file of versioned) await writeFile(file, withVersion(await readFile(file, 'utf8'), version));

const install = await readFile('docs/install.md', 'utf8');
await writeFile('docs/install.md', withValues(install, await readFile(`${chart}/values.yaml`, 'utf8')));

await writeFile('docs/iam.md', withPermissions(await readFile('docs/iam.md', 'utf8'), permissions));
