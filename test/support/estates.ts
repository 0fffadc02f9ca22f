import type { AwsAccount } from '../../src/api/aws-account.gen.js';
import type { CidrSet } from '../../src/api/cidr-set.gen.js';
import type { PrivateLinkEndpoint } from '../../src/api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../../src/api/runner-pool.gen.js';
import type { MapInput } from '../../src/map/map-data.js';
import type { AccessList, AccessRule } from '../../src/overview/overview.js';

const SETS: Record<string, [cidr: string, description: string][]> = {
  office: [
    ['203.0.113.0/24', 'Berlin'],
    ['198.51.100.7/32', 'Paris'],
    ['2001:db8:40::/48', 'Berlin'],
  ],
  vpn: [
    ['192.0.2.16/28', 'gateway 1'],
    ['192.0.2.32/28', 'gateway 2'],
  ],
  'nat-gateways': Array.from({ length: 36 }, (_, n) => [`198.18.${n}.4/32`, `runners, gateway ${n + 1}`]),
  'gitlab-access': [],
  partners: [['100.64.8.0/22', 'Acme']],
};
const INCLUDES: Record<string, string[]> = { 'gitlab-access': ['nat-gateways', 'office', 'vpn'] };
const OF: Record<string, string[]> = {
  ...Object.fromEntries(Object.keys(SETS).map((set) => [set, [set]])),
  ...INCLUDES,
};
const ROLES = ['gitlab-nlb', 'gitlab-registry-nlb', 'runners', 'bastion', 'artifacts', 'grafana', 'sentry', 'pages'];
const WANTS = [['gitlab-access'], ['gitlab-access', 'partners'], ['vpn'], ['office', 'vpn'], ['nat-gateways'], ['vpn']];

/** What a company could have, the same each time: groups are spread over accounts and two regions. */
export function estate({ accounts = 3, groups = 12 } = {}): MapInput {
  const names = ['shared', 'team-a', 'team-b', ...Array.from({ length: accounts }, (_, n) => `team-${n + 3}`)];
  const regions = ['eu-west-1', 'us-east-1'];
  const lists = Array.from({ length: groups }, (_, n) =>
    group(n, names[n % accounts] ?? '', regions[Math.floor(n / accounts) % 2] ?? ''),
  );
  return {
    ownerId: '8c1f6a1e-3f5d-4c0e-9a53-6f0f4f1b7a10',
    readAt: new Date('2026-11-21T21:54:00Z'),
    overview: {
      accounts: names.slice(0, accounts).map((name, n) => account(name, `${n + 1}`.repeat(12).slice(0, 12), regions)),
      sets: Object.keys(SETS).map(cidrSet),
      endpoints: [endpoint],
      pools: [pool],
      access: {
        entries: Object.fromEntries(
          Object.entries(SETS).map(([set, entries]) => [
            set,
            entries.map(([cidr, description]) => ({ cidr, family: cidr.includes(':') ? 6 : 4, description })),
          ]),
        ),
        lists: [...lists.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)), policy],
        unread: [],
        unreadLists: {},
        read: { accounts, scopes: accounts * 2, calls: accounts * 6 },
      },
    },
  };
}

function placeOf({ account, region, name, id }: AccessList): string {
  return [account, region, name, id].join(' ');
}

function group(n: number, account: string, region: string): AccessList {
  const sets = WANTS[n % WANTS.length] ?? [];
  const rules = sets.flatMap((set) =>
    (OF[set] ?? []).flatMap((part) =>
      (SETS[part] ?? []).flatMap(([cidr, description]) =>
        (set === 'vpn' ? ['tcp/22', 'tcp/443'] : ['tcp/443']).map((ports) => rule(cidr, ports, description, [set])),
      ),
    ),
  );
  const others = n % 7 === 3 ? [{ ...rule('203.0.0.0/16', 'tcp/8443', 'until the migration', []), owned: false }] : [];
  const name = `${ROLES[n % ROLES.length]}${n < ROLES.length ? '' : `-${n}`}`;
  const changes: AccessList['changes'] =
    n % 11 === 5 ? [{ sign: '+', ports: 'tcp/443', value: '192.0.2.16/28', sets: ['vpn'], held: 'QuotaExceeded' }] : [];
  return {
    target: 'securityGroups',
    account,
    region,
    id: `sg-${(0xa1b2c3 + n * 7919).toString(16).padStart(17, '0')}`,
    name,
    askedBy: sets,
    rules: [...rules, ...others],
    peerRules: 0,
    changes,
  };
}

