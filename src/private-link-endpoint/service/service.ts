import type { Reading } from '../../aws/places.js';
import type { Request } from '../calls.js';
import { isMarked, marksOf, resourceOf } from '../names.js';
import type { ObservedConnection, ObservedLoadBalancer, ObservedService, ProviderReading } from '../observed.js';
import type { Hindrance, Operation } from '../operation.js';
import type { Provider, ProviderWish, Wish } from '../wish.js';
import { chooseLoadBalancer } from './load-balancer.js';
import type { ProofInput } from './proof.js';

/** All that a declared service is planned from. */
export interface ServiceInput extends ServicePlace {
  wish: Wish;
  provider: ProviderWish & { declared: Provider };
  proof?: ProofInput;
  /** Of the consumers, as far as their AwsAccounts are there. */
  accountIds: readonly string[];
  /** Whether all of them are: only then somebody may be shut out. */
  accountsKnown: boolean;
  regions: readonly string[];
  /** What this resource made. */
  endpointIds: ReadonlySet<string>;
}

export interface ServicePlan {
  service?: ObservedService;
  loadBalancer?: ObservedLoadBalancer;
  /** Connections of endpoints that this resource didn't make, those of declared accounts aside. */
  others: readonly ObservedConnection[];
  operations: Operation[];
  problems: Hindrance[];
  /** Nothing is left of a service that is to go. */
  gone: boolean;
}

/** States of endpoints that keep their service from being deleted. */
export const CONNECTED = ['pendingAcceptance', 'pending', 'available'];

/** A place, and what was read of it. */
export interface ServicePlace {
  provider: ProviderWish;
  reading: ProviderReading;
  /** Host name of the load balancer that the Kubernetes Service got, where one is declared; '' while it has none. */
  kubernetesHost?: Reading<string>;
}

/**
 * Services of this resource that aren't on their way out, the one that it goes on with first: the one of the declared
 * load balancer, or else the one that it went on with before.
 */
export function servicesOf({ identity, knownService }: Wish, place: ServicePlace): ObservedService[] {
  const { provider, reading, kubernetesHost } = place;
  const marks = marksOf(identity);
  const choice =
    provider.declared && chooseLoadBalancer(provider.declared.loadBalancer, reading.loadBalancers, kubernetesHost);
  const rank = ({ id, loadBalancerArns }: ObservedService) =>
    2 * Number(choice?.ok && loadBalancerArns.includes(choice.value.arn)) + Number(id === knownService?.id);
  return reading.services
    .filter(({ tags, state }) => isMarked(tags, marks) && !isLeaving(state))
    .sort((a, b) => rank(b) - rank(a) || a.id.localeCompare(b.id));
}

/** Of AWS's states, which other APIs of EC2 spell in lower case. */
export function isLeaving(state: string): boolean {
  return /^delet/i.test(state);
}

/** What the calls for a service have in common. */
export function operationsFor(wish: Wish, place: ProviderWish) {
  return (sign: Operation['sign'], what: string, done: string, request: Request, lane = 'service'): Operation => ({
    lane: `${lane} ${place.account}/${place.region}`,
    place: { account: place.account, region: place.region },
    sign,
    what: `${what} for ${resourceOf(wish.identity)}`,
    done,
    request,
  });
}

export type Op = ReturnType<typeof operationsFor>;

export function deleteService(id: string, op: Op): Operation {
  const request: Request = { action: 'DeleteVpcEndpointServiceConfigurations', input: { ServiceIds: [id] } };
  return op('-', `endpoint service ${id}`, 'ServiceDeleted', request);
}
