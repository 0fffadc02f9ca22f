import type { Problem } from '../api/problem.js';
import type { AwsError } from '../aws/errors.js';
import type { PlaceRef, Reading } from '../aws/places.js';
import type { EndpointPlan } from './endpoint/endpoint.js';
import { planEndpoint } from './endpoint/plan.js';
import { planEndpointRemoval } from './endpoint/removal.js';
import { isMarked, marksOf } from './names.js';
import type { AccountZones, ObservedService, ProviderReading, VpcReading } from './observed.js';
import { type Hindrance, type Operation, waiting } from './operation.js';
import { planRecords, type RecordsPlan } from './records/plan.js';
import { planZoneRemoval } from './records/removal.js';
import { ledTo } from './records/zones.js';
import { planService } from './service/plan.js';
import type { ProofInput } from './service/proof.js';
import { planServiceRemoval } from './service/removal.js';
import { type ServicePlan, servicesOf } from './service/service.js';
import type { Consumer, ConsumerWish, ProviderWish, Wish } from './wish.js';

export interface ObservedProvider {
  provider: ProviderWish;
  reading: Reading<ProviderReading>;
  /** Host name of the Kubernetes Service's load balancer; '' while it has none. */
  kubernetesHost?: Reading<string>;
  proof?: ProofInput;
}

export interface ObservedConsumer {
  consumer: ConsumerWish;
  /** Twelve digits; absent where no AwsAccount tells. */
  accountId?: string;
  vpc: Reading<VpcReading>;
  zones: Reading<AccountZones[]>;
  /** Why CidrSets that are to be let in would not be. */
  notAdmitted: readonly string[];
}

/** All that a plan is made from. */
export interface PlanInput {
  wish: Wish;
  providers: readonly ObservedProvider[];
  consumers: readonly ObservedConsumer[];
  /** What can't be read any more is no longer waited for: the resource has been on its way out for long. */
  givenUp: boolean;
}

export interface ConsumerPlan {
  consumer: ConsumerWish;
  endpoint: EndpointPlan;
  records: RecordsPlan;
  /** Nothing is left of a consumer that is to go. */
  gone: boolean;
}

export interface Plan {
  operations: Operation[];
  /** Of the declared service: AWS's name. */
  serviceName?: string;
  service: ServicePlan;
  /** The place that the service is made in. */
  provider?: ProviderWish;
  consumers: ConsumerPlan[];
  /** Where the service was made before and still is. */
  formerProviders: PlaceRef[];
  /** What stays behind, and why. */
  left: string[];
  /** Nothing is left of what is to go. */
  gone: boolean;
}

/** From what a resource asks and what is there, to the calls that can be made now. What waits for them comes with a later look. */
export function planPrivateLink(input: PlanInput): Plan {
  const { wish, providers, givenUp } = input;
  const declared = providers.find(({ provider }) => provider.declared);
  const serviceName = wish.serviceName ?? serviceNameOf(wish, declared);
  const consumers = input.consumers.map((each) => planConsumer(each, input, serviceName));
  const services = providers.map((each) => planProvider(each, input, consumers));
  const left = consumers.flatMap(({ records }) => records.left);
  if (givenUp) left.push(...input.consumers.flatMap(leftOf), ...providers.flatMap((each) => leftServiceOf(wish, each)));
  // The declared place comes first, also of a resource that is being deleted.
  const own = wish.serviceName === undefined;
  const service = (own && services[0]) || foreignService(input, serviceName);
  const former = services.slice(own ? 1 : 0);
  const provider = own ? providers[0]?.provider : undefined;
  const all = [...consumers.flatMap(({ endpoint, records }) => [endpoint, records]), ...services];
  return {
    operations: all.flatMap(({ operations }) => operations),
    ...(serviceName && { serviceName }),
    service: { ...service, problems: [...service.problems, ...former.flatMap(({ problems }) => problems)] },
    formerProviders: providers
      .filter((_, index) => former.some((each) => each === services[index] && !each.gone))
      .map(({ provider: { account, region } }) => ({ account, region })),
    ...(provider && { provider }),
    consumers,
    left,
    gone: consumers.every(({ gone }) => gone) && services.every(({ gone }) => gone),
  };
}