function rule(peer: string, ports: string, description: string, sets: string[]): AccessRule {
  return { direction: 'Ingress', ports, peer, description, owned: true, sets };
}

const policy: AccessList = {
  target: 'networkPolicies',
  id: 'ci/office-only',
  name: 'office-only',
  askedBy: ['office'],
  rules: [{ ...rule('203.0.113.0/24', 'tcp/443', '', ['office']), except: ['203.0.113.128/25'] }],
  peerRules: 0,
  changes: [],
};

function ready(status: 'True' | 'False' = 'True', reason = 'Ready', message = '') {
  return { conditions: [{ type: 'Ready', status, reason, message, lastTransitionTime: '2026-11-21T14:02:00Z' }] };
}

function account(name: string, accountId: string, regions: string[]): AwsAccount {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'AwsAccount',
    metadata: { name },
    spec: { accountId, roleArn: `arn:aws:iam::${accountId}:role/sallyport`, regions },
    status: ready(),
  };
}

function cidrSet(name: string): CidrSet {
  const isPartial = name === 'nat-gateways';
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'CidrSet',
    metadata: { name },
    spec: {
      ...(INCLUDES[name] && { include: INCLUDES[name] }),
      allowAnywhere: false,
      guard: { grace: '30m' },
      mode: 'Enforce',
      deletionPolicy: 'Delete',
    },
    status: isPartial
      ? ready(
          'False',
          'PartialSources',
          'team-b / eu-west-1: sts:AssumeRole on role/sallyport was denied; 33 addresses of it are kept',
        )
      : ready(),
  };
}

const pool: RunnerPool = {
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'RunnerPool',
  metadata: { namespace: 'ci', name: 'docker' },
  spec: {
    endpointRef: { name: 'gitlab' },
    nodes: { os: 'Bottlerocket', provisioner: 'Karpenter' },
    isolation: { type: 'UserNamespaces', privileged: false },
    gitlab: {
      url: 'https://gitlab.example.com',
      tokenSecret: { name: 'runner-token', key: 'token' },
      concurrency: 40,
      image: 'gitlab/gitlab-runner:alpine',
      shutdownGrace: '1h',
    },
    aws: { roleArn: 'arn:aws:iam::222222222222:role/ci-jobs', credentials: 'PodIdentity' },
    network: { allow: [{ set: 'partners', ports: ['tcp/443'] }], apiServer: false, nodes: false },
    hostAccess: 'Refuse',
    mode: 'Enforce',
    deletionPolicy: 'Delete',
    acceptRisks: [],
  },
  status: ready(),
};

const endpoint: PrivateLinkEndpoint = {
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'PrivateLinkEndpoint',
  metadata: { namespace: 'ci', name: 'gitlab' },
  spec: {
    hosts: [
      { public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' },
      { public: 'registry.example.com', private: 'registry.privatelink.example.com', registry: true },
    ],
    service: {
      provider: { account: 'shared', region: 'eu-west-1', loadBalancer: { tags: { app: 'gitlab' } } },
    },
    consumers: ['team-a', 'team-b'].map((account) => ({
      name: account,
      account,
      region: 'eu-west-1',
      vpc: { id: `vpc-0${account}` },
      subnets: { tags: { tier: 'private' } },
      securityGroups: { allowFrom: [{ set: 'nat-gateways', ports: ['tcp/443'] }] },
      privateDns: false,
    })),
    interception: { mode: 'Auto', jobDns: { image: 'coredns/coredns', replicas: 2 } },
    mode: 'Enforce',
    deletionPolicy: 'Delete',
    force: false,
  },
  status: {
    service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0', id: 'vpce-svc-0123456789abcdef0' },
    interception: { mode: 'JobDNS', why: 'EKS reverts edits of its CoreDNS', hosts: '2/2' },
    consumers: ['team-a', 'team-b'].map((account) => ({
      name: account,
      account,
      region: 'eu-west-1',
      ready: true,
      reason: 'Ready',
      endpointId: `vpce-0${account}`,
    })),
    ...ready(),
  },
};
