import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { ensureParts } from '../../tools/parts/ensure.js';
import { freePort } from './ports.js';
import { type ServerProcess, startServer } from './process.js';

const outputLimit = 64 * 1024 * 1024;

/** A kube-apiserver with its etcd: TLS, RBAC, real admission and validation; no controllers, no nodes. */
export interface ApiServer {
  readonly url: string;
  /** File whose user may do everything (group `system:masters`). */
  readonly kubeconfig: string;
  /** Folder of `KUBECACHEDIR`: another API server may have had this one's port, and other kinds, a moment ago. */
  readonly kubeCache: string;
  /** Runs kubectl as that user. Resolves to its stdout, rejects with its stderr. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** Ends the API server as a crash would; etcd and so all objects stay. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, at the same address. */
  start(): Promise<void>;
  /** Ends both. */
  stop(): Promise<void>;
}

export interface ApiServerOptions {
  /** Where its files go and stay; the default is a temporary folder that `stop` removes. */
  readonly dir?: string;
}

export async function startApiServer({ dir }: ApiServerOptions = {}): Promise<ApiServer> {
  const parts = await ensureParts(['etcd', 'kube-apiserver', 'kubectl']);
  const home = dir ? resolve(dir) : await mkdtemp(join(tmpdir(), 'sallyport-api-server-'));
  const etcdUrl = `http://127.0.0.1:${await freePort()}`;
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const files = await writeFiles(home, url);
  const kubeCache = join(home, 'kube-cache');

  async function kubectl(...args: readonly string[]): Promise<string> {
    const options = { env: { ...process.env, KUBECACHEDIR: kubeCache }, maxBuffer: outputLimit };
    const run = promisify(execFile)(parts.kubectl, ['--kubeconfig', files.kubeconfig, ...args], options);
    // It would wait for an answer to what it asks.
    run.child.stdin?.end();
    return (await run).stdout;
  }

  function startKubeApiServer(): Promise<ServerProcess> {
    return startServer(parts['kube-apiserver'], {
      args: [
        `--etcd-servers=${etcdUrl}`,
        '--bind-address=127.0.0.1',
        `--secure-port=${port}`,
        '--advertise-address=127.0.0.1',
        // It would publish that address, and loopback addresses are refused there.
        '--endpoint-reconciler-type=none',
        // It makes a certificate for itself there.
        `--cert-dir=${files.certificates}`,
        '--authorization-mode=RBAC',
        `--token-auth-file=${files.tokens}`,
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${files.serviceAccountKey}`,
        `--service-account-signing-key-file=${files.serviceAccountKey}`,
        // Without controllers no namespace gets the account that this would demand of pods.
        '--disable-admission-plugins=ServiceAccount',
        '--service-cluster-ip-range=10.0.0.0/24',
      ],
      log: join(home, 'kube-apiserver.log'),
      isReady: async () => {
        await kubectl('get', '--raw=/readyz');
        // It makes the namespaces that every cluster has in its own time.
        await kubectl('get', 'namespace', 'default');
        return true;
      },
    });
  }

  const etcd = await startServer(parts.etcd, {
    args: [
      `--data-dir=${join(home, 'etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      '--listen-peer-urls=http://127.0.0.1:0',
      '--unsafe-no-fsync',
    ],
    log: join(home, 'etcd.log'),
    isReady: async () => (await fetch(`${etcdUrl}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok,
  });
  let server = await startKubeApiServer().catch(async (cause: unknown) => {
    await etcd.stop();
    throw cause;
  });

  return {
    url,
    kubeconfig: files.kubeconfig,
    kubeCache,
    kubectl,
    kill: () => server.kill(),
    async start() {
      server = await startKubeApiServer();
    },
    async stop() {
      // Asked to end, it would wait for its clients' watches.
      await server.kill();
      await etcd.stop();
      // A kubectl that nobody waits for any more may still write to its cache.
      if (!dir) await rm(home, { recursive: true, maxRetries: 5 });
    },
  };
}

interface Files {
  readonly kubeconfig: string;
  readonly certificates: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
}

async function writeFiles(dir: string, url: string): Promise<Files> {
  const files: Files = {
    kubeconfig: join(dir, 'kubeconfig'),
    certificates: join(dir, 'certificates'),
    tokens: join(dir, 'tokens.csv'),
    serviceAccountKey: join(dir, 'service-account.key'),
  };
  const token = randomUUID();
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const name = 'sallyport';
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority': join(files.certificates, 'apiserver.crt') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  const secret = { mode: 0o600 };
  await mkdir(files.certificates, { recursive: true, mode: 0o700 });
  await writeFile(files.kubeconfig, stringify(kubeconfig), secret);
  await writeFile(files.tokens, `${token},admin,admin,system:masters\n`, secret);
  await writeFile(files.serviceAccountKey, privateKey, secret);
  return files;
}
