import type { Scope } from '../../aws/scope.js';
import type { ObservedScope } from '../../cidr-set/targets/kinds.js';
import type { ObservedGroup } from '../../cidr-set/targets/security-groups/observed.js';
import type { Declared } from '../../plan/merge.js';

/**
 * What there is in an account and region to try calls on. What is `own` is this install's: policies let it change nothing
 * else, so that a call on something of others would be refused for the wrong reason.
 */
export interface Subjects {
  ownerId: string;
  /** A group that sets are written to. */
  group?: string;
  ownRule?: string;
  ownList?: string;
  ownService?: string;
  ownEndpoint?: string;
  ownGroup?: string;
  loadBalancer?: string;
  serviceName?: string;
  vpc?: string;
  zone?: string;
  launchTemplate?: string;
  cluster?: string;
}

export interface SubjectsInput {
  declared: Declared;
  observed: ObservedScope;
  /** Groups that sets are written to. */
  touched: readonly ObservedGroup[];
  ownerId: string;
}

export function subjectsIn(scope: Scope, { declared, observed, touched, ownerId }: SubjectsInput): Subjects {
  const here = (place: { account?: string; region?: string } | undefined) =>
    place?.account === scope.account && place.region === scope.region;
  const lists = observed.prefixLists?.ok ? observed.prefixLists.value.lists : [];
  const statuses = declared.endpoints.flatMap(({ status }) => status ?? []);
  const providers = declared.endpoints.flatMap(({ spec }) => spec.service.provider ?? []).filter(here);
  const consumers = declared.endpoints.flatMap(({ spec }) => spec.consumers).filter(here);
  const service = statuses.map((status) => status.service).find(here);
  const made = statuses.flatMap((status) => status.consumers ?? []).filter(here);
  const serviceNames = declared.endpoints.flatMap(
    ({ spec, status }) => spec.service.name ?? status?.service?.name ?? [],
  );
  const all = {
    group: touched[0]?.id,
    ownRule: touched.flatMap(({ rules }) => rules).find(({ owned }) => owned)?.id,
    ownList: lists.find(({ set }) => set)?.id,
    ownService: service?.id,
    ownEndpoint: first(made, ({ endpointId }) => endpointId),
    ownGroup: first(made, ({ groupId }) => groupId),
    loadBalancer: service?.loadBalancer ?? first(providers, ({ loadBalancer }) => loadBalancer.arn),
    serviceName: serviceNames[0],
    vpc: first(consumers, ({ vpc }) => vpc.id),
    zone: first(made, ({ zoneId }) => zoneId) ?? first(consumers, ({ dns }) => dns?.zoneId),
    launchTemplate: declared.pools.map(({ spec }) => spec.nodes.launchTemplate).find(here)?.id,
    cluster:
      first(observed.eksPublicAccess?.ok ? observed.eksPublicAccess.value : [], ({ name }) => name) ??
      declared.pools.map(({ spec }) => spec.aws?.cluster).find(here)?.name,
  };
  const known = Object.entries(all).filter(([, id]) => id !== undefined);
  return { ownerId, ...(Object.fromEntries(known) as Partial<Subjects>) };
}

function first<T>(all: readonly T[], idOf: (each: T) => string | undefined): string | undefined {
  return all.map(idOf).find((id) => id !== undefined);
}
