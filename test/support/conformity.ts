import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureParts } from '../../tools/parts/ensure.js';
import type { ApiServer } from './api-server.js';
import { eventually } from './eventually.js';

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

interface Resource {
  /** `pods`, or `pods/exec`. */
  name: string;
  kind: string;
}

interface OpenApi {
  components?: { schemas?: Record<string, Schema> };
}

/** Checks manifests with kubeconform against the schemas that the API server publishes. */
export interface Conformity {
  /** Resolves to what is wrong: a line each. */
  problems(yaml: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Knows the kinds of these groups and versions: `apps/v1`, or `v1`. */
export async function conformityWith(server: ApiServer, versions: readonly string[]): Promise<Conformity> {
  const { kubeconform } = await ensureParts(['kubeconform']);
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-schemas-'));
  for (const version of versions) {
    const schemas = await eventually(() => schemasOf(server, version));
    for (const schema of Object.values(schemas)) close(schema);
    for (const [name, schema] of Object.entries(schemas)) {
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
        // As kubeconform asks: to it, `v1` is a group too.
        const file = join(folder, `${group || version}_${version}_${kind}.json`.toLowerCase());
        await writeFile(file, JSON.stringify({ $ref: `#/components/schemas/${name}`, components: { schemas } }));
      }
    }
  }
  const location = join(folder, '{{.Group}}_{{.ResourceAPIVersion}}_{{.ResourceKind}}.json');
  return {
    async problems(yaml) {
      const args = ['-output=json', '-verbose', `-schema-location=${location}`, '-'];
      const run = promisify(execFile)(kubeconform, args, { maxBuffer: 64 * 1024 * 1024 });
      run.child.stdin?.end(yaml);
      const { stdout } = await run.catch((failed: { stdout: string }) => failed);
      const { resources } = JSON.parse(stdout) as { resources: Record<'kind' | 'name' | 'status' | 'msg', string>[] };
      if (resources.length === 0) throw new Error('nothing was checked');
      return resources
        .filter(({ status }) => status !== 'statusValid')
        .map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
    },
    close: () => rm(folder, { recursive: true }),
  };
}

/** Of a version whose kinds are served. Rejects where not all of them have a schema, which CRDs get a while later. */
async function schemasOf({ kubectl }: ApiServer, version: string): Promise<Record<string, Schema>> {
  const path = version.includes('/') ? `apis/${version}` : `api/${version}`;
  const { resources } = JSON.parse(await kubectl('get', '--raw', `/${path}`)) as { resources: Resource[] };
  const { components = {} } = JSON.parse(await kubectl('get', '--raw', `/openapi/v3/${path}`)) as OpenApi;
  const { schemas = {} } = components;
  const kinds = Object.values(schemas).flatMap((schema) => schema['x-kubernetes-group-version-kind'] ?? []);
  // Those of subresources have none.
  const served = resources.filter(({ name }) => !name.includes('/')).map(({ kind }) => kind);
  const lacking = served.filter((each) => !kinds.some(({ kind }) => kind === each));
  if (lacking.length > 0) throw new Error(`${version} has no schema yet of ${lacking}`);
  return schemas;
}

/** A field that nobody knows is a mistake, which Kubernetes' own schemas let pass. */
function close(schema: Schema): void {
  if (!schema.properties) return;
  if (!schema['x-kubernetes-preserve-unknown-fields']) schema.additionalProperties ??= false;
  for (const each of Object.values(schema.properties)) close(each);
}
