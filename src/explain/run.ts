import { clusterId } from '../kube/cluster-id.js';
import { clusterClient, failureText, readOverview } from '../overview/read.js';
import { readAccess } from '../overview/read-access.js';
import { json, type Printed, terminalColors } from '../printed.js';
import { type Explanation, explain } from './explain.js';
import { parseQuery, QueryError } from './query.js';
import { explainText } from './text.js';

export interface ExplainOptions {
  to?: string;
  context?: string;
  /** The operator's. */
  namespace: string;
  ownerId?: string;
  output: 'text' | 'json';
}

const EXIT_CODES = { answered: 0, unread: 1, notReached: 2 };

/** `sallyport explain`. Writes nothing anywhere. */
export async function runExplain(address: string, options: ExplainOptions): Promise<Printed> {
  const stop = new AbortController();
  try {
    const explanation = await answer(parseQuery(address), options, stop.signal);
    const stdout = options.output === 'json' ? json(explanation) : explainText(explanation, terminalColors());
    return { stdout, stderr: '', exitCode: exitCodeOf(explanation) };
  } catch (error) {
    const why = error instanceof QueryError ? error.message : failureText(error);
    if (why === undefined) throw error;
    return { stdout: '', stderr: `sallyport explain: ${why}\n`, exitCode: EXIT_CODES.unread };
  } finally {
    stop.abort();
  }
}

async function answer(
  cidr: string,
  { to, context, namespace, ownerId, output: _ }: ExplainOptions,
  signal: AbortSignal,
): Promise<Explanation> {
  const client = clusterClient(context);
  const overview = await readOverview(client);
  if (overview.accounts.length === 0)
    throw new QueryError('there is no AwsAccount in the cluster: nothing can be read');
  const options = { client, namespace, ownerId: ownerId ?? (await clusterId(client)), signal };
  const explanation = explain(cidr, { ...overview, access: await readAccess(overview, options) }, to);
  if (explanation.named === 0 && explanation.errors.length === 0) {
    throw new QueryError(
      `nothing that lists addresses is called ${to}: no security group, EKS cluster, NetworkPolicy, prefix list or IP set`,
    );
  }
  return explanation;
}

function exitCodeOf({ errors, doesNotReach }: Explanation): number {
  if (errors.length > 0) return EXIT_CODES.unread;
  return doesNotReach.length > 0 ? EXIT_CODES.notReached : EXIT_CODES.answered;
}
