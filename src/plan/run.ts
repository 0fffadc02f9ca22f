import { clusterId } from '../kube/cluster-id.js';
import { KubeError } from '../kube/error.js';
import { json, type Printed, terminalColors } from '../printed.js';
import { checkAskedAccounts } from './asked-accounts.js';
import { knownCluster, NoClusterError, readCluster } from './cluster.js';
import { gather } from './gather.js';
import { ManifestError, readManifests } from './manifests.js';
import { planMarkdown } from './markdown.js';
import { applied } from './merge.js';
import type { PlanReport } from './report.js';
import { planText } from './text.js';

export interface PlanOptions {
  /** Files, folders and `-`. */
  filename: readonly string[];
  /** False: what a cluster holds is not looked at. */
  cluster: boolean;
  prune: boolean;
  account: readonly string[];
  ownerId?: string;
  namespace: string;
  ownAddress: readonly string[];
  output: 'text' | 'json' | 'markdown';
}

/** What can't be planned as it was asked for. */
class PlanError extends Error {
  override readonly name = 'PlanError';
}

const EXIT_CODES = { nothing: 0, unread: 1, changes: 2 };

/** `sallyport plan`. Writes nothing anywhere. */
export async function runPlan(options: PlanOptions): Promise<Printed> {
  const stop = new AbortController();
  try {
    const report = await plan(options, stop.signal);
    return { stdout: printed(report, options.output), stderr: '', exitCode: exitCodeOf(report) };
  } catch (error) {
    const isKnown = [PlanError, ManifestError, NoClusterError, KubeError].some((known) => error instanceof known);
    if (!isKnown) throw error;
    return { stdout: '', stderr: `sallyport plan: ${(error as Error).message}\n`, exitCode: EXIT_CODES.unread };
  } finally {
    stop.abort();
  }
}

async function plan(options: PlanOptions, signal: AbortSignal): Promise<PlanReport> {
  const { filename, account: accounts, namespace, prune, ownAddress: ownAddresses } = options;
  const config = options.cluster ? knownCluster() : undefined;
  if (!config && filename.length === 0) throw new PlanError('there is no kubeconfig; name manifests with -f');
  if (!config && prune) throw new PlanError('--prune compares with a cluster, and there is none');
  const manifests = await readManifests(filename, config?.getContextObject(config.currentContext)?.namespace);
  const cluster = config && (await readCluster(config, namespace));
  const ownerId = options.ownerId ?? (cluster && (await clusterId(cluster.client)));
  if (!ownerId) throw new PlanError(OWNER_ID_NEEDED);

  const declared = applied(cluster ?? { sets: [], endpoints: [], accounts: [], pools: [] }, manifests, prune);
  checkAskedAccounts(accounts, declared);
  if (declared.accounts.length === 0)
    throw new PlanError(`there is no AwsAccount, in ${cluster ? 'the cluster or ' : ''}the manifests`);

  return gather({ declared, accounts, ownerId, ownAddresses, ...(cluster && { cluster }), signal });
}

const OWNER_ID_NEEDED =
  "without a cluster --owner-id must say which rules are its operator's. Where the operator runs without --owner-id, it is\n" +
  "what this prints: kubectl get ns kube-system -o jsonpath='{.metadata.uid}'";

function exitCodeOf({ summary, errors }: PlanReport): number {
  if (errors.length > 0) return EXIT_CODES.unread;
  return summary.differs ? EXIT_CODES.changes : EXIT_CODES.nothing;
}

function printed(report: PlanReport, output: PlanOptions['output']): string {
  if (output === 'json') return json(report);
  if (output === 'markdown') return planMarkdown(report);
  return planText(report, terminalColors());
}
