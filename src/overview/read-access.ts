import { GetManagedPrefixListEntriesCommand } from '@aws-sdk/client-ec2';
import pMap from 'p-map';
import type { CidrSet } from '../api/cidr-set.gen.js';
import type { Estate } from '../cidr-set/estate.js';
import { ownCidrs } from '../cidr-set/sources/resolve.js';
import { networkPolicies } from '../cidr-set/targets/network-policies/kind.js';
import { isPeerRule } from '../cidr-set/targets/security-groups/observed.js';
import { isCidr } from '../cidr-set/targets/security-groups/rule.js';
import type { KubeClient } from '../kube/client.js';
import { KubeError } from '../kube/error.js';
import { parseCidr } from '../net/cidr.js';
import { memoriesOf } from '../plan/cluster.js';
import { CONCURRENCY } from '../plan/discover.js';
import { callsMade, readEstate, type SurveyedPlace } from '../plan/estate.js';
import { applied } from '../plan/merge.js';
import { awsReadError, distinct } from '../plan/read-error.js';
import type { ReadError } from '../plan/report.js';
import { accessLists, listKey } from './access.js';
import type { Access, AccessList, Overview, SetEntry } from './overview.js';
import { policyLists } from './policies.js';

export interface ReadAccessOptions {
  client: KubeClient;
  /** Where the operator runs, and keeps what sets' sources gave. */
  namespace: string;
  ownerId: string;
  signal: AbortSignal;
}

/** Reads AWS with the roles of the AwsAccounts, as `sallyport plan` does, and the cluster's NetworkPolicies. Writes nothing. */
export async function readAccess(overview: Overview, options: ReadAccessOptions): Promise<Access> {
  const { client, namespace, ownerId, signal } = options;
  const declared = applied(overview, { sets: [], endpoints: [], accounts: [], pools: [] }, false);
  const cluster = { client, namespace, memories: await memoriesOf(client, namespace) };
  const { estate, places, errors } = await readEstate({
    declared,
    accounts: [],
    ownerId,
    ownAddresses: [],
    cluster,
    signal,
  });
  const { entries, unread: unreadLists } = await readLists(places);
  const inPlaces = places.flatMap(({ place: { scope }, wishes, survey }) =>
    survey.ok
      ? accessLists({
          scope,
          ownerId,
          wishes: new Map(wishes.map((wish) => [wish.set, wish])),
          ownAddresses: [],
          ...survey.value,
          entries,
        })
      : [],
  );
  const inCluster = await readPolicies(estate, client, ownerId);
  const read = places.filter(({ survey }) => survey.ok).map(({ place }) => place.scope);
  return {
    entries: Object.fromEntries(declared.sets.map((set) => [set.metadata.name, setEntries(set, estate)])),
    lists: [...inPlaces, ...inCluster.lists],
    unread: distinct([...errors, ...inCluster.errors]),
    unreadLists,
    read: {
      accounts: new Set(read.map(({ account }) => account)).size,
      scopes: read.length,
      calls: await callsMade(),
    },
  };
}

function setEntries(set: CidrSet, estate: Estate): SetEntry[] {
  const found = estate.resolver.discovered(set.metadata.name)?.cidrs ?? [];
  return [
    ...ownCidrs(set),
    ...found.map(({ leavesAt, ...cidr }) => ({
      ...cidr,
      ...(leavesAt !== undefined && { leavesAt: new Date(leavesAt).toISOString() }),
    })),
  ];
}

/** What is in prefix lists: this install's are read already, others' where rules refer to them, once a region. */
async function readLists(places: readonly SurveyedPlace[]) {
  const entries = new Map<string, string[]>();
  const referred = new Map<string, SurveyedPlace>();
  for (const each of places) {
    const { place, survey } = each;
    if (!survey.ok) continue;
    const { region } = place.scope;
    const { prefixLists, securityGroups } = survey.value.observed;
    const lists = prefixLists?.ok ? prefixLists.value.lists : [];
    for (const { id, set, entries: own } of lists) if (set) entries.set(listKey(region, id), [...own.keys()]);
    const rules = securityGroups?.ok ? securityGroups.value.flatMap((group) => group.rules.filter(isPeerRule)) : [];
    for (const { rule } of rules)
      if (rule.direction === 'Ingress' && !isCidr(rule.peer)) referred.set(listKey(region, rule.peer), each);
  }
  const unread: Record<string, ReadError> = {};
  const unknown = [...referred].filter(([key]) => !entries.has(key));
  await pMap(
    unknown,
    async ([key, { place, survey }]) => {
      if (!survey.ok) return;
      const PrefixListId = key.split(' ')[1] ?? '';
      const read = await survey.value.io.aws.ec2.all(
        (NextToken) => new GetManagedPrefixListEntriesCommand({ PrefixListId, MaxResults: 100, NextToken }),
        (page) => page.Entries?.flatMap(({ Cidr = '' }) => parseCidr(Cidr)?.text ?? []),
      );
      if (read.ok) entries.set(key, read.value);
      else unread[PrefixListId] = awsReadError(read.error, place.scope);
    },
    { concurrency: CONCURRENCY },
  );
  return { entries, unread };
}

async function readPolicies(
  estate: Estate,
  client: KubeClient,
  ownerId: string,
): Promise<{ lists: AccessList[]; errors: ReadError[] }> {
  try {
    const { items } = await client.list(networkPolicies.resource);
    const wishes = estate.sets.list().map((set) => estate.clusterWish(set));
    return { lists: policyLists(items, wishes, ownerId), errors: [] };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return { lists: [], errors: [{ where: 'cluster', message: error.message }] };
  }
}
