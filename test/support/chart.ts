import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { ensureParts } from '../../tools/parts/ensure.js';
import type { ApiServer } from './api-server.js';

export const CHART = 'charts/sallyport';

/** Values as a person writes them: those that differ from the chart's. */
export type Values = Record<string, unknown>;

/** Runs Helm, with values in a file if there are any. Rejects with what it says. */
export async function helm(args: readonly string[], values?: Values, server?: ApiServer): Promise<string> {
  const { helm: path } = await ensureParts(['helm']);
  // Its user's own plugins and repositories are no part of this.
  const home = join(tmpdir(), 'sallyport-helm');
  const homes = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  const cluster = server ? { KUBECONFIG: server.kubeconfig, KUBECACHEDIR: server.kubeCache } : { KUBECONFIG: '' };
  const env = { ...process.env, ...homes, ...cluster };
  const run = promisify(execFile)(path, [...args, ...(values ? ['-f', '-'] : [])], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  run.child.stdin?.end(JSON.stringify(values));
  return (await run).stdout;
}

/** What the chart is for these values, of the release `sallyport`. */
export async function render(values: Values = {}, namespace = 'default'): Promise<KubernetesObject[]> {
  return objectsIn(await helm(['template', 'sallyport', CHART, '--namespace', namespace], values));
}

export function objectsIn(yaml: string): KubernetesObject[] {
  return parseAllDocuments(yaml, { merge: true }).flatMap((document) => (document.toJS() as KubernetesObject) ?? []);
}

/** Installs the chart as the release `sallyport` in the namespace default, or changes it to these values. The CRDs are there. */
export async function install(server: ApiServer, values: Values = {}): Promise<void> {
  const withoutCrds = { crds: { install: false }, ...values };
  await helm(['upgrade', '--install', 'sallyport', CHART, '--namespace', 'default'], withoutCrds, server);
}

/** Token of the chart's service account. */
export async function tokenOf(server: ApiServer, namespace = 'default'): Promise<string> {
  return (await server.kubectl('create', 'token', 'sallyport', '--namespace', namespace)).trim();
}
