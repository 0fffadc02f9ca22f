import { describe, expect, it } from '@jest/globals';
import { userDataOf } from '../../../../src/runner-pool/user-data/user-data.js';
import { endpoint, type PoolChanges, problems, rendered, runnerPool } from '../../../support/runner-pools.js';

const pem = '-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n';
const text = (changes: PoolChanges) => rendered(runnerPool(changes)).text;
const withUserData = (userData: string, changes: PoolChanges = {}) =>
  runnerPool({ ...changes, nodes: { userData, ...changes.nodes } });

const MIRROR = `[[settings.container-registry.mirrors]]
endpoint = [ "https://registry.privatelink.example.com" ]
registry = "registry.example.com"
`;

it('a registry of the PrivateLinkEndpoint is pulled by its private name, and other hosts are not mirrored', () => {
  expect(text({})).toBe(MIRROR);
});

it('the port is that of the proxy', () => {
  const pool = runnerPool();
  const hosts = [{ public: 'registry.example.com', private: 'registry.internal', registry: true }];
  const loadBalancer = { class: 'service.k8s.aws/nlb' } as const;
  const proxy = { certificate: {}, port: 8443, image: 'caddy', replicas: 2, loadBalancer };
  const proxied = { ...endpoint, hosts, proxy };
  expect(userDataOf({ pool, endpoint: proxied, logins: new Map() })).toMatchObject({
    value: { text: expect.stringContaining('"https://registry.internal:8443"') },
  });
});

it('mirrors of the pool go before those of the PrivateLinkEndpoint, and all are in the order of their registries', () => {
  const mirrors = [
    { registry: 'registry.example.com', endpoints: ['https://near.example.com'] },
    { registry: 'docker.io', endpoints: ['https://hub.example.com', 'https://spare.example.com/v2/hub'] },
  ];
  expect(text({ nodes: { registries: { mirrors, fallback: 'Allow' } } })).toBe(`[[settings.container-registry.mirrors]]
endpoint = [ "https://hub.example.com", "https://spare.example.com/v2/hub" ]
registry = "docker.io"

[[settings.container-registry.mirrors]]
endpoint = [ "https://near.example.com" ]
registry = "registry.example.com"
`);
});

it('a CA is a bundle in base64, however its lines end', () => {
  const data = Buffer.from(pem).toString('base64');
  const bundle = `\n[settings.pki.corporate]\ndata = "${data}"\ntrusted = true\n`;
  const authorities = [pem, pem.replaceAll('\n', '\r\n'), `\n  ${pem.trim()}`];
  for (const each of authorities) {
    expect(text({ nodes: { certificateAuthorities: [{ name: 'corporate', pem: each }] } })).toBe(MIRROR + bundle);
  }
});

it('user namespaces need a sysctl', () => {
  const sysctl = '\n[settings.kernel.sysctl]\n"user.max_user_namespaces" = "16384"\n';
  expect(text({ isolation: { type: 'UserNamespaces' } })).toBe(MIRROR + sysctl);
});

it('a login is for the registry and for its mirrors, which nodes show it to', () => {
  const credentials = [{ registry: 'registry.example.com', secretName: 'pull' }];
  const all = text({ nodes: { registries: { fallback: 'Allow', credentials } } });
  expect([...all.matchAll(/password = "(.*)"\nregistry = "(.*)"/g)].map(([, ...each]) => each)).toEqual([
    ['glpat-hush', 'registry.example.com'],
    ['glpat-hush', 'registry.privatelink.example.com'],
  ]);
});

it('without Karpenter, labels and taints are settings', () => {
  const taints = [{ key: 'team', value: 'a', effect: 'NoExecute' as const }];
  const labels = { team: 'a' };
  expect(text({ nodes: { provisioner: 'UserDataOnly', taints, labels } })).toContain(`[settings.kubernetes.node-labels]
"sallyport.dev/runner-pool" = "ci.builders"
team = "a"

[settings.kubernetes.node-taints]
"sallyport.dev/runner-pool" = [ "ci.builders:NoSchedule" ]
team = [ "a:NoExecute" ]
`);
});

it("the user's settings are merged in, and integers stay integers and floats floats", () => {
  const userData = '[settings]\nkernel.lockdown = "integrity"\n[settings.boot]\nnumber = 1\nother = 1.0\n';
  expect(text({ nodes: { userData }, isolation: { type: 'UserNamespaces' } })).toBe(`[settings.boot]
number = 1
other = 1.0

${MIRROR}
[settings.kernel]
lockdown = "integrity"

[settings.kernel.sysctl]
"user.max_user_namespaces" = "16384"
`);
});

it('what the user says as the pool does is no conflict', () => {
  expect(text({ nodes: { userData: MIRROR } })).toBe(MIRROR);
});

