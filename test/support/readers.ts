import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { ApiServer } from './api-server.js';

/** Leads to the API server as the one whose token it is. */
export function kubeConfigWith(server: ApiServer, token: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(server.kubeconfig);
  config.users = config.users.map(({ name }) => ({ name, token }));
  return config;
}

/** A kubeconfig file of a service account that has these roles of the namespace default, and no other permission. */
export async function readerConfig(server: ApiServer, roles: { clusterrole: string; role?: string }): Promise<string> {
  const { kubectl } = server;
  await kubectl('create', 'serviceaccount', 'reader');
  for (const [kind, name] of Object.entries(roles)) {
    const binding = kind === 'role' ? 'rolebinding' : 'clusterrolebinding';
    await kubectl('create', binding, 'reader', `--${kind}=${name}`, '--serviceaccount=default:reader');
  }
  const token = (await kubectl('create', 'token', 'reader')).trim();
  const file = join(await mkdtemp(join(tmpdir(), 'sallyport-reader-')), 'kubeconfig');
  await writeFile(file, kubeConfigWith(server, token).exportConfig());
  return file;
}
