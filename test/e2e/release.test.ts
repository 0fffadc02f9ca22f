import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { type Checkout, checkout } from '../support/checkout.js';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));

let one: Checkout;
let other: Checkout;
let server: ApiServer;

beforeAll(async () => {
  [one, other, server] = await Promise.all([checkout(), checkout(), startApiServer()]);
  await one.run('npm', 'run', 'release');
});

afterAll(async () => {
  await one?.remove();
  await other?.remove();
  await server?.stop();
});

function released(file: string): Promise<string> {
  return readFile(join(one.folder, 'release', file), 'utf8');
}

/** What it says where it makes no release. */
function refusal(): Promise<string> {
  return other.run('npm', 'run', '--silent', 'release').then(
    () => 'nothing',
    ({ stderr }) => stderr,
  );
}

it('is these files, with their checksums', async () => {
  expect((await readdir(join(one.folder, 'release'))).sort()).toEqual([
    'LICENSE',
    'SHA256SUMS',
    'THIRD-PARTY-LICENSES',
    'crds.yaml',
    'install.yaml',
    `sallyport-${version}.tgz`,
    'sallyport.mjs',
    'sbom.cdx.json',
  ]);
  await one.run('sh', '-c', 'cd release && sha256sum --check SHA256SUMS');
});

it('is the same when another makes it of the same commit', async () => {
  await other.run('npm', 'run', 'release');
  expect(await readFile(join(other.folder, 'release/SHA256SUMS'), 'utf8')).toBe(await released('SHA256SUMS'));
});

it('bills what the bundle holds, and no more', async () => {
  const { components, dependencies } = JSON.parse(await released('sbom.cdx.json'));
  const names: string[] = components.map(
    ({ name, version }: { name: string; version: string }) => `${name} ${version}`,
  );
  const licences = await released('THIRD-PARTY-LICENSES');
  expect(names.filter((name) => !licences.includes(`\n${name} (`))).toEqual([]);
  expect(licences.match(/^\S+ \d\S* \(\S+\).*$/gm)).toHaveLength(names.length);
  expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^@kubernetes\/client-node /)]));
  expect(names.filter((name) => /^(@?jest|esbuild|typescript|@types)\b/.test(name))).toEqual([]);
  expect(dependencies).toHaveLength(names.length + 1);
});

it('installs without Helm', async () => {
  const install = join(one.folder, 'release/install.yaml');
  expect(await released('install.yaml')).toContain(`:${version}`);
  await server.kubectl('apply', '--server-side', '-f', join(one.folder, 'release/crds.yaml'));
  await server.kubectl('apply', '--server-side', '--force-conflicts', '-f', install);
  await server.kubectl('get', '--namespace=sallyport', 'deployment/sallyport');
});

it('a checkout gives the command, and the plugin of kubectl', async () => {
  await one.run('npm', 'run', 'build');
  const prefix = await mkdtemp(join(tmpdir(), 'sallyport-prefix-'));
  await one.run('npm', 'install', '--global', `--prefix=${prefix}`, '.');
  for (const name of ['sallyport', 'kubectl-sallyport'])
    expect(await one.run(join(prefix, 'bin', name), '--version')).toBe(`${version}\n`);
  await rm(prefix, { recursive: true });
});

it('publishes to npm what runs, and nothing else', async () => {
  await one.run('npm', 'run', 'build');
  const [{ files }] = JSON.parse(await one.run('npm', 'pack', '--dry-run', '--json', '--ignore-scripts'));
  const paths = files.map(({ path }: { path: string }) => path.replace(/^(crds|charts)\/.*/, '$1/'));
  expect([...new Set(paths)].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'charts/',
    'crds/',
    'dist/THIRD-PARTY-LICENSES',
    'dist/sallyport.js',
    'package.json',
  ]);
});

it('refuses what is not committed, not in the changelog, or not generated anew', async () => {
  const changelog = join(other.folder, 'CHANGELOG.md');
  const written = await readFile(changelog, 'utf8');
  await writeFile(changelog, written.replace(`## [${version}]`, '## [Unreleased]'));
  expect(await refusal()).toMatch(/^Not committed:\n *M CHANGELOG.md$/m);
  await other.commit();
  expect(await refusal()).toContain(
    `CHANGELOG.md has no entry for ${version}. Write one: ## [${version}] - YYYY-MM-DD\n`,
  );
  await writeFile(changelog, written);
  await appendFile(join(other.folder, 'crds/awsaccounts.yaml'), '# changed\n');
  await other.commit();
  expect(await refusal()).toMatch(/Generated files were stale\. .*\n *M .*src\/api\/crds\.gen\.ts\n/s);
});
