import type { PrivateLinkEndpoint, PrivateLinkEndpointSpec } from '../../../src/api/private-link-endpoint.gen.js';
import type { Reading } from '../../../src/aws/places.js';
import { groupTags } from '../../../src/private-link-endpoint/endpoint/group.js';
import { marksOf, zoneReference } from '../../../src/private-link-endpoint/names.js';
import type {
  ObservedEndpoint,
  ObservedLoadBalancer,
  ObservedRecord,
  ObservedService,
  ObservedZone,
  ProviderReading,
  VpcReading,
} from '../../../src/private-link-endpoint/observed.js';
import type { Operation } from '../../../src/private-link-endpoint/operation.js';
import { type Plan, planPrivateLink } from '../../../src/private-link-endpoint/plan.js';
import { ownershipValue } from '../../../src/private-link-endpoint/records/ownership.js';
import type { ProofInput } from '../../../src/private-link-endpoint/service/proof.js';
import { type Consumer, wishOf } from '../../../src/private-link-endpoint/wish.js';

/** A resource with one consumer, and AWS as it is once all is done: tables say what is different. */

export const serviceName = 'com.amazonaws.vpce.eu-west-1.vpce-svc-1';
export const lbArn = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/gitlab/1';
export const gitlabName = 'gitlab.privatelink.example.com';

export const runners: Consumer = {
  name: 'runners',
  account: 'team-a',
  region: 'eu-west-1',
  vpc: { id: 'vpc-1' },
  subnets: { tags: { role: 'runners' } },
  securityGroups: { allowFrom: [{ set: 'office', ports: ['tcp/443'] }] },
  privateDns: false,
};

export interface ResourceChange {
  spec?: Partial<PrivateLinkEndpointSpec>;
  status?: PrivateLinkEndpoint['status'];
  deleted?: boolean;
}

export function resource({ spec = {}, status, deleted = false }: ResourceChange = {}): PrivateLinkEndpoint {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PrivateLinkEndpoint',
    metadata: {
      name: 'gitlab',
      namespace: 'ci',
      uid: 'uid-1',
      ...(deleted && { deletionTimestamp: '2026-11-21T15:00:00Z' }),
    },
    spec: {
      hosts: [{ public: 'gitlab.example.com', private: gitlabName }],
      zone: 'privatelink.example.com',
      service: { provider: { account: 'shared', region: 'eu-west-1', loadBalancer: { arn: lbArn } } },
      consumers: [runners],
      mode: 'Enforce',
      deletionPolicy: 'Delete',
      force: false,
      ...spec,
    },
    ...(status && { status }),
  };
}

export const identity = wishOf(resource(), 'owner').identity;

export const balancer: ObservedLoadBalancer = {
  arn: lbArn,
  name: 'gitlab',
  dnsName: 'gitlab.elb.amazonaws.com',
  groupIds: ['sg-9'],
  enforces: true,
  tags: { app: 'gitlab' },
};

export const service: ObservedService = {
  id: 'vpce-svc-1',
  name: serviceName,
  state: 'Available',
  tags: marksOf(identity),
  loadBalancerArns: [lbArn],
  acceptanceRequired: true,
  regions: ['eu-west-1'],
  principals: ['arn:aws:iam::222222222222:root'],
};

export const endpoint: ObservedEndpoint = {
  id: 'vpce-1',
  vpcId: 'vpc-1',
  serviceName,
  state: 'available',
  ageMs: 30_000,
  tags: marksOf(identity, 'runners'),
  subnetIds: ['subnet-a', 'subnet-b'],
  groupIds: ['sg-1'],
  privateDnsEnabled: false,
  policy: '{"Statement":[]}',
  dns: [{ name: 'vpce-1.svc.vpce.amazonaws.com', zoneId: 'ZVPCE' }],
};

const alias = { zoneId: 'ZVPCE', name: 'vpce-1.svc.vpce.amazonaws.com' };

