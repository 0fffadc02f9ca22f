import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type PrivateLinkEndpoint, privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import type { ControllerName } from '../../src/operator/controller-names.js';
import { startClusterDns } from '../support/cluster-dns.js';
import { type Ground, type RunningOperator, startGround } from '../support/ground.js';
import { PrivateLinks, runnersSet } from '../support/private-links.js';
import { sallyport } from '../support/sallyport.js';

let ground: Ground;
let links: PrivateLinks;
let operator: RunningOperator;

beforeAll(async () => {
  ground = await startGround();
  links = await PrivateLinks.make(ground);
  await startClusterDns(ground, { replicas: 1 });
});
afterAll(() => ground.stop());
afterEach(async () => {
  await ground.clean();
  await operator.stop();
});

function run(...controllers: ControllerName[]): void {
  operator = ground.operator({ controllers, resyncMs: 500, pollMs: 200, askMs: 200 });
}

/** One manifest, which Git brings to every cluster. */
function everywhere() {
  return links.gitlab({
    proxy: { certificate: { secretName: 'names' }, upstream: { address: 'gitlab.internal:443' } },
    interception: { mode: 'ClusterDNS' },
  });
}

async function endpoint(): Promise<PrivateLinkEndpoint> {
  const found = await ground.client.get(privatelinkendpoints, { namespace: 'default', name: 'gitlab' });
  if (!found) throw new Error('there is no gitlab');
  return found;
}

async function conditions(): Promise<string[]> {
  const { status } = await endpoint();
  return (status?.conditions ?? []).map(({ type, status }) => `${type} ${status}`);
}

it('where jobs run, the same manifest leads names to the endpoint, and nothing is asked of AWS', async () => {
  const before = ground.edge.calls.length;
  run('interception', 'runner-pool');
  await ground.apply(everywhere());
  await ground.told('endpoint/gitlab', /^True Verified/, 'Intercepted');
  await ground.told('endpoint/gitlab', /^True Ready/);
  expect(await conditions()).toEqual(['Ready True', 'Intercepted True']);
  expect(ground.edge.calls.slice(before)).toEqual([]);
  expect((await endpoint()).metadata.finalizers).toEqual(['sallyport.dev/interception']);
  await ground.deleteEndpoints();
});

it('where AWS is kept, nothing is said of the DNS of a cluster without jobs', async () => {
  run('aws-account', 'cidr-set', 'private-link-endpoint');
  await ground.apply(runnersSet, everywhere());
  await ground.told('endpoint/gitlab', /^True Ready/);
  expect(await conditions()).toEqual(['Ready True', 'ServiceReady True', 'EndpointsReady True', 'RecordsReady True']);
});

it('switched off, a controller lets nothing go: what it made is told, and waits for it', async () => {
  run('private-link-endpoint');
  await ground.apply(runnersSet, links.gitlab());
  await ground.told('endpoint/gitlab', /^True Ready/);
  const known = (await endpoint()).status?.service?.id;
  expect(known).toMatch(/^vpce-svc-/);
  await operator.stop();
  run('proxy');
  await ground.told('endpoint/gitlab', /^True Ready/);
  await ground.server.kubectl('delete', 'privatelinkendpoint', 'gitlab', '--wait=false');
  await ground.told('endpoint/gitlab', /^False SwitchedOff: the controller private-link-endpoint made this in AWS/);
  expect((await endpoint()).status?.service?.id).toBe(known);
  await operator.stop();
  run('private-link-endpoint');
});

it('refuses a name that it does not know', async () => {
  const { stderr } = await sallyport(['run', '--controllers', 'cidr-set,dns'], {});
  expect(stderr).toContain(
    'there is no dns; there are aws-account, cidr-set, private-link-endpoint, proxy, interception, runner-pool',
  );
});
