import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import { type PlaceRef, placeText } from '../aws/places.js';
import type { VpcNeeds } from './endpoint/observe.js';

export type Needs = VpcNeeds & { loadBalancerTags: boolean };

const NOTHING: Needs = { services: [], vpcs: false, groups: false, loadBalancerTags: false };

/** What all resources together need to know of each account and region, so that one read serves them all. */
export function needsOf(resources: readonly PrivateLinkEndpoint[]): (place: PlaceRef) => Needs {
  const all = new Map<string, Needs>();
  const add = (place: PlaceRef, more: Partial<Needs>) => {
    const { services, vpcs, groups, loadBalancerTags } = all.get(placeText(place)) ?? NOTHING;
    all.set(placeText(place), {
      services: [...new Set([...services, ...(more.services ?? [])])].sort(),
      vpcs: vpcs || more.vpcs === true,
      groups: groups || more.groups === true,
      loadBalancerTags: loadBalancerTags || more.loadBalancerTags === true,
    });
  };
  for (const { spec, status } of resources) {
    const { name = status?.service?.name, provider } = spec.service;
    if (provider) add(provider, { loadBalancerTags: provider.loadBalancer.tags !== undefined });
    for (const consumer of spec.consumers) {
      const { vpc, securityGroups } = consumer;
      const groups = securityGroups.allowFrom !== undefined;
      add(consumer, { services: name ? [name] : [], vpcs: vpc.tags !== undefined, groups });
    }
  }
  return (place) => all.get(placeText(place)) ?? NOTHING;
}
