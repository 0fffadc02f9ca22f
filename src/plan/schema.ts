import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { crds } from '../api/crds.gen.js';
import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import { choiceProblems } from './choices.js';
import { valueProblems } from './values.js';

/** What of a CRD's schema is looked at here; all other keywords mean in JSON Schema what they mean there. */
interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic';
}

interface Crd {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

/** An object of ours that the schema takes, with the schema's defaults filled in. */
export type Manifest = CidrSet | AwsAccount | PrivateLinkEndpoint | RunnerPool;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names, as far as we depend on it. */
const metadata = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', maxLength: 63 },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, validateFormats: false, useDefaults: true });
ajv.addKeyword({
  keyword: 'x-kubernetes-list-map-keys',
  type: 'array',
  error: { message: 'has two items of the same key' },
  validate: (keys: string[], items: Record<string, unknown>[]) =>
    new Set(items.map((item) => JSON.stringify(keys.map((key) => item[key])))).size === items.length,
});

/** By apiVersion and kind. */
const validators = new Map<string, ValidateFunction<Manifest>>();
for (const document of parseAllDocuments(crds, { merge: true })) {
  const { group, names, versions } = (document.toJS() as Crd).spec;
  for (const { name, schema } of versions) {
    const { properties, ...root } = closed(schema.openAPIV3Schema);
    const whole = { ...root, properties: { ...properties, metadata } };
    validators.set(`${group}/${name} ${names.kind}`, ajv.compile<Manifest>(whole));
  }
}

/** As the API server is with `kubectl apply`: a field that it doesn't know is an error. */
function closed(schema: Schema): Schema {
  const { properties, items, 'x-kubernetes-list-type': list } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each)])),
      additionalProperties: false,
    }),
    ...(items && { items: closed(items) }),
    ...(list === 'set' && { uniqueItems: true }),
  };
}

export type Checked = { ok: true; value: Manifest } | { ok: false; problems: string[] };

/**
 * Checks an object of our group as the API server would, but for those of the CRDs' CEL rules that the plan doesn't depend
 * on. Fills in defaults in place.
 * @param type its apiVersion and kind: `sallyport.dev/v1alpha1 CidrSet`
 */
export function checkManifest(type: string, object: object): Checked {
  const validate = validators.get(type);
  if (!validate) {
    return {
      ok: false,
      problems: [`${type} is no kind that is known here, which are ${[...validators.keys()].join(', ')}`],
    };
  }
  if (!validate(object)) return { ok: false, problems: (validate.errors ?? []).map(problemText) };
  const problems = manifestProblems(object);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: object };
}

function manifestProblems(manifest: Manifest): string[] {
  if (manifest.kind === 'CidrSet') return valueProblems(manifest);
  return manifest.kind === 'PrivateLinkEndpoint' ? choiceProblems(manifest) : [];
}

/** `spec.cidrs[2].cidr: must be string, but is 7` */
function problemText({ keyword, instancePath, params, message = '', data }: ErrorObject): string {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'additionalProperties') return `${pathText([...path, params.additionalProperty])}: is no known field`;
  if (keyword === 'required') return `${pathText([...path, params.missingProperty])}: is required`;
  const allowed = keyword === 'enum' ? `: ${params.allowedValues.join(', ')}` : '';
  const given = typeof data === 'object' ? '' : `, but is ${JSON.stringify(data)}`;
  return `${pathText(path)}: ${message}${allowed}${given}`;
}

function pathText(path: readonly string[]): string {
  return path.reduce((text, part) => (/^\d+$/.test(part) ? `${text}[${part}]` : text ? `${text}.${part}` : part), '');
}
