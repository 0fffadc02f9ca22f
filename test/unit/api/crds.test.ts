import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
}

const crds = await Promise.all(
  (await readdir('crds')).map(async (file) => parse(await readFile(join('crds', file), 'utf8'), { merge: true })),
);

/** Paths of all fields: `spec.gitlab.tokenSecret`. */
function paths({ properties = {}, items, additionalProperties }: Schema, path: string): string[] {
  const fields = Object.entries(properties).flatMap(([name, field]) => [
    `${path}.${name}`,
    ...paths(field, `${path}.${name}`),
  ]);
  return [
    ...fields,
    ...(items ? paths(items, `${path}[]`) : []),
    ...(additionalProperties ? paths(additionalProperties, path) : []),
  ];
}

it.each(crds.map(({ spec }) => [spec.names.kind, spec]))(
  'a %s names no Secret of a namespace that is not its own',
  (_, spec) => {
    const [{ schema }] = spec.versions;
    const found = paths(schema.openAPIV3Schema.properties.spec, 'spec');
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter((path) => (spec.scope === 'Cluster' ? /secret/i : /namespace/i).test(path))).toEqual([]);
  },
);