describe('it refuses', () => {
  it.each<[what: string, userData: string, changes: PoolChanges, problem: string]>([
    ['no TOML', 'a = 1\nb = [1,\nc = 2', {}, 'spec.nodes.userData: line 3, column 1: '],
    ['a key twice', '[settings]\na = 1\na = 2', {}, 'spec.nodes.userData: line 3, column 1: '],
    ['other tables', '[metadata]\na = 1', {}, 'spec.nodes.userData: metadata: is outside of settings'],
    ['settings that are none', 'settings = 1', {}, 'spec.nodes.userData: settings: is no table'],
    [
      'another mirror for a registry',
      '[[settings.container-registry.mirrors]]\nregistry = "registry.example.com"\nendpoint = ["https://a.example.com"]',
      {},
      'spec.nodes.userData: settings.container-registry.mirrors[registry.example.com].endpoint: is both ' +
        '["https://registry.privatelink.example.com"] and ["https://a.example.com"]; ' +
        "take it out here, or in the pool's other fields",
    ],
    [
      'mirrors in the older spelling',
      '[settings.container-registry.mirrors]\n"docker.io" = ["https://a.example.com"]',
      {},
      'settings.container-registry.mirrors: is both [{"endpoint":["https://registry.privatelink.example.com"],' +
        '"registry":"registry.example.com"}] and {"docker.io":["https://a.example.com"]}',
    ],
    [
      'passwords that are not from a Secret',
      '[[settings.container-registry.credentials]]\nregistry = "docker.io"\npassword = "hidden"',
      {},
      'settings.container-registry.credentials: are in the clear; write spec.nodes.registries.credentials',
    ],
    [
      'another sysctl',
      '[settings.kernel.sysctl]\n"user.max_user_namespaces" = "0"',
      { isolation: { type: 'UserNamespaces' } },
      'settings.kernel.sysctl.user.max_user_namespaces: is both "16384" and "0"',
    ],
    [
      'what Karpenter overwrites',
      '[settings.kubernetes]\nmax-pods = 20',
      {},
      'spec.nodes.userData: settings.kubernetes.max-pods: Karpenter 1.14.1 overwrites it with what the instance',
    ],
    [
      "taints that are the NodePool's",
      '[settings.kubernetes.node-taints]\na = ["b:NoSchedule"]',
      {},
      "overwrites it with the NodePool's; write spec.nodes.taints instead",
    ],
    [
      "a label that is the NodePool's",
      '[settings.kubernetes.node-labels]\nteam = "b"',
      { nodes: { labels: { team: 'a' } } },
      'settings.kubernetes.node-labels.team: Karpenter 1.14.1 overwrites "b" with "a", the NodePool\'s; take it out',
    ],
    [
      "a label that is Karpenter's",
      '[settings.kubernetes.node-labels]\n"karpenter.sh/nodepool" = "b"',
      {},
      'settings.kubernetes.node-labels.karpenter.sh/nodepool: Karpenter 1.14.1 overwrites "b" with its own; take it out',
    ],
    [
      'what Karpenter drops',
      '[settings.kubernetes]\nmax-parallel-image-pulls = 3',
      {},
      'settings.kubernetes.max-parallel-image-pulls: Karpenter 1.14.1 drops it, and nodes would start without it',
    ],
    [
      'what Karpenter starts no node with',
      '[settings.kubernetes]\nimage-gc-high-threshold-percent = 85',
      {},
      'settings.kubernetes.image-gc-high-threshold-percent: Karpenter 1.14.1 starts no node with it unless it is a string',
    ],
    [
      'a bootstrap command without mode',
      '[settings.bootstrap-commands.a]\ncommands = [["b"]]\nessential = true',
      {},
      'settings.bootstrap-commands.a: Karpenter 1.14.1 gives it an empty mode, which fails the boot; write mode',
    ],
    [
      'a Secret that is missing',
      '',
      { nodes: { registries: { fallback: 'Allow', credentials: [{ registry: 'docker.io', secretName: 'pull' }] } } },
      'spec.nodes.registries.credentials[docker.io]: there is no Secret pull with username and password; make it',
    ],
    [
      'too much',
      `settings.motd = "${'m'.repeat(13_500)}"`,
      {},
      'comes to 16928 bytes with all that is merged in, of which 3274 are what Karpenter adds at most; EC2 takes 16384',
    ],
  ])('%s', (_what, userData, changes, problem) => {
    const found = problems(withUserData(userData, changes));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });

  it('logins that differ for one host, and shows neither', () => {
    const credentials = ['registry.example.com', 'registry.privatelink.example.com'].map((registry) => ({
      registry,
      secretName: registry,
    }));
    const pool = runnerPool({ nodes: { registries: { fallback: 'Allow', credentials } } });
    const logins = new Map(
      credentials.map(({ registry }) => [registry, { username: 'a', password: `hidden-${registry}` }]),
    );
    const message = JSON.stringify(userDataOf({ pool, endpoint, logins }));
    expect(message).toContain('credentials[registry.privatelink.example.com].password');
    expect(message).toContain('has two values');
    expect(message).not.toContain('hidden');
  });

  it('no TOML, and shows nothing of it', () => {
    expect(problems(withUserData('password = "hidden" oops'))[0]).not.toContain('hidden');
  });
});

it.each([
  ['max-pods', '[settings.kubernetes]\nmax-pods = 20'],
  ['what Karpenter drops', '[settings.kubernetes]\nmax-parallel-image-pulls = 3'],
  ['much', `settings.motd = "${'m'.repeat(16_000)}"`],
])('without Karpenter, %s is taken', (_what, userData) => {
  expect(problems(withUserData(userData, { nodes: { provisioner: 'UserDataOnly' } }))).toEqual([]);
});

describe('it notes a setting that Bottlerocket does not document, and renders it:', () => {
  it.each([
    ['[settings.kernal]\nlockdown = "none"', ['settings.kernal']],
    ['[settings.pki.a]\nthrusted = true', ['settings.pki.a.thrusted']],
    ['[settings.kernel.modules.x]\nallow = true', ['settings.kernel.modules.x.allow']],
    [
      '[[settings.container-registry.mirrors]]\nregistry = "a"\nendpoints = []',
      ['settings.container-registry.mirrors.endpoints'],
    ],
    ['[settings.kernel.modules.x]\nallowed = true\n[settings.host-containers.admin]\nenabled = true', []],
  ])('%s', (userData, paths) => {
    const { notes, text } = rendered(withUserData(userData));
    expect(notes.map(({ path }) => path)).toEqual(paths.map((path) => `spec.nodes.userData: ${path}`));
    for (const path of paths) expect(text).toContain(path.split('.').at(-1));
    for (const { message } of notes) expect(message).toContain('Bottlerocket 1.60');
  });
});
