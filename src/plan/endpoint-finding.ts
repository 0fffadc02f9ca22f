import type { Problem } from '../api/problem.js';
import { GLOBAL, type PlaceRef } from '../aws/places.js';
import { nameOf, resourceOf } from '../private-link-endpoint/names.js';
import type { Operation } from '../private-link-endpoint/operation.js';
import type { Plan } from '../private-link-endpoint/plan.js';
import type { Wish } from '../private-link-endpoint/wish.js';
import type { ChangeEntry, EndpointEntry, EndpointProblem, ObjectEntry, ObjectKind, ScopeEntry } from './report.js';
import { OBJECTS } from './words.js';

/** What is to be done for one PrivateLinkEndpoint. */
export interface EndpointFinding {
  wish: Wish;
  plan: Plan;
  /** The AwsAccounts that are planned for, and their ids. */
  accounts: ReadonlyMap<string, string>;
  /** Problems that are told of as errors. */
  unread: ReadonlySet<Problem>;
}

/** A scope for each change: where it is made, and to what. */
export function endpointScopes({ wish, plan, accounts }: EndpointFinding): ScopeEntry[] {
  return plan.operations.flatMap((operation) => {
    const { account, region } = operation.place;
    const accountId = accounts.get(account);
    if (accountId === undefined) return [];
    const object = objectOf(operation, wish);
    const changes = [changeEntry(operation, OBJECTS[object.target], wish)];
    return {
      account,
      accountId,
      ...(region !== GLOBAL && { region }),
      objects: [{ ...object, changes, kept: 0, quotas: [] }],
      problems: [],
    };
  });
}

/** Fields of calls that name what is acted on: the first that a call has. */
const ID_FIELDS = [
  ...['ServiceId', 'ServiceIds', 'VpcEndpointId', 'VpcEndpointIds', 'Resources', 'GroupId', 'LoadBalancerArn'],
  ...['HostedZoneId', 'Id', 'Name'],
];

/** How ids begin, or what the call that makes one is named. */
const KINDS: [ObjectKind, RegExp][] = [
  ['endpointServices', /^vpce-svc-|ServiceConfiguration$/],
  ['endpoints', /^vpce-|VpcEndpoint$/],
  ['securityGroups', /^sg-|SecurityGroup$/],
  ['loadBalancers', /^arn:/],
];

function objectOf(
  { request: { action, input }, consumer }: Operation,
  { identity }: Wish,
): Pick<ObjectEntry, 'target' | 'id' | 'name'> {
  const fields: Record<string, unknown> = { ...input };
  const [found] = ID_FIELDS.flatMap((field) => fields[field] ?? []);
  const [target] = KINDS.find(([, pattern]) => pattern.test(`${found ?? action}`)) ?? ['hostedZones' as const];
  const name = nameOf(identity, consumer);
  const id = `${found ?? name}`;
  return { target, id, name: target === 'hostedZones' || target === 'loadBalancers' ? id : name };
}

function changeEntry({ sign, what }: Operation, noun: string, { identity, mode, release }: Wish): ChangeEntry {
  const resource = resourceOf(identity);
  return {
    sign,
    noun,
    value: what.replace(` for ${resource}`, ''),
    sets: [],
    privateLinkEndpoint: resource,
    ...(mode === 'Plan' && !release && { held: 'PlanMode' as const }),
  };
}

/** What keeps it from being as declared once the changes are made, and what stays in AWS. */
export function endpointEntries({ wish, plan, accounts, unread }: EndpointFinding): EndpointEntry[] {
  const { service, provider, left } = plan;
  const consumers = plan.consumers.filter(({ consumer }) => accounts.has(consumer.account));
  const all = [
    ...(provider && !accounts.has(provider.account) ? [] : service.problems).map((problem) => ({ problem })),
    ...consumers.flatMap(({ consumer: { name: consumer }, endpoint, records }) =>
      [...endpoint.problems, ...records.problems].map((problem) => ({ problem, consumer })),
    ),
  ];
  const problems = all
    .filter(({ problem }) => !unread.has(problem))
    .map(({ problem, ...whose }): EndpointProblem => ({ ...whose, ...problem }));
  if (problems.length + left.length === 0) return [];
  const distinct = new Map(problems.map((each) => [`${each.consumer} ${each.message}`, each]));
  return [{ name: resourceOf(wish.identity), problems: [...distinct.values()], left }];
}

/** Accounts and regions that were read. */
export function endpointPlaces({ wish: { providers, consumers }, accounts }: EndpointFinding): PlaceRef[] {
  return [...providers, ...consumers].filter(({ account }) => accounts.has(account));
}

/** What there is of it in AWS. */
export function endpointObjects({ plan, accounts }: EndpointFinding): { target: ObjectKind; id: string }[] {
  const {
    service: { service },
    consumers,
  } = plan;
  return [
    ...(service ? [{ target: 'endpointServices' as const, id: service.id }] : []),
    ...consumers
      .filter(({ consumer }) => accounts.has(consumer.account))
      .flatMap(({ endpoint: { endpoint }, records: { zone } }) => [
        ...(endpoint ? [{ target: 'endpoints' as const, id: endpoint.id }] : []),
        ...(zone ? [{ target: 'hostedZones' as const, id: zone.id }] : []),
      ]),
  ];
}
