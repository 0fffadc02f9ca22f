import type { PrivateLinkEndpoint, PrivateLinkEndpointStatus } from '../api/private-link-endpoint.gen.js';
import { AwsError } from '../aws/errors.js';
import { placeText } from '../aws/places.js';
import { conditionSet, type Finding } from '../kube/conditions.js';
import { plural } from '../plural.js';
import type { Hindrance, Operation, Outcome } from './operation.js';
import { type Parts, partConditions } from './parts.js';
import type { ConsumerPlan, Plan } from './plan.js';
import { explain } from './problem.js';
import type { ConsumerStatus } from './wish.js';

const MAX_OPERATIONS = 100;
const MAX_OTHERS = 20;

export interface StatusInput {
  object: PrivateLinkEndpoint;
  plan: Plan;
  outcomes: readonly Outcome[];
  /** What is told of what other controllers do for it. */
  parts?: Parts;
  /** Nothing is written; why, for people. */
  held?: string;
  /** See timestamp. */
  now: string;
}

type Part = 'service' | 'endpoint' | 'records';

export function partOf({ consumer, lane }: Operation): Part {
  if (consumer === undefined) return 'service';
  return lane.startsWith('zone') ? 'records' : 'endpoint';
}

/** What people are told, from the plan and what became of it alone. */
export function statusOf(input: StatusInput): PrivateLinkEndpointStatus {
  const { object, plan, held, now, parts = {} } = input;
  const deleting = object.metadata.deletionTimestamp !== undefined;
  const all = plan.consumers.filter(({ consumer, gone }) => consumer.declared || !gone);
  const declared = all.filter(({ consumer }) => consumer.declared);
  const service = hindrance(input, 'service');
  const told = all.map((each) => tellConsumer(each, input));
  const ready = declared.filter(({ consumer }) => !hindrance(input, 'endpoint', consumer.name));
  const records = { ready: sum(declared, 'ready'), total: sum(declared, 'total') };
  const endpoints = firstOf(all.map(({ consumer }) => at(consumer.name, hindrance(input, 'endpoint', consumer.name))));
  const names = firstOf(all.map(({ consumer }) => at(consumer.name, hindrance(input, 'records', consumer.name))));
  const { service: made } = plan.service;
  const { proxy, interception } = parts;
  const conditions = conditionSet(
    ...(['ServiceReady', 'EndpointsReady', 'RecordsReady'] as const),
    ...(proxy ? [partConditions.proxy] : []),
    ...(interception ? [partConditions.interception] : []),
  );
  return {
    observedGeneration: object.metadata.generation ?? 0,
    endpoints: `${ready.length}/${declared.length}`,
    records: `${records.ready}/${records.total}`,
    ...serviceStatus(input),
    ...(plan.formerProviders.length > 0 && { formerProviders: plan.formerProviders }),
    consumers: told,
    ...(proxy && { proxy: proxy.status }),
    ...(interception && { interception: interception.status }),
    ...(held !== undefined && { plan: planStatus(plan.operations) }),
    conditions: conditions({
      object,
      now,
      findings: {
        ServiceReady: finding(service, `${made?.id ?? plan.serviceName}`),
        EndpointsReady: finding(endpoints, plural(declared.length, 'endpoint')),
        RecordsReady: finding(names, plural(records.total, 'record')),
        ...(proxy?.finding && { ProxyReady: proxy.finding }),
        ...(interception?.finding && { Intercepted: interception.finding }),
      },
      ready: deleting
        ? { reason: 'Deleting', message: firstOf([names, endpoints, service])?.message ?? '' }
        : firstOf([service, endpoints, names]),
    }),
  };
}

/** The first that a person must see to, or else the first of all. */
function firstOf(all: readonly (Hindrance | undefined)[]): Hindrance | undefined {
  const found = all.filter((each) => each !== undefined);
  return found.find(({ waits }) => !waits) ?? found[0];
}

function at(name: string, problem: Hindrance | undefined): Hindrance | undefined {
  return problem && { ...problem, message: `${name}: ${problem.message}` };
}

