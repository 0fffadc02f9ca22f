import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { applyCrds, applyObjects } from '../support/crds.js';
import { makeCertificate } from '../support/https.js';

let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer();
  await applyCrds(server);
});

afterAll(async () => {
  await server.stop();
});

async function refusal(kind: string, spec: object, name = 'x'): Promise<string> {
  return applyObjects(server, { apiVersion: 'sallyport.dev/v1alpha1', kind, metadata: { name }, spec }).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
}

const group = (more: object) => ({
  targets: { securityGroups: [{ name: 'a', tags: { app: 'gitlab' }, ports: ['tcp/443'], ...more }] },
});
const document = (more: object) => ({
  discover: { http: [{ name: 'a', url: 'https://example.com/ranges.txt', ...more }] },
});
const account = (more: object) => ({ accountId: '123456789012', regions: ['eu-west-1'], ...more });

describe('the API server refuses a CidrSet, and says what to write instead:', () => {
  it.each<[what: string, spec: object, message: string]>([
    [
      'host bits',
      { cidrs: [{ cidr: '10.1.2.3/16' }] },
      'spec.cidrs[0].cidr: Invalid value: "10.1.2.3/16": has host bits set; write 10.1.0.0/16, or 10.1.2.3/32 for one address',
    ],
    [
      'IPv6 host bits',
      { cidrs: [{ cidr: '2001:db8::1/64' }] },
      'has host bits set; write 2001:db8::/64, or 2001:db8::1/128 for one address',
    ],
    ['not a CIDR', { cidrs: [{ cidr: 'office' }] }, 'is not a CIDR; write one like 203.0.113.0/24 or 2001:db8::/32'],
    ['an address', { cidrs: [{ cidr: '10.1.2.3' }] }, 'has no prefix length; write 10.1.2.3/32 for one address'],
    [
      'anywhere',
      { cidrs: [{ cidr: '0.0.0.0/0' }] },
      'spec.cidrs: Invalid value: 0.0.0.0/0 is wider than /8 (IPv4) or /16 (IPv6), which opens groups to much of the internet; write a narrower CIDR, or set spec.allowAnywhere: true',
    ],
    ['anywhere in IPv6', { cidrs: [{ cidr: '::/0' }] }, '::/0 is wider than /8 (IPv4) or /16 (IPv6)'],
    [
      'a CIDR twice',
      { cidrs: [{ cidr: '10.0.0.0/8' }, { cidr: '10.0.0.0/8' }] },
      'duplicate entries for key [cidr="10.0.0.0/8"]',
    ],
    [
      'a description that AWS would refuse',
      { cidrs: [{ cidr: '10.0.0.0/8', description: '<b>' }] },
      "has a character that AWS refuses in a rule's description",
    ],
    ['the set in itself', { include: ['x'] }, 'spec.include: Invalid value: includes the set itself; take x out'],
    [
      'port 0',
      group({ ports: ['tcp/0'] }),
      'spec.targets.securityGroups[0].ports[0]: Invalid value: "tcp/0": has a port outside 1 to 65535',
    ],
    ['a port too high', group({ ports: ['tcp/65536'] }), 'has a port outside 1 to 65535'],
    [
      'a reversed range',
      group({ ports: ['tcp/8080-8000'] }),
      '"tcp/8080-8000": is a reversed range; write tcp/8000-8080',
    ],
    [
      'a port without protocol',
      group({ ports: ['443'] }),
      'is not a port; write one like tcp/443, udp/53, tcp/8000-8080, icmp, or all',
    ],
    ['a target without choice', group({ tags: {} }), 'selects no group; write tags or groupIds'],
    [
      'a group id',
      group({ groupIds: ['gitlab-nlb'] }),
      '"gitlab-nlb": is not the id of a security group; write one like sg-0123456789abcdef0',
    ],
    [
      'a document asked for without pause',
      document({ refresh: '0s' }),
      'spec.discover.http[0].refresh: Invalid value: "0s": is too often for a server of others; write 10s or more, e.g. 15m',
    ],
    ['one asked for every few seconds', document({ refresh: '0h0m9s' }), 'write 10s or more'],
    [
      'a refresh without unit',
      document({ refresh: '900' }),
      '"900": is not a length of time; write one like 90s, 15m, 12h or 1h30m',
    ],
    ['a guard over 100 %', { guard: { maxRemovalPercent: 101 } }, 'should be less than or equal to 100'],
    ['an unknown mode', { mode: 'Dry' }, 'supported values: "Enforce", "Plan"'],
  ])('%s', async (_what, spec, message) => {
    expect(await refusal('CidrSet', spec)).toContain(message);
  });

  it('a name too long for a rule description', async () => {
    expect(await refusal('CidrSet', {}, 'a'.repeat(64))).toContain("a CidrSet's name has at most 63 characters");
  });
});

