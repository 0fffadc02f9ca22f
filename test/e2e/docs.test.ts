import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { ensureParts } from '../../tools/parts/ensure.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { applyCrds, applyObjects, kindsServed } from '../support/crds.js';

let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer();
  await applyCrds(server);
  const { 'gitops-crds': gitopsCrds } = await ensureParts(['gitops-crds']);
  await server.kubectl('apply', '--server-side', '-f', gitopsCrds);
  await kindsServed(server);
  for (const namespace of ['argocd', 'flux-system']) await server.kubectl('create', 'namespace', namespace);
});

afterAll(async () => {
  await server.stop();
});

/** Every manifest that a reader could copy: from examples/ as files, from pages as fenced yaml. */
async function manifests(): Promise<[where: string, yaml: string][]> {
  const examples = await readdir('examples', { recursive: true });
  const pages = ['README.md', ...(await readdir('docs')).map((name) => join('docs', name))];
  const files = examples.filter((name) => name.endsWith('.yaml')).map((name) => join('examples', name));
  const whole = files.map(async (file): Promise<[string, string]> => [file, await readFile(file, 'utf8')]);
  const fenced = pages
    .filter((page) => page.endsWith('.md'))
    .map(async (page) => {
      const blocks = (await readFile(page, 'utf8')).matchAll(/^```yaml\n(.*?)^```/gms);
      return [...blocks]
        .map(([, yaml = ''], i): [string, string] => [`${page}, example ${i + 1}`, yaml])
        .filter(([, yaml]) => !yaml.startsWith('# .gitlab-ci.yml'));
    });
  return [...(await Promise.all(whole)), ...(await Promise.all(fenced)).flat()];
}

it('every example is accepted by the API server', async () => {
  const found = await manifests();
  expect(found.length).toBeGreaterThanOrEqual(6);
  for (const [where, yaml] of found) {
    const objects = parseAllDocuments(yaml).map((document) => document.toJS() as object);
    await applyObjects(server, ...objects).catch((error: Error) => {
      throw new Error(`${where}: ${error.message}`);
    });
  }
});
