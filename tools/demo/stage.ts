import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
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
const PID = `${STATE}/pid`;
/** Where people expect an AWS emulator; where there is one already, ours takes another. */
const AWS_PORT = 4566;
/** Seconds; a minute is the operator's default. */
export const RESYNC = 2;

/** All that runs: a cluster with our kinds, the company's AWS accounts, and from `startOperator` on the operator. */
export interface Stage {
  server: ApiServer;
  edge: Edge;
  company: Seeded;
  startOperator(): Promise<void>;
}

/** `onStarted` hears how to stop each server as soon as it runs, so that a start can be interrupted anywhere. */
export async function startStage(onStarted: (stop: () => Promise<void>) => void): Promise<Stage> {
  await requireAlone();
  await rm(STATE, { recursive: true, force: true });
  await mkdir(STATE);
  await writeFile(PID, `${process.pid}`);
  onStarted(() => rm(PID));
  // The person's own AWS settings are for their own AWS.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  // Its plans for Node 20 are no part of the show.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

  const [server, { edge, company }] = await Promise.all([startCluster(onStarted), startAws(onStarted), bundle()]);
  const env = {
    KUBECONFIG: server.kubeconfig,
    AWS_ENDPOINT_URL: edge.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'demo',
    AWS_SECRET_ACCESS_KEY: 'demo',
  };
  const { kubectl } = await ensureParts(['kubectl']);
  const exported = Object.entries({ ...env, PATH: `$PATH:${dirname(kubectl)}` });
  await writeFile(`${STATE}/env`, exported.map(([name, value]) => `export ${name}="${value}"\n`).join(''));

  return {
    server,
    edge,
    company,
    async startOperator() {
      const health = `127.0.0.1:${await freePort()}`;
      const operator = await startServer(process.execPath, {
        args: ['dist/sallyport.js', 'run', `--resync=${RESYNC}`, `--health-address=${health}`, '--log-format=text'],
        env,
        log: OPERATOR_LOG,
        isReady: async () => (await fetch(`http://${health}/readyz`)).ok,
      });
      onStarted(operator.stop);
    },
  };
}

/** The operator's last words, if it has said any. */
export async function operatorLog(lines: number): Promise<string> {
  const log = await readFile(OPERATOR_LOG, 'utf8').catch(() => '');
  return log.trimEnd().split('\n').slice(-lines).join('\n');
}

async function startCluster(onStarted: (stop: () => Promise<void>) => void): Promise<ApiServer> {
  const server = await startApiServer({ dir: STATE });
  onStarted(server.stop);
  await applyCrds(server);
  return server;
}

async function startAws(onStarted: (stop: () => Promise<void>) => void): Promise<Pick<Stage, 'edge' | 'company'>> {
  const moto = await startMoto();
  onStarted(moto.stop);
  const edge = await startEdge({ upstream: moto.url, port: AWS_PORT }).catch(() => startEdge({ upstream: moto.url }));
  onStarted(edge.stop);
  return { edge, company: await seedCompany(edge.clientFor) };
}

/** Milliseconds of work, and what is shown is surely what is in src. */
async function bundle(): Promise<void> {
  await promisify(execFile)(process.execPath, ['tools/build.mjs']);
}

/** A second demo would pull the state from under the first. */
async function requireAlone(): Promise<void> {
  const pid = Number(await readFile(PID, 'utf8').catch(() => ''));
  if (pid && isAlive(pid)) throw new Error(`A demo runs in this folder already: end it first (kill ${pid})`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
