/** Writes what follows from crds/*.yaml, the single source of the kinds' shape: types, docs, and what `crds` prints. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type Crd, fileName } from './crd.js';
import { withFields } from './fields.js';
import { typesOf } from './types.js';

const documents: string[] = [];
for (const file of (await readdir('crds')).sort()) {
  const yaml = await readFile(`crds/${file}`, 'utf8');
  documents.push(yaml);
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
