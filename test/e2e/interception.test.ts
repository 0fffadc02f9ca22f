import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { registry } from '../../src/telemetry/metrics.js';
import { type ClusterDnsParts, privateAddress, publicAddress, startClusterDns } from '../support/cluster-dns.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';
import { gitlab, intercepted, registryHost } from '../support/interceptions.js';

/** Milliseconds. */
const pace = { resyncMs: 500, askMs: 200 };

let ground: Ground;
let dns: ClusterDnsParts;
let corefile: string;
let operator: RunningOperator;

beforeAll(async () => {
  ground = await startGround();
  dns = await startClusterDns(ground);
  corefile = await dns.corefile();
});

beforeEach(() => {
  operator = ground.operator(pace);
});

afterEach(async () => {
  dns.kubelets.tamper(undefined);
  await dns.record(gitlab.private, privateAddress);
  await ground.deleteEndpoints();
  await operator.stop();
  await dns.writeCorefile(corefile);
});

afterAll(async () => {
  await dns?.stop();
  await ground?.stop();
});

const line =
  '    rewrite stop name exact gitlab.example.com gitlab.privatelink.example.com # managed by sallyport.dev: default/gitlab\n';

function told(words: string | RegExp, name = 'gitlab'): Promise<string> {
  return ground.told(`endpoint/${name}`, words, 'Intercepted');
}

/** What events of the reason say, as soon as there are some: they are told beside all else. */
function events(reason: string): Promise<string[]> {
  const fields = ['--field-selector', `reason=${reason}`, '-o', 'jsonpath={range .items[*]}{.note}{"\\n"}{end}'];
  return eventually(async () => {
    const notes = await ground.server.kubectl('get', 'events.events.k8s.io', ...fields);
    expect(notes).not.toBe('');
    return notes.trimEnd().split('\n');
  });
}