export function ownRecords(name = gitlabName): ObservedRecord[] {
  return [
    { name, type: 'A', values: [], alias },
    { name: `a-${name}`, type: 'TXT', ttl: 300, values: [ownershipValue(identity)] },
  ];
}

export const zone: ObservedZone = {
  id: 'Z1',
  name: 'privatelink.example.com',
  private: true,
  reference: `${zoneReference(identity, 'runners')}-1`,
  vpcIds: [],
  authorizedVpcIds: [],
  records: [
    { name: 'privatelink.example.com', type: 'NS', ttl: 1, values: ['ns'] },
    { name: 'privatelink.example.com', type: 'SOA', ttl: 1, values: ['soa'] },
    ...ownRecords(),
  ],
};

const subnet = (letter: string) => ({
  id: `subnet-${letter}`,
  vpcId: 'vpc-1',
  zone: `eu-west-1${letter}`,
  zoneId: `euw1-${letter}`,
  tags: { role: 'runners' },
});

export const providerReading: ProviderReading = {
  loadBalancers: [balancer],
  services: [service],
  connections: [
    {
      serviceId: 'vpce-svc-1',
      endpointId: 'vpce-1',
      accountId: '222222222222',
      region: 'eu-west-1',
      state: 'available',
    },
  ],
};

export const vpcReading: VpcReading = {
  endpoints: [endpoint],
  groups: [{ id: 'sg-1', vpcId: 'vpc-1', tags: groupTags(identity, runners) }],
  subnets: [subnet('a'), subnet('b'), subnet('c')],
  vpcs: [],
  services: [{ name: serviceName, zones: ['eu-west-1a', 'eu-west-1b'], privateDnsVerified: false }],
};

/** What differs from a resource that is done. */
export interface WorldChange extends ResourceChange {
  provider?: Partial<ProviderReading> | Reading<ProviderReading>;
  vpc?: Partial<VpcReading> | Reading<VpcReading>;
  zones?: ObservedZone[];
  /** By consumer, where they differ. */
  zonesBy?: Record<string, ObservedZone[]>;
  accountId?: string | null;
  proof?: ProofInput;
  givenUp?: boolean;
  notAdmitted?: string[];
  kubernetesHost?: Reading<string>;
}

export function planOf(change: WorldChange = {}): Plan {
  const {
    provider = {},
    vpc = {},
    zones = [zone],
    zonesBy,
    accountId = '222222222222',
    proof,
    givenUp = false,
  } = change;
  const wish = wishOf(resource(change), 'owner');
  return planPrivateLink({
    wish,
    givenUp,
    providers: wish.providers.map((each) => ({
      provider: each,
      reading: 'ok' in provider ? provider : { ok: true, value: { ...providerReading, ...provider } },
      ...(proof && { proof }),
      ...(change.kubernetesHost && { kubernetesHost: change.kubernetesHost }),
    })),
    consumers: wish.consumers.map((consumer) => ({
      consumer,
      ...(accountId !== null && { accountId }),
      vpc: 'ok' in vpc ? vpc : { ok: true, value: { ...vpcReading, ...vpc } },
      notAdmitted: change.notAdmitted ?? [],
      zones: { ok: true, value: [{ account: 'team-a', zones: zonesBy?.[consumer.name] ?? zones }] },
    })),
  });
}

/** `+ CreateVpcEndpoint endpoint in vpc-1 of runners` */
export function lines(operations: readonly Operation[]): string[] {
  return operations.map(({ sign, request, what }) => `${sign} ${request.action} ${what}`);
}

/** Reasons of all problems, those that only wait in brackets. */
export function reasons({ service: own, consumers }: Plan): string[] {
  const all = [own, ...consumers.flatMap(({ endpoint: each, records }) => [each, records])];
  return all.flatMap(({ problems }) => problems.map(({ reason, waits }) => (waits ? `(${reason})` : reason)));
}
