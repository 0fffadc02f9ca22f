import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { type Cluster, startCluster } from '../support/cluster.js';
import { type ClusterDnsParts, privateAddress, publicAddress, startClusterDns } from '../support/cluster-dns.js';
import { eventually } from '../support/eventually.js';
import { gitlab, Interceptions, intercepted } from '../support/interceptions.js';

let cluster: Cluster;
let dns: ClusterDnsParts;
let corefile: string;

beforeAll(async () => {
  cluster = await startCluster();
  dns = await startClusterDns(cluster, { replicas: 1 });
  corefile = await dns.corefile();
});

afterEach(async () => {
  dns.kubelets.tamper(undefined);
  const survivor = new Interceptions(cluster);
  await cluster.deleteEndpoints();
  await survivor.stop();
});

afterAll(async () => {
  await dns?.stop();
  await cluster?.stop();
});

/** Does something while an operator lives that dies at its nth call, and until another has come to the end. */
async function killed(
  nth: number,
  act: () => Promise<unknown>,
  end: () => Promise<unknown>,
  options: ConstructorParameters<typeof Interceptions>[1] = {},
): Promise<string[]> {
  const mortal = new Interceptions(cluster, { ...options, allowed: nth });
  await act();
  await mortal.death();
  const survivor = new Interceptions(cluster, options);
  await end().finally(() => survivor.stop());
  return [...mortal.client.calls, '', ...survivor.client.calls];
}

const told = (words: string) => () => cluster.told('endpoint/gitlab', words, 'Intercepted');
const gone = () =>
  eventually(async () => expect(await cluster.client.list(privatelinkendpoints)).toMatchObject({ items: [] }));

it.each([
  ['patch PrivateLinkEndpoint', 1],
  ['patch ConfigMap', 2],
])('is led there, and away again, once, though the operator died at %s', async (call, nth) => {
  const make = await killed(nth, () => cluster.apply(intercepted('gitlab', 'ClusterDNS')), told('True Verified'));
  expect(make.filter((each) => each !== '')).toEqual(['patch PrivateLinkEndpoint', 'patch ConfigMap']);
  expect(make[nth - 1]).toBe(call);
  expect(await dns.askAll(gitlab.public)).toEqual([privateAddress]);

  const ref = { namespace: 'default', name: 'gitlab' };
  // First its lines go, then its finalizer.
  const removal = await killed(3 - nth, () => cluster.client.delete(privatelinkendpoints, ref), gone);
  expect(removal.filter((each) => each !== '')).toEqual(['patch ConfigMap', 'patch PrivateLinkEndpoint']);
  expect(await dns.corefile()).toBe(corefile);
  expect(await dns.askAll(gitlab.public)).toEqual([publicAddress]);
});

it.each([2, 3])('takes back what CoreDNS can not load, though the operator died at its call %d', async (nth) => {
  // CoreDNS doesn't try what it has tried: a survivor that puts it there before the next try only sees that nothing comes of it.
  dns.kubelets.tamper((text) => (text === corefile ? text : text.replace('errors', `no-such-plugin ${nth}`)));
  await killed(nth, () => cluster.apply(intercepted('gitlab', 'ClusterDNS')), told('False RolledBack'), {
    proofMs: 10_000,
  });
  expect(await dns.corefile()).toBe(corefile);
});
