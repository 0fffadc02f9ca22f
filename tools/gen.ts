/** Writes src/api/*.gen.ts from crds/*.yaml, which are the single source of the kinds' shape. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { parse } from 'yaml';

interface Crd {
  spec: {
    group: string;
    names: { kind: string; plural: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}
interface Schema extends JSONSchema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** A defaulted field is always there in what the API server returns, so the type we read has it as required. */
function asRead(schema: Schema): Schema {
  const properties = Object.entries(schema.properties ?? {});
  const defaulted = properties.filter(([, s]) => s.default !== undefined).map(([name]) => name);
  return {
    ...schema,
    ...(properties.length > 0 && {
      properties: Object.fromEntries(properties.map(([name, s]) => [name, asRead(s)])),
      required: [...((schema.required as string[] | undefined) ?? []), ...defaulted],
    }),
    ...(schema.items && { items: asRead(schema.items) }),
  };
}

const options = {
  bannerComment: '',
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  style: { singleQuote: true },
};

const documents: string[] = [];
for (const file of (await readdir('crds')).sort()) {
  const yaml = await readFile(`crds/${file}`, 'utf8');
  documents.push(yaml);
  const { spec } = parse(yaml, { merge: true }) as Crd;
  const { kind, plural } = spec.names;
  for (const { name: version, schema } of spec.versions) {
    const root = asRead(schema.openAPIV3Schema);
    const part = (name: string) =>
      compile(root.properties?.[name] ?? {}, kind + name[0]?.toUpperCase() + name.slice(1), options);
    const text = [
      `// Generated from crds/${file} by \`npm run gen\`. Do not edit.`,
      `import type { ObjectMeta, Resource } from '../kube/resource.js';`,
      '',
      await part('spec'),
      await part('status'),
      `/** ${root.description} */`,
      `export interface ${kind} {`,
      `  apiVersion: '${spec.group}/${version}';`,
      `  kind: '${kind}';`,
      '  metadata: ObjectMeta;',
      `  spec: ${kind}Spec;`,
      `  status?: ${kind}Status;`,
      '}',
      '',
      `export const ${plural}: Resource<${kind}> = {`,
      `  group: '${spec.group}',`,
      `  version: '${version}',`,
      `  plural: '${plural}',`,
      `  kind: '${kind}',`,
      '  namespaced: false,',
      '};',
      '',
    ].join('\n');
    await writeFile(`src/api/${kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.gen.ts`, text);
  }
}

await writeFile(
  'src/api/crds.gen.ts',
  `// Generated from crds/*.yaml by \`npm run gen\`. Do not edit.\n\n/** What \`sallyport crds\` prints; the bundle has no other files. */\nexport const crds = ${JSON.stringify(documents.join('---\n'))};\n`,
);