/** What keeps a part from being as declared: a failure, a problem, or calls that are still to be made. */
function hindrance({ plan, outcomes, held }: StatusInput, part: Part, name?: string): Hindrance | undefined {
  const isIts = (operation: Operation) => partOf(operation) === part && operation.consumer === name;
  const failures = outcomes.flatMap(({ operation, result }) => {
    if (!(result instanceof AwsError) || !isIts(operation)) return [];
    return [explain(result, `${placeText(operation.place)} ${operation.what}`)];
  });
  const consumer = plan.consumers.find((each) => each.consumer.name === name);
  const problems = part === 'service' ? plan.service.problems : (consumer?.[part].problems ?? []);
  const operations = plan.operations.filter(isIts);
  const changing: Hindrance[] = operations
    .slice(0, 1)
    .map(({ what }) => ({ reason: 'Changing', message: `${what} ${rest(operations.length)}`.trim(), waits: true }));
  const found = firstOf([...failures, ...problems, ...changing]);
  if (!found?.waits || held === undefined || plan.operations.length === 0) return found;
  return { reason: 'Planned', message: `status.plan has ${plural(plan.operations.length, 'operation')}; ${held}` };
}

function rest(count: number): string {
  return count > 1 ? `and ${plural(count - 1, 'more change')}` : '';
}

function finding(problem: Hindrance | undefined, well: string): Finding {
  if (!problem) return { status: 'True', reason: 'Ready', message: well };
  return { status: 'False', reason: problem.reason, message: problem.message };
}

function sum(consumers: readonly ConsumerPlan[], count: 'ready' | 'total'): number {
  return consumers.reduce((total, { records }) => total + records[count], 0);
}

function tellConsumer({ consumer, endpoint, records }: ConsumerPlan, input: StatusInput): ConsumerStatus {
  const { name, account, region, known } = consumer;
  const problem = firstOf([hindrance(input, 'endpoint', name), hindrance(input, 'records', name)]);
  const { endpoint: found, groupId } = endpoint;
  // What couldn't be read now is told as it was: the way back to it must not be forgotten.
  const endpointId = found?.id ?? known?.endpointId;
  const zoneId = records.zone?.id ?? known?.zoneId;
  const zoneAccount = records.zone ? records.zoneAccount : known?.zoneAccount;
  const associations = [...records.associations];
  const formerZones = [...records.former];
  return {
    name,
    account,
    region,
    ready: problem === undefined,
    reason: problem?.reason ?? 'Ready',
    ...(problem && { message: problem.message }),
    ...(endpointId && { endpointId }),
    ...(found && { state: found.state, dnsNames: found.dns.map((each) => each.name) }),
    ...((groupId ?? known?.groupId) && { groupId: groupId ?? known?.groupId ?? '' }),
    ...(zoneId && { zoneId }),
    ...(zoneAccount && zoneAccount !== account && { zoneAccount }),
    ...(formerZones.length > 0 && { formerZones }),
    ...(associations.length > 0 && { associations }),
  };
}

function serviceStatus({ object, plan }: StatusInput): Pick<PrivateLinkEndpointStatus, 'service'> {
  const { service, loadBalancer, others } = plan.service;
  const { serviceName, provider } = plan;
  const known = object.status?.service;
  if (!service) {
    if (serviceName && !provider) return { service: { name: serviceName, id: serviceName.split('.')[4] ?? '' } };
    return known ? { service: known } : {};
  }
  const waitingOthers = others.filter(({ state }) => state === 'pendingAcceptance').length;
  return {
    service: {
      name: service.name,
      id: service.id,
      ...(provider && { account: provider.account, region: provider.region }),
      state: service.state,
      ...(loadBalancer && { loadBalancer: loadBalancer.arn }),
      ...(loadBalancer?.enforces !== undefined && { enforcesSecurityGroups: loadBalancer.enforces }),
      ...(service.privateDns && { privateDnsState: service.privateDns.state }),
      othersWaiting: waitingOthers,
      ...(others.length > 0 && {
        others: others
          .slice(0, MAX_OTHERS)
          .map(({ endpointId, accountId, state }) => ({ endpointId, accountId, state })),
      }),
    },
  };
}

function planStatus(operations: readonly Operation[]): NonNullable<PrivateLinkEndpointStatus['plan']> {
  const count = (sign: Operation['sign']) => operations.filter((each) => each.sign === sign).length;
  const omitted = operations.length - MAX_OPERATIONS;
  return {
    add: count('+'),
    change: count('~'),
    remove: count('-'),
    operations: operations
      .slice(0, MAX_OPERATIONS)
      .map(({ sign, place, what }) => `${sign} ${placeText(place)} ${what}`),
    ...(omitted > 0 && { operationsOmitted: omitted }),
  };
}
