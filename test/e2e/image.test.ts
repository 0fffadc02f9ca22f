import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { applyCrds } from '../support/crds.js';
import { buildInNewFolder, type Container, container, lastStage } from '../support/image.js';
import { freePort } from '../support/ports.js';
import { startServer } from '../support/process.js';

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

let built: string;
let server: ApiServer;
let pod: Container;

/** What a pod's command prints. */
async function printed(...args: string[]): Promise<string> {
  const [command, ...before] = pod.command();
  const { stdout } = await promisify(execFile)(command, [...before, ...args], { maxBuffer: 2 ** 24 });
  return stdout;
}

beforeAll(async () => {
  [built, server] = await Promise.all([buildInNewFolder(), startApiServer()]);
  await applyCrds(server);
  await server.kubectl('create', 'serviceaccount', 'sallyport');
  const subject = '--serviceaccount=default:sallyport';
  await server.kubectl('create', 'clusterrolebinding', 'sallyport', '--clusterrole=cluster-admin', subject);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(server.kubeconfig);
  pod = await container(built, {
    [`${serviceAccount}/token`]: (await server.kubectl('create', 'token', 'sallyport')).trim(),
    [`${serviceAccount}/ca.crt`]: await readFile(kubeConfig.getCurrentCluster()?.caFile ?? '', 'utf8'),
    [`${serviceAccount}/namespace`]: 'default',
    '/endpoint.yaml': await readFile('examples/private-link/gitlab.yaml', 'utf8'),
    '/pool.yaml': await readFile('examples/runner-pool/bottlerocket.yaml', 'utf8'),
  });
});

afterAll(async () => {
  await pod?.remove();
  await server?.stop();
  if (built) await rm(built, { recursive: true });
});

it('is the same bundle, wherever it is built', async () => {
  const again = await buildInNewFolder();
  for (const file of (await lastStage()).files.values()) {
    const [one, other] = await Promise.all([built, again].map((folder) => readFile(join(folder, file))));
    expect(`${file} ${one?.equals(other as Buffer)}`).toBe(`${file} true`);
  }
  await rm(again, { recursive: true });
});

it('says its version, and prints the CRDs', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  expect(await printed('--version')).toBe(`${version}\n`);
  expect(await printed('crds')).toContain('name: runnerpools.sallyport.dev');
});

it('renders what it is given', async () => {
  expect(await printed('render', 'userdata', '-f', '/pool.yaml', '-f', '/endpoint.yaml')).toContain('[settings');
});

it('runs as a user who is not root and can write nowhere', async () => {
  const [command, ...before] = pod.command();
  const script = `
    const fs = require('node:fs');
    const refused = ['/', '/licenses', '/sallyport.mjs'].map((path) => {
      try { fs.accessSync(path, fs.constants.W_OK); return path + ' writable'; } catch (error) { return error.code; }
    });
    console.log(process.getuid(), refused.join());`;
  const { stdout } = await promisify(execFile)(command, [...before.slice(0, -1), '--eval', script]);
  expect(stdout).toMatch(/^65532 EROFS,EROFS,EROFS\n$/);
});

it('runs in a cluster: it is ready', async () => {
  const { hostname, port } = new URL(server.url);
  const health = `127.0.0.1:${await freePort()}`;
  const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, SALLYPORT_HEALTH_ADDRESS: health };
  const [command, ...args] = pod.command(env);
  const operator = await startServer(command, {
    args: [...args, ...pod.cmd],
    log: join(built, 'operator.log'),
    isReady: async () => (await fetch(`http://${health}/readyz`)).ok,
  });
  await operator.stop();
  expect(await readFile(join(built, 'operator.log'), 'utf8')).toContain('"message":"stopped"');
});

it('is built with the Node.js that the tests run under, and runs on the same line of it', async () => {
  const { optionalDependencies } = JSON.parse(await readFile('tools/node24/package.json', 'utf8'));
  const [version = ''] = Object.values<string>(optionalDependencies);
  expect(await readFile('Dockerfile', 'utf8')).toContain(`node:${version}-trixie-slim AS build`);
  expect((await lastStage()).from).toBe(`gcr.io/distroless/nodejs${version.split('.')[0]}-debian13:nonroot`);
});
