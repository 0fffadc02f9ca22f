import { EKSClient, type VpcConfigRequest } from '@aws-sdk/client-eks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { awsAccount, cidrSet } from '../support/cluster.js';
import { diesAt } from '../support/death.js';
import { before } from '../support/edge/effects.js';
import { EksCluster } from '../support/eks-cluster.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const V6 = '2001:db8::/32';
const ANYWHERE = '0.0.0.0/0';
/** Where the operator comes from. */
const OWN = '192.0.2.7/32';
const place = 'shared/eu-west-1';
const marked = { 'sallyport.dev/owner': 'owner', 'sallyport.dev/cidr-set': 'office' };

let ground: Ground;
let operator: RunningOperator;
let made = 0;
beforeAll(async () => {
  ground = await startGround();
  operator = start();
  await ground.apply(awsAccount('shared'));
});
/** The name of a test's cluster. */
let name: string;
beforeEach(() => {
  name = `prod-${++made}`;
});
afterEach(async () => {
  await ground.edge.settling.finish();
  await ground.clean();
});
afterAll(() => ground.stop());

function start(): RunningOperator {
  return ground.operator({ resyncMs: 300, ownerId: 'owner', ownAddresses: [OWN] });
}

function cluster(config?: VpcConfigRequest, ipFamily?: 'ipv4' | 'ipv6'): Promise<EksCluster> {
  const eks = ground.edge.client(EKSClient, '111111111111', 'eu-west-1');
  return new EksCluster(eks, name).make(config, ipFamily);
}

function office(cidrs: string[], more: { acceptLockout?: boolean } = {}, set = 'office') {
  const target = { name: 'api', accounts: { names: ['shared'] }, clusters: [name], ...more };
  return cidrSet(set, cidrs, { targets: { eksPublicAccess: [target] } });
}

function updates(): number {
  return ground.edge.count({ action: 'UpdateClusterConfig' });
}

/** Resolves when EKS has taken so many updates. */
function begun(count: number): Promise<void> {
  return eventually(() => expect(ground.edge.count({ action: 'UpdateClusterConfig', status: 200 })).toBe(count));
}

it('writes the list while EKS takes its time, tells when it is done, and at rest writes nothing', async () => {
  const prod = await cluster();
  ground.edge.settling.take(Number.POSITIVE_INFINITY);
  await ground.apply(office([A, C]));
  await ground.told('cidrset/office', 'Unknown Progressing: Working on shared/eu-west-1');
  await begun(1);
  await ground.look(place);
  await ground.told('cidrset/office', 'Unknown Progressing');
  expect(await prod.cidrs()).toEqual([ANYWHERE]);
  expect(await prod.tags()).toEqual(marked);

  // What changes meanwhile waits for it.
  await ground.apply(office([B, C]));
  await ground.look(place);
  expect(updates()).toBe(1);
  await ground.edge.settling.finish();
  await begun(2);
  expect(await prod.cidrs()).toEqual([C, A].sort());
  await ground.edge.settling.finish();
  await ground.told('cidrset/office', 'True InSync');
  expect(await prod.cidrs()).toEqual([C, B].sort());
  expect((await ground.set('office')).status?.objects).toMatchObject([{ target: 'eksPublicAccess', name, entries: 2 }]);

  const written = ground.edge.count({ mutating: true });
  await ground.look(place);
  expect(ground.edge.count({ mutating: true })).toBe(written);
});

it('tries again when somebody else was at it between its look and its write', async () => {
  const prod = await cluster();
  const fault = ground.edge.fault({
    match: { action: 'UpdateClusterConfig' },
    effect: before(() => prod.change({ publicAccessCidrs: [B] })),
    times: 1,
  });
  await ground.apply(office([C]));
  await ground.told('cidrset/office', 'True InSync');
  expect(fault.hits).toBe(1);
  expect(await prod.cidrs()).toEqual([C]);
});

it('tells why an update failed, begins it no sooner than may help, and what the set asks for next at once', async () => {
  const prod = await cluster({ endpointPrivateAccess: true });
  ground.edge.settling.take(Number.POSITIVE_INFINITY);
  await ground.apply(office([A]));
  await begun(1);
  await ground.edge.settling.finish(false);
  await ground.told(
    'cidrset/office',
    `False UpdateFailed: shared/eu-west-1: EKS could not change the access list of cluster ${name} (Unknown: The update failed)`,
  );
  await ground.look(place);
  await ground.look(place);
  expect(updates()).toBe(1);
  expect(ground.edge.count({ action: 'DescribeUpdate' })).toBe(1);

  await ground.apply(office([B]));
  await begun(2);
  await ground.edge.settling.finish();
  await ground.told('cidrset/office', 'True InSync: 1 EKS cluster');
  expect(await prod.cidrs()).toEqual([B]);
});

