import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { MARKER } from '../../src/plan/markdown.js';
import { cidrSet } from '../support/cluster.js';
import { applyObjects } from '../support/crds.js';
import { declareDns } from '../support/declared-dns.js';
import { type Ground, startGround } from '../support/ground.js';
import { readerConfig } from '../support/readers.js';
import { sallyport } from '../support/sallyport.js';

let ground: Ground;
let page: string;
beforeAll(async () => {
  ground = await startGround();
  page = await readFile('docs/plan.md', 'utf8');
  await ground.server.kubectl('apply', '-f', 'examples/quickstart');
  await declareDns(ground);
});
afterAll(() => ground.stop());

/** Fenced blocks of the page. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
}

/** What differs from run to run. */
function settled(output: string): string {
  return output.replace(/sg-\w+/g, 'sg-?').replace(/\d+ calls/, '? calls');
}

it('every command of the page prints what the page shows', async () => {
  const commands = blocks('console').flatMap((block) => block.split(/^\$ /m).slice(1));
  const plans = commands.filter((command) => command.startsWith('sallyport plan'));
  expect(plans.length).toBeGreaterThanOrEqual(4);
  for (const plan of plans) {
    const [command = '', ...shown] = plan.trimEnd().split('\n');
    const [, ...args] = command.split(' ');
    const { stdout, stderr } = await sallyport(args, { KUBECONFIG: ground.server.kubeconfig });
    expect(stderr).not.toContain('sallyport plan:');
    for (const line of shown.filter((line) => line.trim() !== '...')) {
      expect({ command, printed: settled(stdout).split('\n') }).toEqual({
        command,
        printed: expect.arrayContaining([settled(line)]),
      });
    }
  }
});

it('the permissions of the page are enough', async () => {
  const rbac = blocks('yaml').filter((block) => block.includes('rbac.authorization'));
  await applyObjects(ground.server, ...rbac.map((block) => parse(block) as object));
  const file = await readerConfig(ground.server, { clusterrole: 'sallyport-plan' });

  const target = { namespace: 'default', name: 'office' };
  await ground.apply(
    cidrSet('in-cluster', ['203.0.113.0/24'], { targets: { networkPolicies: [target], configMaps: [target] } }),
  );
  const { stdout, stderr, exitCode } = await sallyport(['plan'], { KUBECONFIG: file });
  expect({ stderr, exitCode }).toEqual({ stderr: expect.not.stringContaining('sallyport plan:'), exitCode: 2 });
  expect(stdout).toMatch(/^in the cluster$/m);
  await ground.deleteSets('in-cluster');

  const files = ['examples/private-link/interception.yaml', 'test/support/in-cluster.yaml'];
  const inCluster = await sallyport(['plan', ...files.flatMap((each) => ['-f', each])], { KUBECONFIG: file });
  expect(inCluster.stdout).not.toContain('could not be read');
  expect(inCluster.stdout).toMatch(/^ {4}\+ Deployment +default\/proxied$/m);
  expect(inCluster.stdout).toMatch(/^ {4}\+ ConfigMap +default\/builders$/m);
  // All of it but Secrets, which are nobody's but the operator's.
  expect(inCluster.stdout).toMatch(
    /^! default\/proxied: Secret default\/names can't be read from here; the proxy changes/m,
  );
  expect(inCluster.stdout).toMatch(
    /^! default\/builders: get Secret default\/runner: Forbidden: .*; what depends on it is not/m,
  );
});

interface Note {
  id: number;
  body: string;
}

/** What the job needs of GitLab: the notes of merge request 7. */
async function startGitLab(notes: Note[]) {
  const server = createServer(async (request, response) => {
    const [path, , id] = /^\/projects\/1\/merge_requests\/7\/notes(\/(\d+))?/.exec(request.url ?? '') ?? [];
    const body = new URLSearchParams(await text(request)).get('body') ?? '';
    const note = notes.find((each) => each.id === Number(id));
    if (!path || request.headers['private-token'] !== 'token') response.statusCode = 404;
    else if (request.method === 'POST') notes.push({ id: notes.length + 1, body });
    else if (request.method === 'PUT' && note) note.body = body;
    response.end(JSON.stringify(notes));
  }).listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

interface Job {
  variables: Record<string, string>;
  script: string[];
  after_script: string[];
}

it('the GitLab job keeps one comment at the merge request, and tells changes by its exit code', async () => {
  const [yaml = ''] = blocks('yaml').filter((block) => block.startsWith('# .gitlab-ci.yml'));
  const { 'sallyport-plan': job } = parse(yaml) as Record<string, Job>;
  if (!job) throw new Error('the page has no job');
  const checkout = await mkdtemp(join(tmpdir(), 'sallyport-job-'));
  const notes: Note[] = [{ id: 1, body: 'Looks good' }];
  const gitlab = await startGitLab(notes);
  await mkdir(join(checkout, 'bin'));
  await cp('examples/quickstart', join(checkout, 'cidrsets'), { recursive: true });
  await mkdir(join(checkout, 'plan'));
  await cp('examples/quickstart/accounts.yaml', join(checkout, 'plan', 'accounts.yaml'));
  await rm(join(checkout, 'cidrsets', 'accounts.yaml'));
  // In place of the package that npx would install.
  const installed = `"${process.execPath}" "${resolve('node_modules/tsx/dist/cli.mjs')}" "${resolve('src/main.ts')}"`;
  await writeFile(join(checkout, 'bin', 'npx'), `#!/bin/sh\nshift 2\nexec ${installed} "$@"\n`, { mode: 0o755 });

  /** As a runner does: a shell each, and the job ends as its script does. */
  async function run(): Promise<number> {
    const env = {
      ...process.env,
      ...job?.variables,
      PATH: `${join(checkout, 'bin')}:${process.env.PATH}`,
      HOME: checkout,
      KUBECONFIG: '',
      AWS_TOKEN: 'token',
      GITLAB_TOKEN: 'token',
      CI_API_V4_URL: gitlab,
      CI_MERGE_REQUEST_PROJECT_ID: '1',
      CI_MERGE_REQUEST_IID: '7',
    };
    const bash = (lines: string[] = []) =>
      new Promise<number>((done) => {
        execFile('bash', ['-eo', 'pipefail', '-c', lines.join('\n')], { cwd: checkout, env }, (error) =>
          done(Number(error?.code ?? 0)),
        );
      });
    const exitCode = await bash(job?.script);
    expect(await bash(job?.after_script)).toBe(0);
    return exitCode;
  }

  expect(await run()).toBe(2);
  expect(notes.map(({ body }) => body.split('\n')[0])).toEqual(['Looks good', MARKER]);
  await rm(join(checkout, 'cidrsets', 'vpn.yaml'));
  await rm(join(checkout, 'cidrsets', 'gitlab-access.yaml'));
  const [, before] = notes.map(({ body }) => body);
  expect(await run()).toBe(2);
  expect(notes).toHaveLength(2);
  expect(notes[1]?.body).not.toBe(before);

  await writeFile(join(checkout, 'cidrsets', 'office.yaml'), 'kind: [');
  expect(await run()).toBe(1);
  expect(notes).toHaveLength(2);
  await rm(checkout, { recursive: true });
});
