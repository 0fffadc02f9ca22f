import pMap from 'p-map';
import type { CidrSet } from '../api/cidr-set.gen.js';
import { Sessions } from '../aws/session.js';
import { Estate, type Place } from '../cidr-set/estate.js';
import { failedReport, scopeReport } from '../cidr-set/report.js';
import { targetsProblem } from '../cidr-set/selection.js';
import { Memories } from '../cidr-set/sources/memories.js';
import type { Memory } from '../cidr-set/sources/memory.js';
import { surveyPlace } from '../cidr-set/survey.js';
import { registry } from '../telemetry/metrics.js';
import type { ClusterState } from './cluster.js';
import { clusterFinding } from './cluster-finding.js';
import { CONCURRENCY, discover } from './discover.js';
import { surveyEndpoints } from './endpoints.js';
import { type Finding, planReport } from './finding.js';
import type { Declared } from './merge.js';
import { awsReadError, distinct } from './read-error.js';
import type { PlanReport, ReadError, SetProblem } from './report.js';
import { storeOf } from './store.js';

export interface GatherOptions {
  declared: Declared;
  /** AwsAccounts to plan for; empty: all. */
  accounts: readonly string[];
  ownerId: string;
  ownAddresses: readonly string[];
  cluster?: ClusterState;
  signal: AbortSignal;
}

/** Reads AWS and the cluster, and plans as the operator would. Writes nothing. */
export async function gather(options: GatherOptions): Promise<PlanReport> {
  const { declared, accounts, cluster, ownerId, signal } = options;
  const estate = new Estate(storeOf(declared.sets), storeOf(declared.accounts));
  const sessions = new Sessions();
  const unread = await discover({ estate, sessions, memoryOf: memories(cluster), signal });

  const places = estate.places().filter(({ scope }) => accounts.length === 0 || accounts.includes(scope.account));
  const surveys = await pMap(places, (place) => survey(place, estate, sessions, options), { concurrency: CONCURRENCY });
  const looks = cluster ? [...surveys, await clusterFinding(estate, cluster.client, ownerId, signal)] : surveys;
  const endpoints = await surveyEndpoints(estate, sessions, options);
  return planReport({
    findings: looks.flatMap(({ finding }) => finding ?? []),
    endpoints: endpoints.map(({ finding }) => finding),
    problems: setProblems(estate),
    errors: distinct([...unread, ...[...looks, ...endpoints].flatMap(({ errors }) => errors)]),
    calls: await callsMade(),
  });
}

/** What one account and region has, and what is to be done there, as far as it can be read. */
async function survey(
  place: Place,
  estate: Estate,
  sessions: Sessions,
  { ownerId, ownAddresses, signal }: GatherOptions,
): Promise<{ finding?: Finding; errors: ReadError[] }> {
  const { scope } = place;
  const wishes = estate.wishes(place);
  const result = await surveyPlace(place, wishes, { estate, sessions, ownerId, ownAddresses }, signal);
  if (!result.ok) {
    estate.keep(failedReport(scope, wishes, result.error));
    return { errors: [awsReadError(result.error, scope)] };
  }
  const { observed, quotas, plan } = result.value;
  estate.keep(scopeReport(scope, wishes, observed, plan, []));
  const groups = observed.securityGroups?.ok ? observed.securityGroups.value : [];
  const errors = Object.entries(observed).flatMap(([target, part]) =>
    part.ok ? [] : [awsReadError(part.error, scope, target)],
  );
  return { finding: { scope, plan, groups, quotas }, errors };
}

/** What is wrong with sets wherever they are written to. */
function setProblems(estate: Estate): SetProblem[] {
  const accounts = estate.accounts.list();
  return estate.sets.list().flatMap((set): SetProblem[] => {
    if (set.metadata.deletionTimestamp) return [];
    const { name } = set.metadata;
    const problems = [estate.resolve(name).problem, targetsProblem(set, accounts, estate.views(set))];
    return problems.flatMap((problem) => (problem ? [{ set: name, ...problem }] : []));
  });
}

/** What the operator remembers of sets' sources, if there is one. */
function memories(cluster: ClusterState | undefined): (set: CidrSet) => Memory {
  if (!cluster) return () => new Map();
  const { client, namespace, memories: found } = cluster;
  const known = new Memories({ client, namespace, store: storeOf(found), onMalformed() {} });
  return (set) => known.of(set);
}

async function callsMade(): Promise<number> {
  const { values = [] } = (await registry.getSingleMetric('sallyport_aws_calls_total')?.get()) ?? {};
  return values.reduce((sum, { value }) => sum + value, 0);
}
