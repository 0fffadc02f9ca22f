import type { V1NetworkPolicySpec } from '@kubernetes/client-node';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { KubeClient } from '../../kube/client.js';
import { networkPolicies } from '../../kube/owned/resources.js';
import type { KubeObject, Resource } from '../../kube/resource.js';
import type { AddressBook } from './addresses.js';
import { type AllowedSet, allowName, type NetworkInput } from './network-policies.js';

/** What a CidrSet has now; undefined where there is none of the name. */
export type SetLookup = (name: string) => { cidrs: readonly string[]; problem?: Problem | undefined } | undefined;

export interface NetworkSources {
  client: KubeClient;
  addresses: AddressBook;
  setOf: SetLookup;
  /** The address that jobs ask for names, where it isn't the cluster's DNS. */
  resolver?: string | undefined;
}

export interface ObservedNetwork {
  input: NetworkInput;
  /** Of the sets: none keeps policies from being made. */
  problems: Problem[];
}

/** @throws KubeError */
export async function observeNetwork(
  pool: RunnerPool,
  { client, addresses: book, setOf, resolver }: NetworkSources,
  signal: AbortSignal,
): Promise<ObservedNetwork> {
  const { namespace = '' } = pool.metadata;
  const { endpointRef, network } = pool.spec;
  const addresses = await book.read(signal);
  const sets = new Map<string, AllowedSet>();
  const problems: Problem[] = [];
  for (const { set: name } of network.allow ?? []) {
    const set = setOf(name);
    const problem = set ? set.problem : unknownSet(name);
    if (problem) problems.push({ ...problem, message: `CidrSet ${name}: ${problem.message}` });
    const ref = { namespace, name: allowName(pool, name) };
    const live = problem && (await client.get(networkPolicies as Resource<Live>, ref, { signal }));
    sets.set(name, { cidrs: set?.cidrs ?? [], complete: !problem, ...(live && { live: live.spec }) });
  }
  if (!endpointRef || !resolver) return { input: { ...addresses, sets }, problems };
  const resolvers = [...addresses.resolvers, resolver];
  return { input: { ...addresses, resolvers, jobDns: jobDnsLabels(endpointRef.name), sets }, problems };
}

/** Of the pods that mode JobDNS has for a PrivateLinkEndpoint. */
function jobDnsLabels(endpoint: string): Record<string, string> {
  return { 'app.kubernetes.io/instance': `${endpoint}-dns`, 'app.kubernetes.io/component': 'job-dns' };
}

type Live = KubeObject & { spec: V1NetworkPolicySpec };

function unknownSet(name: string): Problem {
  const message = `there is none; make it, or take ${name} out of network.allow. Until then jobs keep what it let them reach`;
  return { reason: 'UnknownCidrSet', message };
}
