import type { PrivateLinkEndpointSpec } from '../api/private-link-endpoint.gen.js';
import type { Manifests } from '../plan/manifests.js';
import { ownershipName } from '../private-link-endpoint/records/ownership.js';
import { regionOfService } from '../private-link-endpoint/wish.js';
import { type Feature, features, type Permission } from './permission.js';

type Declared = Pick<Manifests, 'sets' | 'endpoints' | 'pools'>;

/** What resources ask for. To remove what is no longer asked for takes the permissions that it was made with. */
export function askedFeatures(declared: Declared): Set<Feature> {
  return new Set(features.filter((feature) => ASKED[feature](declared)));
}

/** Of the permissions those that resources ask for, on what they name. */
export function askedOf(permissions: readonly Permission[], declared: Declared): Permission[] {
  const asked = askedFeatures(declared);
  return permissions
    .filter(({ feature }) => asked.has(feature))
    .flatMap((permission) => forRecords(permission, declared))
    .map((permission) => ({
      ...permission,
      resources: permission.resources.flatMap((each) => NAMED[permission.feature]?.[each]?.(declared) ?? [each]),
    }));
}

/** By statement, which records a PrivateLinkEndpoint has written. */
const RECORDS: Record<string, (spec: PrivateLinkEndpointSpec) => string[]> = {
  WriteProofs: ({ service }) => (service.provider?.privateDns ? [`*.${service.provider.privateDns.name}`] : []),
  WriteRecords: ({ hosts }) =>
    hosts.flatMap(({ private: name }) =>
      name ? [name, ...['A', 'CNAME'].map((type) => ownershipName(type, name))] : [],
    ),
};

/**
 * A statement for the records of each PrivateLinkEndpoint: all of them in one might be more than a policy takes.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
 */
function forRecords(permission: Permission, { endpoints }: Declared): Permission[] {
  const recordsOf = RECORDS[permission.sid];
  if (!recordsOf) return [permission];
  const lists = new Set(endpoints.map(({ spec }) => distinct(recordsOf(spec)).join(' ')).filter(Boolean));
  return [...lists].map((names, index) => ({
    ...permission,
    sid: `${permission.sid}${index === 0 ? '' : index + 1}`,
    conditions: [
      ...(permission.conditions ?? []),
      {
        operator: 'ForAllValues:StringLike',
        key: 'route53:ChangeResourceRecordSetsNormalizedRecordNames',
        values: names.split(' '),
      },
    ],
  }));
}

const ASKED: Record<Feature, (declared: Declared) => boolean> = {
  // Read whatever the sets' targets: what was made in groups is known by marks alone.
  securityGroups: ({ sets }) => sets.length > 0,
  prefixLists: (declared) =>
    targetsOf(declared).some(
      ({ prefixLists = [], securityGroups = [] }) =>
        prefixLists.length > 0 || securityGroups.some(({ via }) => via !== 'Rules'),
    ),
  shareWith: (declared) =>
    targetsOf(declared).some(({ prefixLists = [] }) => prefixLists.some(({ shareWith = [] }) => shareWith.length > 0)),
  wafIpSets: (declared) => targetsOf(declared).some(({ wafIpSets = [] }) => wafIpSets.length > 0),
  eksPublicAccess: (declared) => targetsOf(declared).some(({ eksPublicAccess = [] }) => eksPublicAccess.length > 0),
  natGateways: (declared) => sourcesOf(declared).some(({ natGateways = [] }) => natGateways.length > 0),
  elasticIps: (declared) => sourcesOf(declared).some(({ elasticIps = [] }) => elasticIps.length > 0),
  vpcs: (declared) => sourcesOf(declared).some(({ vpcs = [] }) => vpcs.length > 0),
  service: (declared) => providersOf(declared).length > 0,
  enforceSecurityGroups: (declared) =>
    providersOf(declared).some(({ enforceSecurityGroups }) => enforceSecurityGroups !== undefined),
  'provider.privateDns': (declared) => providersOf(declared).some(({ privateDns }) => privateDns !== undefined),
  endpoints: ({ endpoints }) => endpoints.length > 0,
  'consumer.privateDns': ({ endpoints }) =>
    endpoints.some(({ spec }) => spec.consumers.some(({ privateDns }) => privateDns)),
  otherRegions: ({ endpoints }) =>
    endpoints.some(({ spec: { service, consumers } }) => {
      const region = service.provider?.region ?? regionOfService(service.name ?? '');
      return consumers.some((consumer) => consumer.region !== region);
    }),
  names: ({ endpoints }) => endpoints.some(({ spec }) => spec.hosts.some((host) => host.private !== undefined)),
  launchTemplate: (declared) => launchTemplatesOf(declared).length > 0,
  podIdentity: (declared) => podIdentitiesOf(declared).length > 0,
};

/** By what stands for any of them. */
const NAMED: Partial<Record<Feature, Record<string, (declared: Declared) => string[]>>> = {
  eksPublicAccess: {
    'eks:*:*:cluster/*': (declared) =>
      distinct(
        targetsOf(declared).flatMap(({ eksPublicAccess = [] }) => eksPublicAccess.flatMap(({ clusters }) => clusters)),
      ).map((name) => `eks:*:*:cluster/${name}`),
  },
  'provider.privateDns': {
    'route53:::hostedzone/*': (declared) =>
      distinct(providersOf(declared).flatMap(({ privateDns }) => privateDns?.zoneId ?? [])).map(
        (id) => `route53:::hostedzone/${id}`,
      ),
  },
  launchTemplate: {
    'ec2:*:*:launch-template/*': (declared) =>
      distinct(launchTemplatesOf(declared).map(({ id }) => id)).map((id) => `ec2:*:*:launch-template/${id}`),
  },
  podIdentity: {
    'iam::*:role/*': (declared) =>
      distinct(podIdentitiesOf(declared).map(({ roleArn }) => roleArn.split(':').slice(2).join(':'))),
  },
};

function targetsOf({ sets }: Declared) {
  return sets.flatMap(({ spec }) => spec.targets ?? []);
}

function sourcesOf({ sets }: Declared) {
  return sets.flatMap(({ spec }) => spec.discover ?? []);
}

function providersOf({ endpoints }: Declared) {
  return endpoints.flatMap(({ spec }) => spec.service.provider ?? []);
}

function launchTemplatesOf({ pools }: Declared) {
  return pools.flatMap(({ spec }) => spec.nodes.launchTemplate ?? []);
}

function podIdentitiesOf({ pools }: Declared) {
  return pools.flatMap(({ spec }) => (spec.aws?.credentials === 'PodIdentity' ? [spec.aws] : []));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
