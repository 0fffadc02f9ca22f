import pMap from 'p-map';
import type { CidrSet } from '../api/cidr-set.gen.js';
import type { AwsResult } from '../aws/call.js';
import { Sessions } from '../aws/session.js';
import { Estate, type Place } from '../cidr-set/estate.js';
import { failedReport, scopeReport } from '../cidr-set/report.js';
import { Memories } from '../cidr-set/sources/memories.js';
import type { Memory } from '../cidr-set/sources/memory.js';
import { type Survey, surveyPlace } from '../cidr-set/survey.js';
import type { SetWish } from '../cidr-set/wish.js';
import { registry } from '../telemetry/metrics.js';
import type { ClusterState } from './cluster.js';
import { CONCURRENCY, discover } from './discover.js';
import type { Declared } from './merge.js';
import { awsReadError } from './read-error.js';
import type { ReadError } from './report.js';
import { storeOf } from './store.js';

export interface EstateOptions {
  declared: Pick<Declared, 'sets' | 'accounts'>;
  /** AwsAccounts to read; empty: all. */
  accounts: readonly string[];
  ownerId: string;
  ownAddresses: readonly string[];
  /** Knows what the operator remembers of sets' sources. */
  cluster?: Pick<ClusterState, 'client' | 'namespace' | 'memories'>;
  signal: AbortSignal;
}

/** An account and region as the operator would see it. */
export interface SurveyedPlace {
  place: Place;
  wishes: SetWish[];
  survey: AwsResult<Survey>;
}

export interface ReadEstate {
  estate: Estate;
  sessions: Sessions;
  places: SurveyedPlace[];
  errors: ReadError[];
}

/** Reads what sets consist of, and what they have in AWS. Writes nothing. */
export async function readEstate(options: EstateOptions): Promise<ReadEstate> {
  const { declared, accounts, cluster, ownerId, ownAddresses, signal } = options;
  const estate = new Estate(storeOf(declared.sets), storeOf(declared.accounts));
  const sessions = new Sessions();
  const unread = await discover({ estate, sessions, memoryOf: memories(cluster), signal });

  async function read(place: Place): Promise<SurveyedPlace> {
    const wishes = estate.wishes(place);
    const survey = await surveyPlace(place, wishes, { estate, sessions, ownerId, ownAddresses }, signal);
    const { scope } = place;
    estate.keep(
      survey.ok
        ? scopeReport(scope, wishes, survey.value.observed, survey.value.plan, [])
        : failedReport(scope, wishes, survey.error),
    );
    return { place, wishes, survey };
  }
  const chosen = estate.places().filter(({ scope }) => accounts.length === 0 || accounts.includes(scope.account));
  const places = await pMap(chosen, read, { concurrency: CONCURRENCY });
  return { estate, sessions, places, errors: [...unread, ...places.flatMap(readErrors)] };
}

function readErrors({ place: { scope }, survey }: SurveyedPlace): ReadError[] {
  if (!survey.ok) return [awsReadError(survey.error, scope)];
  return Object.entries(survey.value.observed).flatMap(([target, part]) =>
    part.ok ? [] : [awsReadError(part.error, scope, target)],
  );
}

/** What the operator remembers of sets' sources, if there is one. */
function memories(cluster: EstateOptions['cluster']): (set: CidrSet) => Memory {
  if (!cluster) return () => new Map();
  const { client, namespace, memories: found } = cluster;
  const known = new Memories({ client, namespace, store: storeOf(found), onMalformed() {} });
  return (set) => known.of(set);
}

/** To AWS, by this process, repeated ones included. */
export async function callsMade(): Promise<number> {
  const { values = [] } = (await registry.getSingleMetric('sallyport_aws_calls_total')?.get()) ?? {};
  return values.reduce((sum, { value }) => sum + value, 0);
}
