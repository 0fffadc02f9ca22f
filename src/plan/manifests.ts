import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { cidrsets } from '../api/cidr-set.gen.js';
import { objectKey } from '../kube/resource.js';
import type { Declared } from './merge.js';
import { checkManifest } from './schema.js';

export interface Manifests extends Declared {
  /** How many objects of other kinds the files hold. */
  ignored: number;
}

/** What is wrong with manifests, a line each. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/**
 * Reads files, folders with all that is below them, and with `-` standard input, in YAML or JSON.
 * @param namespace of what names none
 * @throws ManifestError with all that is wrong in any of them
 */
export async function readManifests(paths: readonly string[], namespace = 'default'): Promise<Manifests> {
  const found: Manifests = { sets: [], endpoints: [], accounts: [], pools: [], ignored: 0 };
  const problems: string[] = [];
  const seen = new Map<string, string>();
  for (const file of (await Promise.all(paths.map(filesOf))).flat()) {
    const { objects, errors } = parse(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'));
    problems.push(...errors.map((error) => `${file}: ${error}`));
    for (const object of objects) {
      const { apiVersion, kind, metadata } = object;
      if (!`${apiVersion}`.startsWith(`${cidrsets.group}/`)) {
        found.ignored += 1;
        continue;
      }
      const where = `${file}: ${kind} ${metadata?.name}`;
      const checked = checkManifest(`${apiVersion} ${kind}`, object);
      if (!checked.ok) {
        problems.push(...checked.problems.map((problem) => `${where}: ${problem}`));
        continue;
      }
      const { value } = checked;
      if (value.kind === 'PrivateLinkEndpoint' || value.kind === 'RunnerPool') value.metadata.namespace ??= namespace;
      const key = `${kind} ${objectKey(value.metadata)}`;
      const other = seen.get(key);
      if (other) problems.push(`${where}: is in ${other} too`);
      seen.set(key, file);
      if (value.kind === 'CidrSet') found.sets.push(value);
      else if (value.kind === 'PrivateLinkEndpoint') found.endpoints.push(value);
      else if (value.kind === 'RunnerPool') found.pools.push(value);
      else found.accounts.push(value);
    }
  }
  if (problems.length > 0) throw new ManifestError(problems);
  return found;
}

async function filesOf(path: string): Promise<string[]> {
  if (path === '-') return [path];
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => {
      throw new ManifestError([`${path}: there is no such file or folder`]);
    },
  );
  if (!isFolder) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => EXTENSIONS.includes(extname(name)))
    .sort()
    .map((name) => join(path, name));
}

interface Parsed {
  apiVersion?: unknown;
  kind?: unknown;
  metadata?: { name?: unknown };
  items?: unknown;
}

function parse(content: string): { objects: Parsed[]; errors: string[] } {
  const objects: Parsed[] = [];
  const errors: string[] = [];
  for (const document of parseAllDocuments(content, { merge: true })) {
    const [error] = document.errors;
    try {
      if (error) throw error;
      objects.push(...objectsIn(document.toJS()));
    } catch (cause) {
      errors.push(`is no YAML: ${(cause as Error).message.split('\n', 1)[0]?.replace(/:$/, '')}`);
    }
  }
  return { objects, errors };
}

/** The object itself, or what a `kind: List` holds. */
function objectsIn(value: unknown): Parsed[] {
  if (typeof value !== 'object' || value === null) return [];
  const object: Parsed = value;
  return `${object.kind}`.endsWith('List') && Array.isArray(object.items) ? object.items.flatMap(objectsIn) : [object];
}
