import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type NetworkPolicy, networkPolicies } from '../../src/cidr-set/targets/network-policies/kind.js';
import { type ConfigMap, configMaps } from '../../src/kube/owned/resources.js';
import { registry } from '../../src/telemetry/metrics.js';
import { cidrSet } from '../support/cluster.js';
import { eventually, type Ground, type RunningOperator, startGround } from '../support/ground.js';

let ground: Ground;
let operator: RunningOperator;
beforeAll(async () => {
  ground = await startGround();
  await kubectl('create namespace runners');
  operator = ground.operator({ resyncMs: 400 });
});
afterEach(async () => {
  await ground.deleteSets();
  await kubectl('delete networkpolicy,configmap --all -n runners');
});
afterAll(() => ground.stop());

function kubectl(command: string): Promise<string> {
  return ground.server.kubectl(...command.split(' '));
}

const A = '198.51.100.0/24';
const B = '203.0.113.0/26';
const SIX = '2001:db8::/32';
const target = { namespace: 'runners', name: 'office' };
const withPolicy = (more: object = {}) => ({ targets: { networkPolicies: [{ ...target, ...more }] } });
const withMap = (more: object = {}) => ({ targets: { configMaps: [{ ...target, ...more }] } });

const policy = () => ground.client.get<NetworkPolicy>(networkPolicies.resource, target);
const map = () => ground.client.get<ConfigMap>(configMaps, target);

async function letIn(): Promise<string[] | undefined> {
  const found = await policy();
  return found && networkPolicies.cidrsOf(found, undefined);
}

/** Of the operator to the API server, for objects of this kind. */
async function writes(kind: string): Promise<number> {
  const { values = [] } = (await registry.getSingleMetric('sallyport_kube_requests_total')?.get()) ?? {};
  return values
    .filter(({ labels }) => labels.kind === kind && ['create', 'apply', 'patch', 'delete'].includes(`${labels.verb}`))
    .reduce((sum, { value }) => sum + value, 0);
}

async function reconciles(): Promise<number> {
  const { values = [] } = (await registry.getSingleMetric('controller_runtime_reconcile_total')?.get()) ?? {};
  return values.filter(({ labels }) => labels.controller === 'cluster').reduce((sum, { value }) => sum + value, 0);
}

async function someLooks(): Promise<void> {
  const awaited = (await reconciles()) + 3;
  await eventually(async () => expect(await reconciles()).toBeGreaterThanOrEqual(awaited));
}

describe('NetworkPolicy', () => {
  it('lets the set in, and out, and is written once', async () => {
    const spec = withPolicy({ podSelector: { app: 'web' }, ports: ['tcp/443', 'udp/8000-8080'] });
    spec.targets.networkPolicies.push({ namespace: 'runners', name: 'office-out', direction: 'Egress' } as never);
    await ground.apply(cidrSet('office', [B, SIX, A], spec));
    await ground.told('cidrset/office', 'True InSync');
    expect((await policy())?.spec).toEqual({
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [A, B, SIX].map((cidr) => ({ ipBlock: { cidr } })),
          ports: [
            { protocol: 'TCP', port: 443 },
            { protocol: 'UDP', port: 8000, endPort: 8080 },
          ],
        },
      ],
    });
    const out = await ground.client.get<NetworkPolicy>(networkPolicies.resource, { ...target, name: 'office-out' });
    expect(out?.spec).toEqual({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [A, B, SIX].map((cidr) => ({ ipBlock: { cidr } })) }],
    });
    await eventually(async () =>
      expect((await ground.set('office')).status?.objects).toEqual([
        { target: 'networkPolicies', id: 'runners/office', name: 'office', entries: 3 },
        { target: 'networkPolicies', id: 'runners/office-out', name: 'office-out', entries: 3 },
      ]),
    );
    const [written, told] = [await writes('NetworkPolicy'), await writes('CidrSet')];
    await someLooks();
    expect([await writes('NetworkPolicy'), await writes('CidrSet')]).toEqual([written, told]);
  });

  it('follows the set, and shuts all out when it is empty', async () => {
    await ground.apply(cidrSet('office', [A], withPolicy()));
    await eventually(async () => expect(await letIn()).toEqual([A]));
    await ground.apply(cidrSet('office', [B], withPolicy()));
    await eventually(async () => expect(await letIn()).toEqual([B]));
    await ground.apply(cidrSet('office', [], withPolicy()));
    await eventually(async () => expect(await letIn()).toEqual([]));
    expect((await policy())?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  });

  it('is not made by a set that is not whole yet, and then only added to', async () => {
    const spec = { ...withPolicy(), include: ['branches'] };
    await ground.apply(cidrSet('office', [A], spec));
    await ground.told('cidrset/office', 'False UnknownInclude');
    await someLooks();
    expect(await policy()).toBeUndefined();
    await ground.apply(cidrSet('branches', [B]));
    await eventually(async () => expect(await letIn()).toEqual([A, B]));
    await ground.deleteSets('branches');
    await ground.apply(cidrSet('office', [SIX], spec));
    await eventually(async () => expect(await letIn()).toEqual([A, B, SIX]));
    await ground.apply(cidrSet('office', [SIX], withPolicy()));
    await eventually(async () => expect(await letIn()).toEqual([SIX]));
  });

  it('can not be asked for ICMP', async () => {
    const refusal = ground.apply(cidrSet('office', [A], withPolicy({ ports: ['icmp'] })));
    await expect(refusal).rejects.toThrow(
      "spec.targets.networkPolicies[0].ports: Invalid value: has icmp, which a NetworkPolicy can't tell of",
    );
  });
});

