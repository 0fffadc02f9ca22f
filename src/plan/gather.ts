import type { Estate } from '../cidr-set/estate.js';
import { targetsProblem } from '../cidr-set/selection.js';
import { objectKey } from '../kube/resource.js';
import type { ClusterState } from './cluster.js';
import { clusterFinding } from './cluster-finding.js';
import { surveyEndpoints } from './endpoints.js';
import { callsMade, type EstateOptions, readEstate, type SurveyedPlace } from './estate.js';
import { type Finding, planReport } from './finding.js';
import type { Declared } from './merge.js';
import { surveyParts } from './parts.js';
import { distinct } from './read-error.js';
import type { PlanReport, SetProblem } from './report.js';

export interface GatherOptions extends EstateOptions {
  declared: Declared;
  cluster?: ClusterState;
}

/** Reads AWS and the cluster, and plans as the operator would. Writes nothing. */
export async function gather(options: GatherOptions): Promise<PlanReport> {
  const { cluster, ownerId, signal } = options;
  const { estate, sessions, places, errors } = await readEstate(options);
  const inCluster = cluster && (await clusterFinding(estate, cluster.client, ownerId, signal));
  const endpoints = await surveyEndpoints(estate, sessions, options);
  const parts = cluster && (await surveyParts({ ...options, cluster, estate, sessions }));
  return planReport({
    findings: [...places.flatMap(findings), ...(inCluster ? [inCluster.finding] : [])],
    endpoints: endpoints.map(({ finding }) => finding),
    parts: parts?.findings ?? [],
    problems: setProblems(estate),
    errors: distinct([
      ...errors,
      ...(inCluster?.errors ?? []),
      ...endpoints.flatMap((each) => each.errors),
      ...(parts?.errors ?? []),
    ]),
    ...(!cluster && { withoutCluster: comingToMore(options.declared) }),
    calls: await callsMade(),
  });
}

function findings({ place: { scope }, survey }: SurveyedPlace): Finding[] {
  if (!survey.ok) return [];
  const { observed, quotas, plan } = survey.value;
  return [{ scope, plan, groups: observed.securityGroups?.ok ? observed.securityGroups.value : [], quotas }];
}

/** Those that have more than what is in AWS. */
function comingToMore({ endpoints, pools }: Declared): string[] {
  const more = endpoints.filter(({ spec }) => spec.proxy || spec.interception);
  return [...more, ...pools].map(({ metadata }) => objectKey(metadata));
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
