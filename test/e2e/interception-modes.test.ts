import { getServers, setServers } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { configMaps } from '../../src/kube/owned/resources.js';
import { type ClusterDnsParts, privateAddress, publicAddress, startClusterDns } from '../support/cluster-dns.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';
import { gitlab, intercepted } from '../support/interceptions.js';
import { startJobDnsPod } from '../support/job-dns-stand-in.js';

let ground: Ground;
let dns: ClusterDnsParts;
let corefile: string;
let operator: RunningOperator;

beforeAll(async () => {
  ground = await startGround();
  dns = await startClusterDns(ground, { after: 'import custom/*.server\n' });
  corefile = await dns.corefile();
});

beforeEach(() => {
  operator = ground.operator({ resyncMs: 500, askMs: 200 });
});

afterEach(async () => {
  await ground.deleteEndpoints();
  await operator.stop();
  await dns.writeCorefile(corefile);
  await labelService(serviceLabel);
});

afterAll(async () => {
  await dns?.stop();
  await ground?.stop();
});

/** What tells which Service is the DNS's. */
const serviceLabel = 'k8s-app=kube-dns';

async function labelService(label: string): Promise<void> {
  await ground.server.kubectl('label', 'service', '-n', 'kube-system', 'kube-dns', label);
}

function told(words: string | RegExp): Promise<string> {
  return ground.told('endpoint/gitlab', words, 'Intercepted');
}

async function custom(): Promise<Record<string, string>> {
  return (await ground.client.get(configMaps, { namespace: 'kube-system', name: 'coredns-custom' }))?.data ?? {};
}

/** Asks all the time; what was said, each answer once. */
function watchAnswers(): { stop(): Promise<string[]> } {
  const answers = new Set<string>();
  let isOver = false;
  const asking = (async () => {
    while (!isOver) for (const answer of await dns.askAll(gitlab.public)) answers.add(answer);
  })();
  return {
    async stop() {
      isOver = true;
      await asking;
      return [...answers];
    },
  };
}

it('adds a server block where the Corefile imports it, beside those of others, and takes only it out again', async () => {
  const metadata = { namespace: 'kube-system', name: 'coredns-custom' };
  const theirs = { 'theirs.server': '# nothing yet\n' };
  await ground.client.apply(configMaps, { metadata, data: theirs }, { manager: 'person' });
  await ground.apply(intercepted('gitlab', 'CoreDNSImport'));
  await told('True Verified');
  expect(await dns.askAll(gitlab.public)).toEqual([privateAddress]);
  expect(await dns.askAll(`sallyport-canary.${gitlab.public}`)).toEqual(['192.0.2.3']);
  expect(await dns.corefile()).toBe(corefile);

  // Somebody takes it out.
  const own = 'sallyport-default.gitlab.server';
  await ground.client.patch(configMaps, metadata, { data: { [own]: null } });
  await eventually(async () => expect(await custom()).toHaveProperty([own]));
  await ground.deleteEndpoints();
  expect(await custom()).toEqual(theirs);
  expect(await dns.askAll(gitlab.public)).toEqual([publicAddress]);
});

it('adds no key that nothing imports', async () => {
  const before = await custom();
  await dns.writeCorefile(corefile.replace('import custom/*.server', 'import custom/*.override.server'));
  await ground.apply(intercepted('gitlab', 'CoreDNSImport'));
  await told(
    /^False NotImported: .*sallyport-default\.gitlab\.server of ConfigMap kube-system\/coredns-custom.*JobDNS$/,
  );
  expect(await custom()).toEqual(before);
});

it('chooses by what it sees, and says why', async () => {
  await ground.server.kubectl('apply', '-f', 'examples/private-link/interception.yaml');
  await ground.told('endpoint/gitlab-names', 'True Verified: 2 names', 'Intercepted');
  const { mode, why } = (await ground.endpoint('gitlab-names')).status?.interception ?? {};
  expect({ mode, why }).toEqual({ mode: 'CoreDNSImport', why: 'the Corefile imports what coredns-custom adds' });
});

