import pMap from 'p-map';
import type { Sessions } from '../aws/session.js';
import type { Estate } from '../cidr-set/estate.js';
import type { ClusterDns } from '../interception/cluster-dns.js';
import { observe } from '../interception/observe.js';
import type { KubeClient } from '../kube/client.js';
import { KubeError } from '../kube/error.js';
import { ListedObjects } from '../kube/owned/listed.js';
import { WAY } from '../kube/problem.js';
import type { ClusterState } from './cluster.js';
import { CONCURRENCY } from './discover.js';
import type { GatherOptions } from './gather.js';
import { surveyInterception } from './interceptions.js';
import type { PartFinding } from './part-finding.js';
import { poolHands, surveyPool } from './pools.js';
import { surveyProxy } from './proxies.js';
import type { EndpointProblem, ReadError } from './report.js';

/** What the cluster is seen with: it takes no permission to watch. */
export interface Eyes {
  client: KubeClient;
  owned: ListedObjects;
  /** This cluster's. */
  dns(): Promise<ClusterDns>;
  ownerId: string;
  signal: AbortSignal;
}

export interface PartsOptions extends Omit<GatherOptions, 'cluster'> {
  cluster: ClusterState;
  estate: Estate;
  sessions: Sessions;
}

/** What PrivateLinkEndpoints and RunnerPools have in the cluster, and what is to be done for them there. */
export async function surveyParts(options: PartsOptions): Promise<{ findings: PartFinding[]; errors: ReadError[] }> {
  const { declared, cluster, ownerId, signal } = options;
  const { client } = cluster;
  const dns = once(() => observe(client, signal));
  const eyes: Eyes = { client, owned: new ListedObjects(client, ownerId), dns, ownerId, signal };
  const hands = once(() => poolHands(eyes, options));
  const surveys = [
    ...declared.endpoints.map((endpoint) => () => surveyProxy(endpoint, eyes)),
    ...declared.endpoints.map((endpoint) => () => surveyInterception(endpoint, eyes)),
    ...declared.pools.map((pool) => async () => surveyPool(pool, eyes, await hands())),
  ];
  const errors: ReadError[] = [];
  const findings = await pMap(
    surveys,
    async (survey) => {
      try {
        const finding = await survey();
        if (!finding) return [];
        errors.push(...finding.problems.filter(isUnread).map(({ message }) => readError(message)));
        return [{ ...finding, problems: finding.problems.filter((problem) => !isUnread(problem)).map(aboutSecrets) }];
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        errors.push(readError(error.message));
        return [];
      }
    },
    { concurrency: CONCURRENCY },
  );
  return { findings: findings.flat(), errors };
}

/** What is read when it is first asked for. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
}

/** Who plans in a pipeline is not to read Secrets: what depends on one is told, and is no failure. */
function isUnread({ reason, message }: EndpointProblem): boolean {
  return reason === 'Forbidden' && !message.startsWith('get Secret ');
}

/** The way that conditions tell is the operator's. */
function readError(message: string): ReadError {
  return { where: 'cluster', message: message.replace(WAY, '') };
}

function aboutSecrets({ message, ...rest }: EndpointProblem): EndpointProblem {
  return { ...rest, message: message.replace(WAY, '; what depends on it is not planned for') };
}
