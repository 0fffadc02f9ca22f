import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type ManifestError, readManifests } from '../../../src/plan/manifests.js';
import { resource } from '../private-link-endpoint/world.js';
import { written } from './build.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-manifests-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: string | object): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function problems(...paths: string[]): Promise<string[]> {
  const error: ManifestError = await readManifests(paths).then(
    () => Promise.reject(new Error('the manifests were taken')),
    (cause) => cause,
  );
  return error.problems.map((problem) => problem.replace(`${folder}/`, ''));
}

const office = `apiVersion: sallyport.dev/v1alpha1
kind: CidrSet
metadata: { name: office }
spec: { cidrs: [{ cidr: 203.0.113.0/24 }] }
`;

it('reads folders to the bottom, YAML and JSON, several documents and lists, and counts what is not ours', async () => {
  await put('a/b/office.yaml', `# offices\n---\n${office}---\napiVersion: v1\nkind: ConfigMap\n---\n`);
  await put('a/list.json', {
    apiVersion: 'v1',
    kind: 'List',
    items: [written('vpn'), { apiVersion: 'apps/v1', kind: 'Deployment' }],
  });
  await put(
    'a/account.yml',
    `apiVersion: sallyport.dev/v1alpha1
kind: AwsAccount
metadata: { name: shared }
spec: { accountId: "111111111111", regions: [eu-west-1] }
`,
  );
  await put('a/README.md', office);
  const found = await readManifests([folder]);
  expect(found.sets.map(({ metadata }) => metadata.name).sort()).toEqual(['office', 'vpn']);
  expect(found.accounts.map(({ metadata }) => metadata.name)).toEqual(['shared']);
  expect(found.ignored).toBe(2);
});

it('takes PrivateLinkEndpoints of the same name from two namespaces, and the given one where none is named', async () => {
  const { metadata, ...rest } = resource();
  for (const namespace of ['ci', undefined])
    await put(`${namespace}.json`, { ...rest, metadata: { ...metadata, namespace } });
  const { endpoints } = await readManifests([folder], 'tools');
  expect(endpoints.map((each) => each.metadata.namespace)).toEqual(['ci', 'tools']);
});

it('tells all that is wrong, each with its file', async () => {
  await put('1.yaml', 'a: [');
  await put('2.yaml', office.replace('cidrs', 'cidr'));
  await put('3.yaml', office);
  await put('4.yaml', office);
  expect(await problems(folder)).toEqual([
    expect.stringMatching(/^1.yaml: is no YAML: .* at line 1, column 5$/),
    '2.yaml: CidrSet office: spec.cidr: is no known field',
    expect.stringMatching(/^4.yaml: CidrSet office: is in .*3.yaml too$/),
  ]);
  expect(await problems(join(folder, 'none'))).toEqual(['none: there is no such file or folder']);
});
