import type {
  PrivateLinkEndpoint,
  PrivateLinkEndpointSpec,
  PrivateLinkEndpointStatus,
} from '../api/private-link-endpoint.gen.js';
import type { PlaceRef } from '../aws/places.js';
import type { Identity } from './names.js';

export type Consumer = PrivateLinkEndpointSpec['consumers'][number];
export type Provider = NonNullable<PrivateLinkEndpointSpec['service']['provider']>;
export type ConsumerStatus = NonNullable<PrivateLinkEndpointStatus['consumers']>[number];

/** What a consumer's place is to hold. */
export interface ConsumerWish extends PlaceRef {
  name: string;
  /** Absent: all that was made is to go, because the consumer is no longer declared there. */
  declared?: Consumer;
  /** What the last status says of it: a hint. */
  known?: ConsumerStatus;
}

/** What a provider's place is to hold. */
export interface ProviderWish extends PlaceRef {
  /** Absent: the service is to go. */
  declared?: Provider;
  /** The name whose proof is written, or to go with the service. */
  privateDns?: Provider['privateDns'];
}

/** What one resource asks of AWS. */
export interface Wish {
  identity: Identity;
  mode: 'Enforce' | 'Plan';
  /** Set when the resource is being deleted: what becomes of what was made. */
  release?: 'Delete' | 'Retain';
  force: boolean;
  /** The private names. */
  hosts: readonly string[];
  zone?: string;
  /** Name of a service that others run. */
  serviceName?: string;
  /** One at most is declared. */
  providers: readonly ProviderWish[];
  consumers: readonly ConsumerWish[];
  /** By the last status: a hint. */
  knownService?: { id: string; name: string };
}

/** With what is no longer declared, as far as the last status knows of it: it is to go. */
export function wishOf({ metadata, spec, status }: PrivateLinkEndpoint, ownerId: string): Wish {
  const { name, namespace = '', uid = '', deletionTimestamp } = metadata;
  const releasing = deletionTimestamp !== undefined;
  const known = status?.consumers ?? [];
  const declared = spec.consumers.map((consumer): ConsumerWish => {
    const { name, account, region } = consumer;
    const last = known.find((each) => isSame(each, consumer));
    return { name, account, region, ...(!releasing && { declared: consumer }), ...(last && { known: last }) };
  });
  const former = known
    .filter((each) => !spec.consumers.some((consumer) => isSame(each, consumer)))
    .map(({ name, account, region, ...rest }): ConsumerWish => {
      return { name, account, region, known: { name, account, region, ...rest } };
    });
  const { service } = spec;
  return {
    identity: { ownerId, namespace, name, uid },
    mode: spec.mode,
    ...(releasing && { release: spec.deletionPolicy }),
    force: spec.force,
    hosts: spec.hosts.flatMap((host) => host.private ?? []),
    ...(spec.zone && { zone: spec.zone }),
    ...(service.name && { serviceName: service.name }),
    providers: providersOf(service.provider, status, releasing),
    consumers: [...declared, ...former],
    ...(status?.service && { knownService: status.service }),
  };
}

function providersOf(
  declared: Provider | undefined,
  { service, formerProviders = [] }: PrivateLinkEndpointStatus = {},
  releasing: boolean,
): ProviderWish[] {
  const own = declared ? [ownProvider(declared, releasing)] : [];
  const { account, region } = service ?? {};
  const last = account && region ? [{ account, region }] : [];
  const all: ProviderWish[] = [...own, ...last, ...formerProviders];
  const isFirst = (each: PlaceRef, index: number) =>
    all.findIndex(({ account, region }) => account === each.account && region === each.region) === index;
  return all.filter(isFirst);
}

function ownProvider(declared: Provider, releasing: boolean): ProviderWish {
  const { account, region, privateDns } = declared;
  return { account, region, ...(privateDns && { privateDns }), ...(!releasing && { declared }) };
}

/** A consumer that is declared elsewhere under its old name leaves something behind where it was. */
function isSame(one: ConsumerStatus, other: Consumer): boolean {
  return one.name === other.name && one.account === other.account && one.region === other.region;
}

/** All accounts that a resource's calls may go to. */
export function accountsOf({ providers, consumers }: Wish): string[] {
  const others = consumers.flatMap(({ declared }) => (declared?.dns?.sharedWith ?? []).map(({ account }) => account));
  const zones = consumers.flatMap(({ declared, known }) =>
    [declared?.dns?.account ?? [], known?.zoneAccount ?? []].flat(),
  );
  const proofs = providers.flatMap(({ privateDns }) => privateDns?.account ?? []);
  const places = [...providers, ...consumers].map(({ account }) => account);
  return [...new Set([...places, ...others, ...zones, ...proofs])];
}

/** `com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0` is in eu-west-1. */
export function regionOfService(serviceName: string): string {
  return serviceName.split('.')[3] ?? '';
}