describe('ConfigMap', () => {
  it('holds the set as text or JSON, beside what others keep there', async () => {
    await ground.apply(cidrSet('office', [B, SIX, A], withMap()));
    await ground.told('cidrset/office', 'True InSync');
    expect((await map())?.data).toEqual({ cidrs: `${A}\n${B}\n${SIX}\n` });
    await kubectl(`patch configmap office -n runners --type=merge -p {"data":{"note":"theirs"}}`);
    await ground.apply(cidrSet('office', [A, SIX], withMap({ key: 'ranges.json', format: 'JSON' })));
    const wanted = { note: 'theirs', 'ranges.json': `[\n  "${A}",\n  "${SIX}"\n]\n` };
    await eventually(async () => expect((await map())?.data).toEqual(wanted));
    await ground.told('cidrset/office', 'True InSync');
    const written = await writes('ConfigMap');
    await someLooks();
    expect(await writes('ConfigMap')).toBe(written);
  });
});

describe('what others do', () => {
  it('is put back, with an event that names them, ever more slowly', async () => {
    await ground.apply(cidrSet('office', [A], withPolicy()));
    await ground.told('cidrset/office', 'True InSync');
    const open = `patch networkpolicy office -n runners --field-manager=a-person --type=json -p [{"op":"add","path":"/spec/ingress/0/from/-","value":{"ipBlock":{"cidr":"${B}"}}}]`;
    await kubectl(open);
    await eventually(async () => expect(await letIn()).toEqual([A]));
    await kubectl('delete networkpolicy office -n runners');
    await eventually(async () => expect(await letIn()).toEqual([A]));
    // Each time it is left so for longer: for long enough in the end, however slow a hand is.
    const message = 'NetworkPolicy runners/office is changed again and again by a-person';
    await eventually(async () => {
      await kubectl(open);
      expect((await ground.set('office')).status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Ready', reason: 'Contested', message: expect.stringContaining(message) }),
      );
    });
    await eventually(async () => expect(await letIn()).toEqual([A]));
    const described = await kubectl('describe cidrset office');
    expect(described).toMatch(
      /Warning +DriftReverted .* a-person changed NetworkPolicy runners\/office; put back: - 1 entry: 203\.0\.113\.0\/26\n/,
    );
    expect(described).toMatch(/Warning +DriftReverted .* Somebody deleted NetworkPolicy runners\/office; put back: /);
  });

  it('is left alone where it is theirs, until it is gone', async () => {
    await kubectl('create configmap office -n runners --from-literal=cidrs=theirs');
    const theirs = await map();
    await ground.apply(cidrSet('office', [A], withMap()));
    await ground.told('cidrset/office', 'False NotOurs: ConfigMap runners/office was not made by this install');
    await someLooks();
    expect(await map()).toEqual(theirs);
    await kubectl('delete configmap office -n runners');
    await ground.told('cidrset/office', 'True InSync');
    expect((await map())?.data).toEqual({ cidrs: `${A}\n` });
  });

  it('is left alone where they copied ours, marks and all', async () => {
    await ground.apply(cidrSet('office', [A], withMap()));
    await ground.told('cidrset/office', 'True InSync');
    const { labels, annotations } = (await map())?.metadata ?? {};
    await ground.client.create(configMaps, {
      metadata: { namespace: 'runners', name: 'copy', ...(labels && { labels }), ...(annotations && { annotations }) },
      data: { cidrs: 'theirs' },
    });
    await someLooks();
    await ground.deleteSets();
    expect(await map()).toBeUndefined();
    expect(await ground.client.get(configMaps, { ...target, name: 'copy' })).toBeDefined();
  });
});

