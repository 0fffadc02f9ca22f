import { compile } from 'json-schema-to-typescript';
import type { Crd, Schema } from './crd.js';

const options = {
  bannerComment: '',
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  style: { singleQuote: true },
};

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

/** The TypeScript module of one version of a kind. */
export async function typesOf({ spec }: Crd, { name, schema }: Crd['spec']['versions'][number]): Promise<string> {
  const {
    scope,
    names: { kind, plural },
  } = spec;
  const root = asRead(schema.openAPIV3Schema);
  return `import type { ObjectMeta, Resource } from '../kube/resource.js';

${await compile(root.properties?.spec ?? {}, `${kind}Spec`, options)}
${await compile(root.properties?.status ?? {}, `${kind}Status`, options)}
/** ${root.description} */
export interface ${kind} {
  apiVersion: '${spec.group}/${name}';
  kind: '${kind}';
  metadata: ObjectMeta;
  spec: ${kind}Spec;
  status?: ${kind}Status;
}

export const ${plural}: Resource<${kind}> = {
  group: '${spec.group}',
  version: '${name}',
  plural: '${plural}',
  kind: '${kind}',
  namespaced: ${scope === 'Namespaced'},
};
`;
}
