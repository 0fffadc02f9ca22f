import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type ApiServer, startApiServer } from '../../test/support/api-server.js';
import { type Seeded, seedCompany } from '../../test/support/company.js';
import { applyCrds } from '../../test/support/crds.js';
import { type Edge, startEdge } from '../../test/support/edge/edge.js';
import { startMoto } from '../../test/support/moto.js';
import { freePort } from '../../test/support/ports.js';
import { startServer } from '../../test/support/process.js';
import { ensureParts } from '../parts/ensure.js';

/** In the checkout: kubeconfig, env, and the servers' logs and data. */
export const STATE = '.demo';
export const OPERATOR_LOG = `${STATE}/operator.log`;
/** Where people expect an AWS emulator; where there is one already, ours takes another. */
const AWS_PORT = 4566;
/** Seconds. */
export const RESYNC = 2;

/** All that runs: a cluster with our kinds, the company's AWS accounts, and from `startOperator` on the operator. */
export interface Stage {
  server: ApiServer;
  edge: Edge;
  company: Seeded;
  startOperator(): Promise<void>;
}

type OnStarted = (stop: () => Promise<void>) => void;

const run = promisify(execFile);

/** `onStarted` hears how to stop each server as soon as it runs, so that a start can be interrupted anywhere. */
export async function startStage(onStarted: OnStarted): Promise<Stage> {
  const { kubectl } = await ensureParts(['kubectl']);
  const inUse = await run(kubectl, [`--kubeconfig=${STATE}/kubeconfig`, 'get', '--raw=/readyz']).catch(() => undefined);
  if (inUse) throw new Error(`A demo runs in this folder already: its ${STATE} is in use. End that one first (Ctrl-C)`);
  await rm(STATE, { recursive: true, force: true });
  // The person's own AWS settings are for their own AWS.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  // Its plans for Node 20 are no part of the show.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

  const bundled = run(process.execPath, ['tools/build.mjs']);
  const [server, { edge, company }] = await Promise.all([startCluster(onStarted), startAws(onStarted), bundled]);
  const env = {
    KUBECONFIG: server.kubeconfig,
    AWS_ENDPOINT_URL: edge.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'demo',
    AWS_SECRET_ACCESS_KEY: 'demo',
  };
  await mkdir(`${STATE}/bin`);
  await symlink(resolve('dist/sallyport.js'), `${STATE}/bin/kubectl-sallyport`);
  const exported = Object.entries({ ...env, PATH: `$PATH:${resolve(STATE, 'bin')}:${dirname(kubectl)}` });
  await writeFile(`${STATE}/env`, exported.map(([name, value]) => `export ${name}="${value}"\n`).join(''));

  async function startOperator(): Promise<void> {
    const health = `127.0.0.1:${await freePort()}`;
    const operator = await startServer(process.execPath, {
      args: ['dist/sallyport.js', 'run', `--resync=${RESYNC}`, `--health-address=${health}`, '--log-format=text'],
      env,
      log: OPERATOR_LOG,
      isReady: async () => (await fetch(`http://${health}/readyz`)).ok,
    });
    onStarted(operator.stop);
  }
  return { server, edge, company, startOperator };
}

async function startCluster(onStarted: OnStarted): Promise<ApiServer> {
  const server = await startApiServer({ dir: STATE });
  onStarted(server.stop);
  await applyCrds(server);
  return server;
}

async function startAws(onStarted: OnStarted): Promise<Pick<Stage, 'edge' | 'company'>> {
  const { url: upstream, stop } = await startMoto();
  onStarted(stop);
  const edge = await startEdge({ upstream, port: AWS_PORT }).catch(() => startEdge({ upstream }));
  onStarted(edge.stop);
  return { edge, company: await seedCompany(edge.clientFor) };
}