it('changes from mode to mode without a gap: the new one is proved before the old one goes', async () => {
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told('True Verified');
  const answers = watchAnswers();
  await ground.apply(intercepted('gitlab', 'CoreDNSImport'));
  await told('True Verified');
  expect(await dns.corefile()).toBe(corefile);
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told('True Verified');
  expect(await custom()).not.toHaveProperty(['sallyport-default.gitlab.server']);
  expect(await answers.stop()).toEqual([privateAddress]);
});

it('leaves the cluster alone where the endpoint itself answers to the public name, once resolvers say so', async () => {
  await ground.apply(intercepted('gitlab', 'EndpointPrivateDNS', [{ public: gitlab.public }]));
  await told(new RegExp(`^False NotIntercepted: .* says ${publicAddress} for ${gitlab.public}`));
  // As AWS's private zone does, from when private DNS is on.
  await dns.record(gitlab.public, privateAddress);
  await told('True Verified');
  expect(await dns.corefile()).toBe(corefile);
  await dns.record(gitlab.public, publicAddress);
  await eventually(async () => expect(await dns.askAll(gitlab.public)).toEqual([publicAddress]));
});

it('asks what its own pod asks where the DNS has no Service, as in EKS Auto Mode', async () => {
  await labelService('k8s-app-');
  const servers = getServers();
  process.env.KUBERNETES_SERVICE_HOST = '10.0.0.1';
  setServers([`${dns.subnet}.1:${dns.port}`]);
  try {
    await ground.apply(intercepted('gitlab', 'EndpointPrivateDNS', [{ public: gitlab.public }]));
    await told(`False NotIntercepted: ${dns.subnet}.1 says ${publicAddress} for ${gitlab.public}`);
    await ground.apply(intercepted('gitlab', 'EndpointPrivateDNS', [{ public: gitlab.private }]));
    await told('True Verified');
  } finally {
    delete process.env.KUBERNETES_SERVICE_HOST;
    setServers(servers);
  }
});

it.each([
  ['the cluster its DNS', serviceLabel, /forward \. 10\.0\.0\.\d+\n/],
  // As in EKS Auto Mode, where each node has one.
  ['a DNS without a Service to the nodes', 'k8s-app-', /forward \. \/etc\/resolv\.conf\n/],
])('gives job pods a resolver of their own, and leaves %s', async (_what, label, forward) => {
  await labelService(label);
  await ground.apply(intercepted('gitlab', 'JobDNS'));
  await told('Unknown Proving: not yet: no pod of the resolver is ready');
  const ref = { namespace: 'default', name: 'gitlab-dns' };
  expect((await ground.client.get(configMaps, ref))?.data?.Corefile).toMatch(forward);
  const pod = await startJobDnsPod(ground, dns);
  const address = await told(/^True Verified: 1 name for pods that ask 10\.0\.0\.\d+$/);
  const { resolver } = (await ground.endpoint('gitlab')).status?.interception ?? {};
  expect(address).toContain(resolver);
  const asked = new Resolver();
  asked.setServers([`${pod.address}:${pod.port}`]);
  expect(await asked.resolve4(gitlab.public)).toEqual([privateAddress]);
  expect(await asked.resolve4('kubernetes.default.svc.cluster.local')).toEqual(['10.0.0.1']);
  expect(await dns.askAll(gitlab.public)).toEqual([publicAddress]);
  expect(await dns.corefile()).toBe(corefile);

  await ground.deleteEndpoints();
  expect(
    await ground.server.kubectl('get', 'deploy,svc,cm', '-l', 'app.kubernetes.io/managed-by=sallyport', '-o', 'name'),
  ).toBe('');
  await ground.server.kubectl('delete', 'pod', 'gitlab-dns-0');
  await pod.stop();
});