function serviceNameOf(wish: Wish, observed: ObservedProvider | undefined): string | undefined {
  if (!observed) return undefined;
  // An account that can't be read now must not stall the consumers.
  const { reading } = observed;
  return reading.ok ? servicesOf(wish, { ...observed, reading: reading.value })[0]?.name : wish.knownService?.name;
}

/** A service that others run is what its consumers see of it. */
function foreignService({ consumers }: PlanInput, serviceName: string | undefined): ServicePlan {
  const plan: ServicePlan = { others: [], operations: [], problems: [], gone: true };
  const read = consumers.flatMap(({ consumer, vpc }) => (consumer.declared && vpc.ok ? [vpc.value] : []));
  if (read.some(({ services }) => services.some(({ name }) => name === serviceName)) || read.length === 0) return plan;
  const message = `${serviceName} is offered to no consumer; have its owner allow their accounts`;
  return { ...plan, problems: [{ reason: 'ServiceNotOffered', message }] };
}

const NOTHING: RecordsPlan = {
  ready: 0,
  total: 0,
  associations: [],
  former: [],
  operations: [],
  problems: [],
  left: [],
};

function planConsumer(observed: ObservedConsumer, input: PlanInput, serviceName: string | undefined): ConsumerPlan {
  const { wish } = input;
  const { consumer, vpc, zones } = observed;
  const accounts = zones.ok ? zones.value : [];
  const { declared } = consumer;
  if (!declared) return planRemoval(observed, input);
  const total = wish.hosts.length;
  const { associations = [], formerZones: former = [] } = consumer.known ?? {};
  if (!vpc.ok) {
    const endpoint = { operations: [], problems: [vpc.problem] };
    const records = { ...NOTHING, total, associations, former, problems: total > 0 ? [vpc.problem] : [] };
    return { consumer, endpoint, records, gone: false };
  }
  const wished = { ...consumer, declared } satisfies ConsumerWish & { declared: Consumer };
  const endpoint = planEndpoint({
    wish,
    consumer: wished,
    reading: vpc.value,
    ...(serviceName && { serviceName }),
    accepts: wish.serviceName === undefined,
    ledTo: ledTo(wish, accounts),
  });
  endpoint.problems.push(...observed.notAdmitted.map((message) => ({ reason: 'SetNotAdmitted', message })));
  const records = zones.ok
    ? planRecords({ wish, consumer: wished, accounts, endpoint })
    : { ...NOTHING, total, associations, former, problems: total > 0 ? [zones.problem] : [] };
  // What records lead to isn't known without them.
  if (!zones.ok) endpoint.operations = endpoint.operations.filter(({ done }) => done !== 'EndpointDeleted');
  return { consumer, endpoint, records, gone: false };
}

/** Records, then the endpoint, then its group. A zone that another consumer has taken over is that one's business. */
function planRemoval(
  { consumer, vpc, zones }: ObservedConsumer,
  { wish, givenUp, consumers }: PlanInput,
): ConsumerPlan {
  const accounts = zones.ok ? zones.value : [];
  const taken = consumers.flatMap((each) => each.consumer.declared?.dns?.zoneId ?? []);
  const removals = accounts.flatMap(({ account, zones: all }) =>
    all.filter(({ id }) => !taken.includes(id)).map((zone) => planZoneRemoval(wish, consumer, zone, account)),
  );
  const zonesGone = zones.ok ? removals.every(({ gone }) => gone) : givenUp;
  const problems: Hindrance[] = zones.ok ? [] : [zones.problem];
  const records: RecordsPlan = {
    ...NOTHING,
    associations: consumer.known?.associations ?? [],
    former: consumer.known?.formerZones ?? [],
    operations: removals.flatMap(({ operations }) => operations),
    problems: zonesGone ? problems : [...problems, waiting('Deleting', 'records and zone are being deleted')],
    left: removals.flatMap(({ left }) => left),
  };
  if (!vpc.ok) {
    return { consumer, endpoint: { operations: [], problems: [vpc.problem] }, records, gone: zonesGone && givenUp };
  }
  const endpoint = planEndpointRemoval(wish, consumer, vpc.value, zonesGone, ledTo(wish, accounts));
  return { consumer, endpoint, records, gone: zonesGone && endpoint.gone };
}