describe('the API server refuses an AwsAccount, and says what to write instead:', () => {
  it.each<[what: string, spec: object, message: string]>([
    [
      '11 digits',
      account({ accountId: '12345678901' }),
      'spec.accountId: Invalid value: "12345678901": is not an account id; write its 12 digits, in quotes',
    ],
    [
      "another account's role",
      account({ roleArn: 'arn:aws:iam::111111111111:role/x' }),
      'spec.roleArn: Invalid value: is a role of account 111111111111; write a role of account 123456789012',
    ],
    [
      'not a role',
      account({ roleArn: 'role/x' }),
      'is not the ARN of a role; write arn:aws:iam::<account id>:role/<name>',
    ],
    [
      'an external id for no role',
      account({ externalId: 'abc' }),
      'only goes with roleArn; add the role, or leave externalId out',
    ],
    [
      'not a region',
      account({ regions: ['europe'] }),
      '"europe": is not the name of a region; write one like eu-west-1',
    ],
    ['no region', account({ regions: [] }), 'should have at least 1 items'],
  ])('%s', async (_what, spec, message) => {
    expect(await refusal('AwsAccount', spec)).toContain(message);
  });

  it('another account id than before', async () => {
    expect(await refusal('AwsAccount', account({}), 'kept')).toBe('accepted');
    expect(await refusal('AwsAccount', account({ accountId: '210987654321' }), 'kept')).toContain(
      "can't change; make another AwsAccount",
    );
  });
});

it.each<[what: string, spec: object]>([
  ['IPv4 and IPv6', { cidrs: [{ cidr: '203.0.113.0/24' }, { cidr: '2001:db8::/32' }] }],
  ['anywhere, when allowed', { cidrs: [{ cidr: '0.0.0.0/0' }], allowAnywhere: true }],
  [
    'all that AWS takes in a description',
    { cidrs: [{ cidr: '10.0.0.0/8', description: 'aZ09 ._-:/()#,@[]+=&;{}!$*' }] },
  ],
  ['a document asked for as often as may be', document({ refresh: '10s' })],
  ['a grace of nothing', { guard: { grace: '0s' } }],
  ['every spelling of ports', group({ ports: ['tcp/443', 'udp/53', 'tcp/8000-8080', 'icmp', 'all'] })],
])('the API server accepts %s', async (_what, spec) => {
  expect(await refusal('CidrSet', spec)).toBe('accepted');
});

it('kubectl explain reads like documentation', async () => {
  const text = await server.kubectl('explain', '--recursive=false', 'cidrset.spec');
  expect(text).toContain('The CIDRs of the set itself, IPv4 and IPv6.');
  expect(text).not.toContain('<empty>');
});