describe('two sets', () => {
  it('that ask for one object: the first has it, and the second takes it over as it is', async () => {
    await ground.apply(cidrSet('office', [A], withPolicy()));
    await ground.told('cidrset/office', 'True InSync');
    await ground.apply(cidrSet('branches', [B], withPolicy()));
    await ground.told('cidrset/branches', 'False ClaimedBy: NetworkPolicy runners/office is for CidrSet office');
    expect(await letIn()).toEqual([A]);
    const uid = (await policy())?.metadata.uid;
    await ground.deleteSets('office');
    await ground.told('cidrset/branches', 'True InSync');
    expect(await letIn()).toEqual([B]);
    expect((await policy())?.metadata.uid).toBe(uid);
  });
});

describe('a namespace', () => {
  it('is waited for', async () => {
    const later = { targets: { configMaps: [{ namespace: 'later', name: 'office' }] } };
    await ground.apply(cidrSet('office', [A], later));
    await ground.told('cidrset/office', /^False NamespaceNotFound: .*"later" not found; it is made once/);
    await kubectl('create namespace later');
    await ground.told('cidrset/office', 'True InSync');
    // Nothing ends it here, as no controllers run.
    await kubectl('delete namespace later --wait=false');
    await kubectl('delete configmap office -n later');
    await ground.told('cidrset/office', /^False NamespaceNotFound: .*being terminated/);
  });
});

describe('a set', () => {
  it('in mode Plan shows what it would write', async () => {
    await ground.apply(cidrSet('office', [A], { ...withPolicy({ ports: ['tcp/443'] }), mode: 'Plan' }));
    await ground.told('cidrset/office', 'True Planned');
    expect((await ground.set('office')).status?.plan).toEqual({
      add: 2,
      change: 0,
      remove: 0,
      operations: [
        'cluster runners/office (office) + NetworkPolicy Ingress tcp/443, all pods',
        `cluster runners/office (office) + entry ${A}`,
      ],
    });
    expect(await policy()).toBeUndefined();
  });

  it('that no longer lists an object has it deleted, in mode Plan not', async () => {
    await ground.apply(cidrSet('office', [A], withMap()));
    await ground.told('cidrset/office', 'True InSync');
    await ground.apply(cidrSet('office', [A], { mode: 'Plan' }));
    await ground.told('cidrset/office', 'True Planned');
    expect((await ground.set('office')).status?.plan).toMatchObject({ remove: 2 });
    expect(await map()).toBeDefined();
    await ground.apply(cidrSet('office', [A]));
    await eventually(async () => expect(await map()).toBeUndefined());
  });

  it('that is deleted with Retain leaves its objects, without our mark', async () => {
    await ground.apply(cidrSet('office', [A], { ...withPolicy(), deletionPolicy: 'Retain' }));
    await ground.told('cidrset/office', 'True InSync');
    await ground.deleteSets();
    const left = await policy();
    expect(await letIn()).toEqual([A]);
    expect(left?.metadata.labels).toBeUndefined();
    expect(left?.metadata.annotations).toBeUndefined();
  });

  it('that was unlisted, changed or deleted while the operator was away is caught up with', async () => {
    await ground.apply(cidrSet('office', [A], withPolicy()), cidrSet('vpn', [B], withMap()));
    await ground.told('cidrset/office', 'True InSync');
    await ground.told('cidrset/vpn', 'True InSync');
    await operator.stop();
    await kubectl('delete cidrset vpn --wait=false');
    await ground.apply(cidrSet('office', [SIX], withPolicy()));
    operator = ground.operator({ resyncMs: 400 });
    await ground.deleteSets('vpn');
    expect(await map()).toBeUndefined();
    await eventually(async () => expect(await letIn()).toEqual([SIX]));
  });
});