function planProvider(observed: ObservedProvider, input: PlanInput, consumers: readonly ConsumerPlan[]): ServicePlan {
  const { wish, givenUp } = input;
  const { provider, reading, proof, kubernetesHost } = observed;
  if (!reading.ok) {
    const gone = !provider.declared && givenUp;
    return { others: [], operations: [], problems: [reading.problem], gone };
  }
  const { declared } = provider;
  if (!declared) {
    return planServiceRemoval({
      wish,
      provider,
      reading: reading.value,
      inUse: isInUse(servicesOf(wish, { provider, reading: reading.value }), input, consumers),
      abandoned: new Set(
        givenUp ? input.consumers.flatMap((each) => (each.vpc.ok ? [] : (each.consumer.known?.endpointId ?? []))) : [],
      ),
      ...(proof && { proof }),
    });
  }
  const wanted = input.consumers.filter(({ consumer }) => consumer.declared);
  const accountIds = wanted.flatMap(({ accountId }) => accountId ?? []);
  const endpoints = input.consumers.flatMap(({ vpc }) => (vpc.ok ? vpc.value.endpoints : []));
  const place = {
    provider: { ...provider, declared },
    reading: reading.value,
    ...(kubernetesHost !== undefined && { kubernetesHost }),
  };
  const plan = planService({
    ...place,
    wish,
    ...(proof && { proof }),
    accountIds: [...new Set(accountIds)].sort(),
    accountsKnown: accountIds.length === wanted.length,
    regions: wanted.map(({ consumer }) => consumer.region),
    endpointIds: new Set(ownIds(wish, endpoints)),
  });
  // Those of load balancers that were declared before go when endpoints have left them.
  const [, ...services] = servicesOf(wish, place);
  const former = planServiceRemoval({
    wish,
    provider: { account: provider.account, region: provider.region },
    reading: { ...reading.value, services },
    inUse: isInUse(services, input, consumers),
    abandoned: new Set(),
  });
  return {
    ...plan,
    operations: [...plan.operations, ...former.operations],
    problems: [...plan.problems, ...former.problems],
  };
}

function ownIds(wish: Wish, endpoints: VpcReading['endpoints']): string[] {
  return endpoints.filter(({ tags }) => isMarked(tags, marksOf(wish.identity))).map(({ id }) => id);
}

/** Whether a service that is to go still has endpoints of this resource, as far as is known. */
function isInUse(
  services: readonly ObservedService[],
  { wish, consumers, givenUp }: PlanInput,
  plans: readonly ConsumerPlan[],
): boolean {
  if (wish.release) return !plans.every(({ gone }) => gone);
  return consumers.some(({ vpc }) => {
    if (!vpc.ok) return !givenUp;
    return vpc.value.endpoints.some(
      (each) => services.some(({ name }) => name === each.serviceName) && isMarked(each.tags, marksOf(wish.identity)),
    );
  });
}

/** What the last status knows of in a place that can't be read. */
function leftOf({ consumer, vpc, zones }: ObservedConsumer): string[] {
  const { known, account, region } = consumer;
  const { endpointId, groupId, zoneId, zoneAccount = account } = known ?? {};
  const inVpc = [endpointId, groupId].filter((id) => id !== undefined);
  return [
    ...(!vpc.ok && inVpc.length > 0 ? [`${inVpc.join(', ')} in ${account}/${region}: ${vpc.problem.message}`] : []),
    ...(!zones.ok && zoneId ? [`records in zone ${zoneId} of ${zoneAccount}: ${zones.problem.message}`] : []),
  ];
}

function leftServiceOf({ knownService }: Wish, { provider, reading }: ObservedProvider): string[] {
  if (reading.ok || !knownService) return [];
  return [`${knownService.id} in ${provider.account}/${provider.region}: ${reading.problem.message}`];
}

/** What AWS said where it couldn't be read, and the problem that the plan makes of it. */
export function unread({ providers, consumers }: PlanInput): { problem: Problem; error: AwsError }[] {
  const readings = [
    ...providers.flatMap(({ reading, proof }): Reading<unknown>[] => (proof ? [reading, proof.record] : [reading])),
    ...consumers.flatMap(({ vpc, zones }) => [vpc, zones]),
  ];
  return readings.flatMap((each) => (each.ok || !each.error ? [] : [{ problem: each.problem, error: each.error }]));
}
