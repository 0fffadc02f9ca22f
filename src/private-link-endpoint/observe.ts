import { GLOBAL, type PlaceRef, type Places, type Reading } from '../aws/places.js';
import { observeEndpoint, observeVpcs, type VpcNeeds } from './endpoint/observe.js';
import { zoneReference } from './names.js';
import type { AccountZones, ObservedZone, VpcReading } from './observed.js';
import type { ObservedConsumer, ObservedProvider, PlanInput } from './plan.js';
import { listZones, observeRecord, observeZone } from './records/observe.js';
import { zonesOf } from './records/zones.js';
import { observeProvider } from './service/observe.js';
import { type ProofInput, proofName } from './service/proof.js';
import { servicesOf } from './service/service.js';
import type { Snapshots } from './snapshots.js';
import type { ConsumerWish, ProviderWish, Wish } from './wish.js';

export interface ObserveOptions {
  places: Places;
  snapshots: Snapshots;
  ownerId: string;
  /** What all resources together need to know of a place. */
  needs(place: PlaceRef): VpcNeeds & { loadBalancerTags: boolean };
  /** Host name of the load balancer that a Service of the cluster got; '' while it has none. */
  serviceHost(name: string): Promise<Reading<string>>;
  /** Why a CidrSet would not go into a group that is tagged with it. */
  admissionProblem(set: string, place: PlaceRef, ports: readonly string[]): string | undefined;
  /** Whether AWS was asked to look for the proof since this process started. */
  isProofAsked(serviceId: string): boolean;
}

/** Reads all that a resource's plan needs; what other resources in the same accounts need too is read once. */
export async function observe(
  wish: Wish,
  options: ObserveOptions,
  signal: AbortSignal,
): Promise<Pick<PlanInput, 'providers' | 'consumers'>> {
  const providers = await Promise.all(wish.providers.map((each) => observeOne(each, wish, options, signal)));
  const declared = providers.find(({ provider }) => provider.declared);
  const made = declared?.reading.ok
    ? servicesOf(wish, { ...declared, reading: declared.reading.value })[0]?.name
    : undefined;
  const serviceName = wish.serviceName ?? made;
  const consumers = await Promise.all(
    wish.consumers.map((each) => observeConsumer(each, wish, serviceName, options, signal)),
  );
  return { providers, consumers };
}

async function observeOne(
  provider: ProviderWish,
  wish: Wish,
  options: ObserveOptions,
  signal: AbortSignal,
): Promise<ObservedProvider> {
  const { places, snapshots, ownerId, needs, serviceHost } = options;
  const { account, region, declared } = provider;
  const byTags = needs(provider).loadBalancerTags;
  const reading = await snapshots.read(`${account}/${region} provider ${byTags}`, () =>
    places.read(provider, signal, (aws) => observeProvider(aws, ownerId, byTags)),
  );
  const kubernetesService = declared?.loadBalancer.kubernetesService;
  const host = kubernetesService && (await serviceHost(kubernetesService));
  const place = { provider, ...(host && { kubernetesHost: host }) };
  const proof = reading.ok
    ? await observeProof(provider, servicesOf(wish, { ...place, reading: reading.value })[0], options, signal)
    : undefined;
  return { ...place, reading, ...(proof && { proof }) };
}

async function observeProof(
  { account, privateDns: wanted }: ProviderWish,
  service: ReturnType<typeof servicesOf>[number] | undefined,
  { places, snapshots, isProofAsked }: ObserveOptions,
  signal: AbortSignal,
): Promise<ProofInput | undefined> {
  if (!wanted || !service?.privateDns) return undefined;
  const place = { account: wanted.account ?? account, region: GLOBAL };
  const name = proofName(service.privateDns);
  const record = await snapshots.read(`${place.account}/ record ${wanted.zoneId} ${name}`, () =>
    places.read(place, signal, ({ route53 }) => observeRecord(route53, wanted.zoneId, name)),
  );
  return { record, asked: isProofAsked(service.id) };
}

async function observeConsumer(
  consumer: ConsumerWish,
  wish: Wish,
  serviceName: string | undefined,
  options: ObserveOptions,
  signal: AbortSignal,
): Promise<ObservedConsumer> {
  const accountId = options.places.accountId(consumer.account);
  const [vpc, zones] = await Promise.all([
    observeVpc(consumer, serviceName, options, signal),
    observeZones(consumer, wish, options, signal),
  ]);
  const { allowFrom = [] } = consumer.declared?.securityGroups ?? {};
  const notAdmitted = allowFrom.flatMap(({ set, ports }) => options.admissionProblem(set, consumer, ports) ?? []);
  return { consumer, ...(accountId && { accountId }), vpc, zones, notAdmitted };
}

async function observeVpc(
  { account, region, known, declared }: ConsumerWish,
  serviceName: string | undefined,
  { places, snapshots, ownerId, needs }: ObserveOptions,
  signal: AbortSignal,
): Promise<Reading<VpcReading>> {
  const place = { account, region };
  const asked = needs(place);
  const services = [...new Set([...asked.services, ...(serviceName ? [serviceName] : [])])].sort();
  const groups = asked.groups || !declared || known?.groupId !== undefined;
  const all: VpcNeeds = { services, vpcs: asked.vpcs, groups };
  const reading = await snapshots.read(`${account}/${region} VPCs ${JSON.stringify(all)}`, () =>
    places.read(place, signal, ({ ec2 }) => observeVpcs(ec2, ownerId, all)),
  );
  const id = known?.endpointId;
  if (!reading.ok || !id || reading.value.endpoints.some((each) => each.id === id)) return reading;
  // A list may lag behind, and another endpoint must not be made for one that is there.
  const missed = await places.read(place, signal, ({ ec2 }) => observeEndpoint(ec2, id));
  if (!missed.ok) return missed;
  return { ok: true, value: { ...reading.value, endpoints: [...reading.value.endpoints, ...missed.value] } };
}

async function observeZones(
  consumer: ConsumerWish,
  wish: Wish,
  { places, snapshots }: ObserveOptions,
  signal: AbortSignal,
): Promise<Reading<AccountZones[]>> {
  const { accounts, ids } = zonesOf(consumer);
  const reference = zoneReference(wish.identity, consumer.name);
  const withVpcs = needsVpcs(consumer);
  const found: AccountZones[] = [];
  for (const account of wish.hosts.length > 0 || ids.length > 0 ? accounts : []) {
    const place = { account, region: GLOBAL };
    const all = await snapshots.read(`${account}/ zones`, () =>
      places.read(place, signal, ({ route53 }) => listZones(route53)),
    );
    if (!all.ok) return all;
    const concerned = all.value.filter((zone) => ids.includes(zone.id) || zone.reference.startsWith(reference));
    const zones: ObservedZone[] = [];
    for (const zone of concerned) {
      const filled = await snapshots.read(`${account}/ zone ${zone.id} ${withVpcs}`, () =>
        places.read(place, signal, ({ route53 }) => observeZone(route53, zone, withVpcs)),
      );
      if (filled.ok) zones.push(filled.value);
      else if (filled.error?.class !== 'NotFound') return filled;
    }
    found.push({ account, zones });
  }
  return { ok: true, value: found };
}

/** Whose zone has other VPCs than the one that it was made for, or was made by others. */
function needsVpcs({ declared, known }: ConsumerWish): boolean {
  const { zoneId, sharedWith = [] } = declared?.dns ?? {};
  return zoneId !== undefined || sharedWith.length > 0 || (known?.associations ?? []).length > 0;
}