/** Mutating requests to all that interception writes to, by anyone in this process. */
async function mutations(): Promise<number> {
  const metric = await registry.getSingleMetric('sallyport_kube_requests_total')?.get();
  const kinds = ['ConfigMap', 'PrivateLinkEndpoint', 'Event'];
  return (metric?.values ?? [])
    .filter(({ labels }) => !['get', 'list', 'watch'].includes(`${labels.verb}`) && kinds.includes(`${labels.kind}`))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Until the cluster's DNS was looked at twice from beginning to end. */
async function looks(): Promise<void> {
  const count = async () => {
    const metric = await registry.getSingleMetric('controller_runtime_reconcile_total')?.get();
    return (metric?.values ?? [])
      .filter(({ labels }) => labels.controller === 'interception')
      .reduce((sum, { value }) => sum + value, 0);
  };
  const awaited = (await count()) + 3;
  await eventually(async () => expect(await count()).toBeGreaterThanOrEqual(awaited));
}

it('leads a public name to the endpoint, writes nothing more, and leaves the former bytes when it goes', async () => {
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told('True Verified: 1 name on all resolvers');
  expect(await dns.askAll(gitlab.public)).toEqual([privateAddress]);
  expect(await dns.askAll(registryHost.public)).toEqual([publicAddress]);
  expect(await dns.corefile()).toBe(corefile.replace('{\n', `{\n${line}`));
  const { hosts, resolvers } = (await ground.endpoint('gitlab')).status?.interception ?? {};
  expect({ hosts, resolvers }).toEqual({ hosts: '1/1', resolvers: '2/2' });

  expect(await events('Intercepted')).toEqual(['2 resolvers seen to lead gitlab.example.com to the endpoint']);
  await looks();
  const before = await mutations();
  await looks();
  expect(await mutations()).toBe(before);

  await ground.deleteEndpoints();
  expect(await dns.corefile()).toBe(corefile);
  // The endpoint was not let go before the last resolver had.
  expect(await dns.askAll(gitlab.public)).toEqual([publicAddress]);
});

it('leaves the former bytes, too, when interception is taken out of spec, and does without the finalizer then', async () => {
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told('True Verified');
  const { spec } = intercepted('gitlab', 'ClusterDNS');
  await ground.apply({ ...intercepted('gitlab', 'ClusterDNS'), spec: { ...spec, interception: undefined } });
  await eventually(async () => expect(await dns.corefile()).toBe(corefile));
  await eventually(async () => {
    const { metadata, status } = await ground.endpoint('gitlab');
    expect(metadata.finalizers).toEqual(['sallyport.dev/private-link']);
    expect(status?.interception).toBeUndefined();
  });
});

it('keeps what others write to the Corefile, and puts back what they take out, naming them', async () => {
  // Nothing is looked at for an hour, but what is seen to change.
  await operator.stop();
  operator = ground.operator({ ...pace, resyncMs: 3_600_000 });
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told('True Verified');
  const edited = corefile.replace('cache 30', 'cache 60 # ours');
  await dns.writeCorefile(edited, 'team-dns');
  await eventually(async () => expect(await dns.corefile()).toBe(edited.replace('{\n', `{\n${line}`)));
  await told('True Verified');
  expect(await events('Repaired')).toEqual([
    'team-dns took the rewrites out of ConfigMap kube-system/coredns; put back',
  ]);

  await ground.deleteEndpoints();
  expect(await dns.corefile()).toBe(edited);
});

it('does not fight without end, and says with whom', async () => {
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told('True Verified');
  for (let times = 0; times < 3; times++) {
    await dns.writeCorefile(corefile, 'addon-manager');
    await eventually(async () => expect(await dns.corefile()).toContain(line));
  }
  await dns.writeCorefile(corefile, 'addon-manager');
  await told(/^False Overwritten: addon-manager takes the rewrites out again and again.*JobDNS$/);
  await looks();
  expect(await dns.corefile()).toBe(corefile);
});

it('takes back what CoreDNS could not load, remembers it over a restart, and tries again when the rest has changed', async () => {
  const failures = await dns.reloadFailures();
  const { pods, folder, kubelets } = dns;
  kubelets.tamper(
    (text) => (text.includes(line) ? text.replace('errors', 'no-such-plugin') : text),
    [folder(pods[1] ?? '')],
  );
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told(/^False RolledBack: taken back, because coredns-1 could not load the Corefile/);
  expect(await dns.corefile()).toBe(corefile);
  const [first = 0, second = 0] = failures;
  expect(await dns.reloadFailures()).toEqual([first, second + 1]);
  expect(await events('RolledBack')).toHaveLength(1);

  await operator.stop();
  operator = ground.operator(pace);
  await looks();
  expect(await dns.corefile()).toBe(corefile);

  kubelets.tamper(undefined);
  await dns.writeCorefile(`${corefile}# corrected\n`);
  await told('True Verified');
  await ground.deleteEndpoints();
  expect(await dns.corefile()).toBe(`${corefile}# corrected\n`);
});

it('takes back what a resolver does not follow in time: only what is new', async () => {
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told('True Verified');
  const proved = await dns.corefile();
  await operator.stop();
  operator = ground.operator({ ...pace, proofMs: 3_000 });
  dns.kubelets.tamper(() => proved, [dns.folder('coredns-0')]);
  await ground.apply(intercepted('gitlab', 'ClusterDNS', [gitlab, registryHost]));
  await told('False RolledBack: taken back, because coredns-0 says 192.0.2.1 for registry.example.com, not 10.0.0.2');
  expect(await dns.corefile()).toBe(proved);
  expect(await dns.askAll(gitlab.public)).toEqual([privateAddress]);
});

it('writes nothing before every resolver finds the private name, and every one can be asked', async () => {
  await dns.record(gitlab.private, undefined);
  await eventually(async () => expect(await dns.askAll(gitlab.private)).toEqual(['ENOTFOUND']));
  await ground.apply(intercepted('gitlab', 'ClusterDNS'));
  await told(
    /^False PrivateNameUnresolved: coredns-[01] says NXDOMAIN for gitlab\.privatelink\.example\.com; associate/,
  );
  expect(await dns.corefile()).toBe(corefile);

  await dns.reachable('coredns-1', false);
  await dns.record(gitlab.private, privateAddress);
  await eventually(async () => expect(await dns.askAll(gitlab.private)).toEqual([privateAddress]));
  await told(/^False ResolverUnreachable: coredns-1 does not answer Sallyport; .*NetworkPolicy/);
  expect(await dns.corefile()).toBe(corefile);

  await dns.reachable('coredns-1', true);
  await told('True Verified');
});

it.each([
  ['the first', ['gitlab', 'registry']],
  ['the second', ['registry', 'gitlab']],
])('shares a Corefile among resources, whoever goes first: %s', async (_which, [one = '', other = '']) => {
  await ground.apply(intercepted('gitlab', 'ClusterDNS'), intercepted('registry', 'ClusterDNS', [registryHost]));
  await Promise.all(['gitlab', 'registry'].map((name) => told('True Verified', name)));
  expect(await dns.askAll(gitlab.public)).toEqual([privateAddress]);
  expect(await dns.askAll(registryHost.public)).toEqual(['10.0.0.2']);

  await ground.server.kubectl('delete', 'ple', one);
  const left = await dns.corefile();
  expect([left.includes(`default/${one}\n`), left.includes(`default/${other}\n`)]).toEqual([false, true]);
  await ground.server.kubectl('delete', 'ple', other);
  expect(await dns.corefile()).toBe(corefile);
});

it('writes nothing in mode Plan, and says what it would', async () => {
  const { metadata, kind, spec } = intercepted('gitlab', 'ClusterDNS');
  await ground.apply({ metadata, kind, spec: { ...spec, mode: 'Plan' } });
  await told('False Planned: would write Corefile of ConfigMap kube-system/coredns; mode is Plan');
  expect(await dns.corefile()).toBe(corefile);
});