describe('the API server refuses a PrivateLinkEndpoint, and says what to write instead:', () => {
  const consumer = {
    name: 'runners',
    account: 'team-a',
    region: 'eu-west-1',
    vpc: { id: 'vpc-0123456789abcdef0' },
    subnets: { tags: { role: 'runners' } },
    securityGroups: { allowFrom: [{ set: 'office', ports: ['tcp/443'] }] },
  };
  const spec = {
    zone: 'privatelink.example.com',
    hosts: [{ public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' }],
    service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
    consumers: [consumer],
  };
  const provider = { account: 'shared', region: 'eu-west-1', loadBalancer: { tags: { app: 'gitlab' } } };
  const consumers = (...more: object[]) => ({ consumers: more.map((each) => ({ ...consumer, ...each })) });
  const named = (more: object) => consumers({ ...more });
  const upstream = { address: 'gitlab.internal:443' };
  const proxied = (more: object) => ({ proxy: { certificate: { secretName: 'gitlab' }, upstream, ...more } });
  const towards = (more: object) => proxied({ upstream: { ...upstream, ...more } });

  it.each<[what: string, spec: object, message: string]>([
    ['no zone for private names', { zone: undefined }, 'is missing; write the domain that the private names are in'],
    ['a name outside of the zone', { zone: 'other.example.com' }, 'write names that end in .other.example.com'],
    ['the zone itself as a name', { zone: 'gitlab.privatelink.example.com' }, 'write names that end in .gitlab.'],
    ['capital letters', { hosts: [{ public: 'GitLab.example.com' }] }, 'write one like gitlab.example.com, in small'],
    ['no host', { hosts: [] }, 'should have at least 1 items'],
    ['two services', { service: { ...spec.service, provider } }, 'write name, or provider, and not both'],
    ['no service', { service: {} }, 'write name, or provider, and not both'],
    [
      'a name that is no service',
      { service: { name: 'gitlab' } },
      'write one like com.amazonaws.vpce.eu-west-1.vpce-svc-',
    ],
    [
      'an application load balancer',
      {
        service: {
          provider: {
            ...provider,
            loadBalancer: { arn: 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/a/1' },
          },
        },
      },
      'is not the ARN of a network load balancer',
    ],
    [
      'two load balancers',
      { service: { provider: { ...provider, loadBalancer: { tags: { a: 'b' }, kubernetesService: 'x' } } } },
      'write arn, tags or kubernetesService, and just one of them',
    ],
    [
      'a principal',
      { service: { provider: { ...provider, allowedPrincipals: ['*'] } } },
      'write one like arn:aws:iam::111111111111:root',
    ],
    [
      'private DNS that nobody proves',
      { service: { provider }, ...named({ privateDns: true }) },
      'has no privateDns, which a consumer asks for',
    ],
    ['two VPCs', named({ vpc: { id: 'vpc-0123456789abcdef0', tags: { a: 'b' } } }), 'write id, or tags'],
    ['no subnets', named({ subnets: {} }), 'write ids, or tags'],
    [
      'groups given and made',
      named({ securityGroups: { ids: ['sg-0123456789abcdef0'], allowFrom: [{ set: 'office', ports: ['all'] }] } }),
      'write ids, or allowFrom',
    ],
    ['a VPC twice', consumers({}, { name: 'more' }), 'has one VPC twice; one endpoint in it serves all of it'],
    [
      'a zone twice',
      consumers(
        { dns: { zoneId: 'Z1' } },
        { name: 'more', vpc: { id: 'vpc-1123456789abcdef0' }, dns: { zoneId: 'Z1' } },
      ),
      'write a zone for each, or none',
    ],
    ['an account without its zone', named({ dns: { account: 'dns' } }), 'only goes with zoneId'],
    [
      'a host that is led nowhere',
      { hosts: [{ public: 'a.example.com' }], interception: {} },
      'write private, e.g. gitlab.privatelink.example.com, or mode: EndpointPrivateDNS',
    ],
    ['a proxy to nowhere', proxied({ upstream: undefined }), 'has no upstream, and neither have all hosts'],
    ['an upstream without proxy', { hosts: [{ public: 'a.example.com', upstream }] }, 'write spec.proxy too'],
    [
      "a host's name as another's private one",
      { hosts: [...spec.hosts, { public: 'gitlab.privatelink.example.com' }], ...proxied({}) },
      'has one name twice, and the proxy could not tell which host is meant',
    ],
    ['no certificate', proxied({ certificate: {} }), 'write secretName, or arn'],
    ['a certificate that is none', proxied({ certificate: { arn: 'arn:aws:iam::1:x' } }), 'like arn:aws:acm:eu-west-1'],
    ['a URL as upstream', towards({ address: 'https://gitlab' }), 'write one like gitlab.internal:443'],
    ['TLS without TLS', towards({ protocol: 'HTTP', tls: {} }), 'is for HTTPS only'],
    ['a CA that is no PEM', towards({ tls: { caBundle: 'LS0t' } }), 'is not PEM; write certificates'],
    [
      'a key beside the CA',
      towards({ tls: { caBundle: `${makeCertificate().pem}${makeCertificate().key}` } }),
      'to -----END CERTIFICATE-----, and nothing else',
    ],
    [
      'a registry that nodes have no name for',
      { hosts: [...spec.hosts, { public: 'registry.example.com', registry: true }] },
      'spec.hosts[1].registry: Invalid value: needs a private name for nodes to pull by; write private, or take',
    ],
    ["Sallyport's tags", named({ tags: { 'sallyport.dev/owner': 'x' } }), 'has a key that belongs to AWS or Sallyport'],
  ])('%s', async (_what, more, message) => {
    expect(await refusal('PrivateLinkEndpoint', { ...spec, ...more })).toContain(message);
  });

  it('and takes one that is right', async () => {
    expect(await refusal('PrivateLinkEndpoint', { ...spec, service: { provider } })).toBe('accepted');
  });

  it('and takes a proxy that is right', async () => {
    const { pem } = makeCertificate();
    const chain = towards({ tls: { serverName: 'gitlab.internal', caBundle: pem + pem } });
    expect(await refusal('PrivateLinkEndpoint', { ...spec, ...chain })).toBe('accepted');
  });
});

describe('the API server refuses a RunnerPool, and says what to write instead:', () => {
  const karpenter = {
    ami: { alias: 'bottlerocket@v1.50.0' },
    role: 'ci-nodes',
    subnets: { tags: { role: 'runners' } },
    securityGroups: { tags: { role: 'runners' } },
  };
  const nodes = (more: object) => ({ nodes: { os: 'Bottlerocket', karpenter, ...more } });
  const byKarpenter = (more: object) => nodes({ karpenter: { ...karpenter, ...more } });
  const own = (os: string, more: object = {}) => ({ nodes: { os, provisioner: 'UserDataOnly', ...more } });
  const isolation = (more: object, os = 'Ubuntu') => ({ ...own(os), isolation: more });
  const mirror = (more: object) =>
    nodes({ registries: { mirrors: [{ registry: 'docker.io', endpoints: ['https://a.example.com'], ...more }] } });
  const credentials = { credentials: [{ registry: 'docker.io', secretName: 'pull' }] };
  const risk = { acceptRisks: ['CredentialsInUserData'] };
  const gitlab = (more: object = {}) => ({
    ...own('AL2023'),
    gitlab: { url: 'https://gitlab.example.com', tokenSecret: { name: 'runner' }, ...more },
  });
  const cache = { bucket: 'ci-cache', region: 'eu-west-1' };
  const roleArn = 'arn:aws:iam::111111111111:role/ci-cache';

  // Some of it can't be changed.
  afterEach(() => server.kubectl('delete', 'runnerpools', '--all'));

  it.each<[what: string, spec: object, message: string]>([
    ['an unknown os', own('Windows'), 'supported values: "Bottlerocket", "AL2023", "Ubuntu", "Custom"'],
    [
      'Sysbox on Bottlerocket',
      isolation({ type: 'Sysbox' }, 'Bottlerocket'),
      "spec.isolation: Invalid value: is Sysbox, which can't be installed on Bottlerocket or AL2023; " +
        'write nodes.os: Ubuntu, or type: UserNamespaces',
    ],
    ['Sysbox on AL2023', isolation({ type: 'Sysbox' }, 'AL2023'), 'write nodes.os: Ubuntu, or type: UserNamespaces'],
    [
      'privileged jobs without a word',
      isolation({ privileged: true }),
      'is privileged, so that a job can take over its node and what else runs there; write acceptRisks: [PrivilegedJobs]',
    ],
    [
      'privileged jobs, another risk accepted',
      { ...isolation({ privileged: true }), ...risk },
      'write acceptRisks: [PrivilegedJobs], or leave privileged out',
    ],
    ['an unknown risk', { ...own('Ubuntu'), acceptRisks: ['All'] }, '"PrivilegedJobs", "CredentialsInUserData"'],
    ['Custom without RuntimeClass', isolation({ type: 'Custom' }), 'goes with type: Custom, and only with it'],
    [
      'a RuntimeClass without Custom',
      isolation({ runtimeClassName: 'kata' }),
      'goes with type: Custom, and only with it',
    ],
    [
      'credentials without a word',
      nodes({ registries: credentials }),
      "has credentials, which everybody reads who can read a node's user data; write acceptRisks: [CredentialsInUserData]",
    ],
    [
      'credentials on AL2023',
      { ...own('AL2023', { registries: credentials }), ...risk },
      'give jobs an image pull Secret',
    ],
    [
      'no fallback on Bottlerocket',
      nodes({ registries: { fallback: 'Deny' } }),
      "can't be denied on Bottlerocket, which always goes on to the registry itself; write Allow and close the way there",
    ],
    ['a mirror with a slash', mirror({ endpoints: ['https://a.example.com/'] }), 'without a slash at its end'],
    [
      'a mirror in the clear',
      mirror({ endpoints: ['http://a.example.com'] }),
      'write one like https://mirror.example.com',
    ],
    [
      'a mirror of an image',
      mirror({ registry: 'docker.io/library' }),
      'write one like docker.io or registry.example.com',
    ],
    [
      'a registry twice',
      nodes({
        registries: { mirrors: ['a', 'b'].map((each) => ({ registry: 'docker.io', endpoints: [`https://${each}`] })) },
      }),
      'duplicate entries for key [registry="docker.io"]',
    ],
    [
      'a CA with its key',
      nodes({ certificateAuthorities: [{ name: 'a', pem: `${makeCertificate().pem}${makeCertificate().key}` }] }),
      'to -----END CERTIFICATE-----, and nothing else',
    ],
    [
      'a CA on an os that is not known',
      own('Custom', { userData: 'x', certificateAuthorities: [{ name: 'a', pem: makeCertificate().pem }] }),
      'put them into its image, or into userData',
    ],
    ['Custom without user data', own('Custom'), 'is missing; write it, since os: Custom has no other'],
    ['Karpenter without its part', { nodes: { os: 'AL2023' } }, 'goes with provisioner: Karpenter, and only with it'],
    ["Karpenter's part without Karpenter", nodes({ provisioner: 'UserDataOnly' }), 'goes with provisioner: Karpenter'],
    ['no launch template', own('AL2023', { provisioner: 'LaunchTemplate' }), 'goes with provisioner: LaunchTemplate'],
    [
      'an image of another os',
      nodes({ os: 'AL2023' }),
      'has an alias of another os; write one like bottlerocket@v1.50.0',
    ],
    ['an alias for Ubuntu', nodes({ os: 'Ubuntu' }), 'and id, tags or ssmParameter for others'],
    ['two images', byKarpenter({ ami: { ...karpenter.ami, id: 'ami-0123456789abcdef0' } }), 'just one of them'],
    ['no subnets', byKarpenter({ subnets: {} }), 'write ids, or tags'],
    [
      'half of a schedule',
      byKarpenter({ disruption: { budgets: [{ nodes: '0', schedule: '0 6 * * *' }] } }),
      'has a schedule without a duration, or the other way round',
    ],
    [
      'GitLab without TLS',
      gitlab({ url: 'http://gitlab.example.com' }),
      'is not the address of a GitLab; write one like',
    ],
    ['GitLab with a slash', gitlab({ url: 'https://gitlab.example.com/' }), 'without a slash at its end'],
    ['no token', gitlab({ tokenSecret: undefined }), 'missing required field "tokenSecret"'],
    ['no jobs', gitlab({ concurrency: 0 }), 'spec.gitlab.concurrency: Invalid value: 0'],
    ['a length of time in words', gitlab({ shutdownGrace: 'an hour' }), 'is not a length of time; write one like 90s'],
    [
      'half a core in words',
      gitlab({ resources: { requests: { cpu: 'half' } } }),
      'spec.gitlab.resources.requests.cpu',
    ],
    [
      'two credentials for the cache',
      gitlab({ cache: { ...cache, roleArn, secretName: 'cache' } }),
      'spec.gitlab.cache: Invalid value: has two credentials; write roleArn, or secretName',
    ],
    [
      'no role for the cache',
      gitlab({ cache: { ...cache, roleArn: 'ci-cache' } }),
      'is not the ARN of a role; write one',
    ],
    [
      "Sallyport's labels",
      nodes({ labels: { 'sallyport.dev/runner-pool': 'x' } }),
      'has a key that belongs to Sallyport',
    ],
    ['a label with a space', nodes({ labels: { team: 'a b' } }), 'spec.nodes.labels.team'],
    [
      'a label that no kubelet takes',
      nodes({ labels: { 'node-role.kubernetes.io/ci': '' } }),
      "has a key that a node can't give itself; write one of yours, such as example.com/team",
    ],
    ['a taint without a key', nodes({ taints: [{ key: '=a', effect: 'NoSchedule' }] }), 'spec.nodes.taints[0].key'],
    [
      'a taint with a comma',
      nodes({ taints: [{ key: 'team', value: 'a,b', effect: 'NoSchedule' }] }),
      'spec.nodes.taints[0].value',
    ],
    [
      "another pool's taint",
      nodes({ taints: [{ key: 'sallyport.dev/runner-pool', value: 'ci.others', effect: 'NoSchedule' }] }),
      'by which another pool may be known; write others',
    ],
    [
      'credentials in a ConfigMap',
      { ...own('Bottlerocket', { registries: credentials }), ...risk },
      'would be in a ConfigMap with provisioner: UserDataOnly; give jobs an image pull Secret',
    ],
  ])('%s', async (_what, spec, message) => {
    expect(await refusal('RunnerPool', spec)).toContain(message);
  });

  it('another provisioner than before', async () => {
    expect(await refusal('RunnerPool', own('AL2023'), 'kept')).toBe('accepted');
    expect(await refusal('RunnerPool', nodes({}), 'kept')).toContain(
      "can't be changed, since jobs would be on nodes of both; make another RunnerPool",
    );
  });

  it('a name too long for labels', async () => {
    expect(await refusal('RunnerPool', own('AL2023'), 'a'.repeat(41))).toContain('has at most 40 characters');
  });

  it.each<[what: string, spec: object]>([
    ['Bottlerocket by Karpenter', nodes({})],
    ['Sysbox on Ubuntu', isolation({ type: 'Sysbox' })],
    ['privileged jobs with a word', { ...isolation({ privileged: true }), acceptRisks: ['PrivilegedJobs'] }],
    ['credentials with a word', { ...nodes({ registries: credentials }), ...risk }],
    [
      'labels and taints of all kinds',
      nodes({
        labels: { team: 'a', 'example.com/Team_1': '', 'node.kubernetes.io/ci': 'a.b' },
        taints: [
          { key: 'example.com/team', value: 'a', effect: 'NoSchedule' },
          { key: 'spot', effect: 'NoExecute' },
        ],
      }),
    ],
    ['no fallback on AL2023', own('AL2023', { registries: { fallback: 'Deny' } })],
    ['the least of a manager', gitlab()],
    ['a cache with a role', gitlab({ cache: { ...cache, roleArn } })],
    ['a mirror under a path', mirror({ endpoints: ['https://harbor.example.com/v2/hub'] })],
    [
      'CAs, as many as there may be',
      nodes({
        certificateAuthorities: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, pem: makeCertificate().pem })),
      }),
    ],
  ])('and takes %s', async (_what, spec) => {
    expect(await refusal('RunnerPool', spec)).toBe('accepted');
  });
});