it('does not shut itself out, until the set lets it in or a person accepts it', async () => {
  const prod = await cluster();
  await ground.apply(office([A]));
  await ground.told(
    'cidrset/office',
    `False WouldLockOut: shared/eu-west-1: EKS cluster ${name} has no private endpoint, and its new list would shut out ` +
      `${OWN}, where Sallyport itself comes from: add that to the set`,
  );
  expect(await prod.cidrs()).toEqual([ANYWHERE]);
  expect(await prod.tags()).toEqual({});
  await ground.apply(office([A, OWN]));
  await ground.told('cidrset/office', 'True InSync');
  expect(await prod.cidrs()).toEqual([OWN, A].sort());
  await ground.apply(office([A], { acceptLockout: true }));
  await ground.told('cidrset/office', 'True InSync');
  expect(await prod.cidrs()).toEqual([A]);
});

it('never writes an empty list, which EKS would take for anywhere', async () => {
  const prod = await cluster({ endpointPrivateAccess: true });
  await ground.apply(office([A]));
  await ground.told('cidrset/office', 'True InSync');
  await ground.apply(office([]));
  await ground.told(
    'cidrset/office',
    `False EmptyList: shared/eu-west-1: The set has no CIDR for the public endpoint of EKS`,
  );
  await ground.look(place);
  expect(await prod.cidrs()).toEqual([A]);
});

it.each([
  ['ipv4' as const, [A], /^False CidrsLeftOut: .* is IPv4 only and can't let in 2001:db8::\/32/],
  ['ipv6' as const, [V6, A], /^True InSync/],
])('lets IPv6 in where the endpoint has it: %s', async (family, cidrs, words) => {
  const prod = await cluster({ endpointPrivateAccess: true }, family);
  await ground.apply(office([A, V6]));
  await ground.told('cidrset/office', words);
  await eventually(async () => expect(await prod.cidrs()).toEqual([...cidrs].sort()));
});

it('has the list for one set alone, and hands it on when that lets go', async () => {
  const prod = await cluster({ endpointPrivateAccess: true });
  await ground.apply(office([A]));
  await ground.told('cidrset/office', 'True InSync');
  await ground.apply(office([B], {}, 'another'));
  await ground.told(
    'cidrset/another',
    `False ClaimedBy: shared/eu-west-1: The access list of EKS cluster ${name} is that of CidrSet office`,
  );
  expect(await prod.cidrs()).toEqual([A]);
  await ground.deleteSets('office');
  await ground.told('cidrset/another', 'True InSync');
  expect(await prod.cidrs()).toEqual([B]);
  expect(await prod.tags()).toEqual({ ...marked, 'sallyport.dev/cidr-set': 'another' });
});

it('leaves the last list when the target goes, and takes its tags off', async () => {
  const prod = await cluster({ endpointPrivateAccess: true });
  await ground.apply(office([A]));
  await ground.told('cidrset/office', 'True InSync');
  await ground.apply(cidrSet('office', [A]));
  await eventually(async () => expect(await prod.tags()).toEqual({}));
  expect(await prod.cidrs()).toEqual([A]);
});

it('tells of a cluster that is not there', async () => {
  await ground.apply(office([A]));
  await ground.told(
    'cidrset/office',
    `False NoSuchCluster: shared/eu-west-1: Target api names ${name}: there is no such EKS cluster here; correct its clusters, or write the accounts and regions that have them`,
  );
});

it('ends as it should when it dies with the answer to any of its calls to EKS', async () => {
  await operator.stop();

  const done = () => ground.told('cidrset/office', 'True InSync');

  let nth = 1;
  for (; ; nth++) {
    name = `prod-${++made}`;
    const prod = await cluster({ endpointPrivateAccess: true });
    await ground.apply(office([A, B]));
    if (!(await diesAt(ground, { service: 'eks', nth, start, done }))) break;
    const second = start();
    await done();
    expect(await prod.cidrs()).toEqual([B, A].sort());
    expect(await prod.tags()).toEqual(marked);
    await ground.deleteSets();
    await second.stop();
  }
  // A read, a mark, an update, and the read that sees it done.
  expect(nth).toBeGreaterThan(4);
  operator = start();
});
