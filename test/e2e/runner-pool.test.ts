import { CreateLaunchTemplateCommand, DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { RunnerPool } from '../../src/api/runner-pool.gen.js';
import { runnerpools } from '../../src/api/runner-pool.gen.js';
import { configMaps, deployments } from '../../src/kube/owned/resources.js';
import type { KubeObject } from '../../src/kube/resource.js';
import { admissionPolicyBindings } from '../../src/runner-pool/jobs/host-access.js';
import { ec2nodeclasses, nodepools } from '../../src/runner-pool/karpenter/objects.js';
import { nodeclaims, nodes } from '../../src/runner-pool/nodes/fleet.js';
import { awsAccount, type Manifest, privateLinkEndpoint } from '../support/cluster.js';
import { applyObjects } from '../support/crds.js';
import { resetAfter } from '../support/edge/effects.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { applyKarpenterCrds } from '../support/karpenter.js';
import { Pools } from '../support/pools.js';

const ref = { namespace: 'default', name: 'builders' };
const id = { name: 'default.builders' };
const kinds = [ec2nodeclasses, nodepools];
const karpenter = {
  ami: { alias: 'bottlerocket@v1.50.0' },
  role: 'ci-nodes',
  subnets: { tags: { role: 'runners' } },
  securityGroups: { tags: { role: 'runners' } },
};

let ground: Ground;
let pools: Pools | undefined;

beforeAll(async () => {
  ground = await startGround();
  await applyKarpenterCrds(ground.server);
});
afterAll(() => ground.stop());
afterEach(async () => {
  await pools?.stop();
  pools = undefined;
  for (const resource of [runnerpools, ...kinds, nodeclaims, nodes]) {
    const { items } = await ground.client.list<KubeObject>(resource);
    for (const { metadata } of items) {
      await ground.client.patch(resource, metadata, { metadata: { finalizers: [] } });
      await ground.client.delete(resource, metadata);
    }
  }
  await ground.server.kubectl('delete', 'secrets,configmaps,events', '--all');
  await ground.clean();
});

function manifest(nodesSpec: object = {}, spec: object = {}, name = ref.name): Manifest {
  const node = { os: 'Bottlerocket', karpenter, ...nodesSpec };
  return { kind: 'RunnerPool', metadata: { ...ref, name }, spec: { nodes: node, ...spec } };
}
const declare = (nodesSpec: object = {}, spec: object = {}) => ground.apply(manifest(nodesSpec, spec));
const told = (words: string | RegExp, name = ref.name) => ground.told(`runnerpool/${name}`, words, 'NodesReady');

function start(options?: ConstructorParameters<typeof Pools>[1]): Pools {
  pools = new Pools(ground, options);
  return pools;
}

async function status(): Promise<NonNullable<RunnerPool['status']>> {
  return (await ground.client.get(runnerpools, ref))?.status ?? {};
}

async function spec<T = Record<string, unknown>>(kind: (typeof kinds)[number]): Promise<T> {
  const found = await ground.client.get<KubeObject & { spec: T }>(kind as never, id);
  if (!found) throw new Error(`there is no ${kind.kind}`);
  return found.spec;
}

/** What Karpenter says of an object. */
async function karpenterSays(kind: (typeof kinds)[number], type: string, status: string, reason: string, message = '') {
  const found = await ground.client.get(kind, id);
  const { generation: observedGeneration } = found?.metadata ?? {};
  const lastTransitionTime = '2026-11-21T09:00:00Z';
  const conditions = [{ type, status, reason, message, lastTransitionTime, observedGeneration }];
  const options = { manager: `karpenter-${type}`, subresource: 'status' } as const;
  await ground.client.apply(kind, { metadata: id, status: { conditions } }, options);
}

/** A pool that Karpenter is content with. */
async function ready(nodesSpec: object = {}, more: object = {}): Promise<Pools> {
  const running = start();
  await declare(nodesSpec, more);
  await told('Unknown AwaitingKarpenter: Karpenter has not said yet whether EC2NodeClass default.builders will do');
  for (const kind of kinds) await karpenterSays(kind, 'Ready', 'True', 'Ready');
  await told('True Ready');
  return running;
}

/** A node that Karpenter started for the pool, as it begins, once it is known that Karpenter is about to. */
async function startNode(name: string, pool = id.name): Promise<void> {
  const labels = { 'sallyport.dev/runner-pool': pool, 'karpenter.sh/nodepool': pool };
  const claim = {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: { name, labels },
    spec: { nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: pool }, requirements: [] },
  };
  const taints = [
    { key: 'sallyport.dev/runner-pool', value: pool, effect: 'NoSchedule' },
    { key: 'sallyport.dev/unproven', effect: 'NoSchedule' },
  ];
  const count = Number((await status()).nodes?.ready?.split('/')[1]) + 1;
  await applyObjects(ground.server, claim);
  await eventually(async () => expect((await status()).nodes).toMatchObject({ ready: `0/${count}` }));
  await applyObjects(ground.server, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { taints },
  });
}

async function nodeReady(name: string): Promise<void> {
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }];
  await ground.client.apply(
    nodes as never,
    { metadata: { name }, status: { conditions } },
    { manager: 'kubelet', subresource: 'status' },
  );
}

async function events(): Promise<string> {
  await pools?.flush();
  return ground.server.kubectl('get', 'events', '-o', 'custom-columns=:reason,:message', '--no-headers');
}
const nothingLeft = async () => {
  for (const kind of kinds) expect(await ground.client.get(kind, id)).toBeUndefined();
};

const gitlab = { url: 'https://gitlab.example.com', tokenSecret: { name: 'runner-token' } };

function token(value: string): Promise<void> {
  const metadata = { ...ref, name: gitlab.tokenSecret.name };
  return applyObjects(ground.server, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: value } });
}

it('Karpenter gets what it starts nodes by, and then nothing more is written', async () => {
  await ground.apply(
    privateLinkEndpoint('gitlab', {
      hosts: [{ public: 'registry.example.com', private: 'registry.privatelink.example.com', registry: true }],
      zone: 'privatelink.example.com',
      service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
      consumers: [],
    }),
  );
  await token('glrt-hush');
  const aws = { roleArn: 'arn:aws:iam::111111111111:role/ci-jobs' };
  const running = await ready({}, { endpointRef: { name: 'gitlab' }, gitlab, aws, hostAccess: 'Refuse' });
  expect(await spec(ec2nodeclasses)).toMatchObject({
    amiFamily: 'Bottlerocket',
    userData: expect.stringContaining('"https://registry.privatelink.example.com"'),
    metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
  });
  const found = await ground.client.get(ec2nodeclasses, id);
  expect(found?.metadata).toMatchObject({
    labels: { 'sallyport.dev/made-for': 'builders', 'sallyport.dev/made-for-namespace': 'default' },
  });
  expect(found?.metadata.ownerReferences).toBeUndefined();
  expect(await spec(nodepools)).toMatchObject({ template: { spec: { nodeClassRef: id } } });
  expect(await told('True Ready')).toBe('True Ready: 0 of 0 nodes take jobs');
  const { nodes: told0, userData } = await status();
  expect(told0).toEqual({ ready: '0/0' });
  expect(userData?.bytes).toBeGreaterThan(1_000);
  const binding = { name: `${id.name}.host-access` };
  await eventually(async () => expect(await ground.client.get(admissionPolicyBindings, binding)).toBeDefined());
  await running.look();
  const { mutations } = running.client;
  await running.look();
  expect(running.client.mutations).toBe(mutations);
  await gone();
});

/** As users delete it, with all that it made. */
async function gone(): Promise<void> {
  await ground.client.delete(runnerpools, ref);
  await eventually(async () => expect(await ground.client.get(runnerpools, ref)).toBeUndefined());
  await nothingLeft();
}

it('a node takes jobs once it is Ready', async () => {
  await ready();
  await startNode('node-1');
  const taints = async () => (await ground.client.get(nodes, { name: 'node-1' }))?.spec.taints?.map(({ key }) => key);
  expect(await taints()).toContain('sallyport.dev/unproven');
  await nodeReady('node-1');
  await eventually(async () => expect((await status()).nodes).toEqual({ ready: '1/1' }));
  expect(await taints()).not.toContain('sallyport.dev/unproven');
  expect(await taints()).toContain('sallyport.dev/runner-pool');
  expect(await events()).toMatch(/NodeProven +Node node-1 takes jobs/);
});

it('what Karpenter says against it is told', async () => {
  await ready();
  await karpenterSays(ec2nodeclasses, 'Ready', 'False', 'SubnetsNotFound', 'no subnet has role=runners');
  await told(
    'False EC2NodeClassNotReady: Karpenter says of EC2NodeClass default.builders: SubnetsNotFound: no subnet has role=runners',
  );
});

it('what somebody changes or deletes is put back, and what is theirs alone is let be', async () => {
  const running = await ready();
  await ground.client.patch(nodepools, id, { spec: { weight: 7, template: { spec: { expireAfter: 'Never' } } } });
  await ground.client.delete(ec2nodeclasses, id);
  await eventually(async () => {
    expect(await spec(nodepools)).toMatchObject({ weight: 7, template: { spec: { expireAfter: '720h' } } });
    expect(await spec(ec2nodeclasses)).toMatchObject({ role: 'ci-nodes' });
  });
  await running.look();
  expect(await events()).toMatch(/DriftReverted +Somebody deleted EC2NodeClass default.builders; made it again/);
});

it('which nodes a change replaces is told, and with OnConfirm it waits for a yes to just this change', async () => {
  const guarded = { karpenter: { ...karpenter, disruption: { replacement: 'OnConfirm' } } };
  const running = await ready(guarded);
  await startNode('node-1');
  await startNode('node-2');

  await declare({ ...guarded, userData: 'settings.motd = "a"' });
  const held = await told(
    'False ReplacementHeld: EC2NodeClass spec.userData would replace 2 nodes. To let them go: kubectl',
  );
  const { replacement } = (await status()).nodes ?? {};
  expect(replacement).toEqual({
    because: ['EC2NodeClass spec.userData'],
    count: 2,
    nodeClaims: ['node-1', 'node-2'],
    when: 'once confirmed, at most 10% at once',
    confirm: expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  expect(await spec(ec2nodeclasses)).not.toHaveProperty('userData', expect.stringContaining('motd'));
  const [, annotation = ''] = /(sallyport\.dev\/confirm-replacement=[0-9a-f]+)$/.exec(held) ?? [];
  expect(annotation).toContain(replacement?.confirm);

  await declare({ ...guarded, userData: 'settings.motd = "b"' });
  await eventually(async () => expect((await status()).nodes?.replacement?.confirm).not.toBe(replacement?.confirm));
  await ground.server.kubectl('annotate', 'runnerpool', ref.name, annotation);
  await running.look();
  await told('False ReplacementHeld');

  await declare({ ...guarded, userData: 'settings.motd = "a"' });
  await eventually(async () => expect((await spec(ec2nodeclasses)).userData).toContain('motd = "a"'));
  await eventually(async () => expect((await status()).nodes?.replacement).toBeUndefined());
});

it('a change that replaces no node waits for nobody', async () => {
  const guarded = { karpenter: { ...karpenter, disruption: { replacement: 'OnConfirm' } } };
  await ready(guarded);
  await startNode('node-1');
  await declare({ karpenter: { ...guarded.karpenter, limits: { cpu: '9' } } });
  await eventually(async () => expect(await spec(nodepools)).toMatchObject({ limits: { cpu: '9' } }));
});

it.each<[what: string, nodesSpec: object, more: object, words: string]>([
  [
    'TOML that does not parse',
    { userData: 'settings.motd = ' },
    {},
    'False UserDataInvalid: spec.nodes.userData: line 1, column 17',
  ],
  [
    'too much user data',
    { userData: `settings.motd = "${'a'.repeat(15_000)}"` },
    {},
    'False UserDataInvalid: spec.nodes.userData: comes to ',
  ],
  [
    'an endpoint that is not there',
    {},
    { endpointRef: { name: 'gitlab' } },
    'False EndpointNotFound: there is no PrivateLinkEndpoint default/gitlab; make it, or take endpointRef out',
  ],
  [
    'a Secret that is not there',
    { registries: { credentials: [{ registry: 'registry.example.com', secretName: 'pull' }] } },
    { acceptRisks: ['CredentialsInUserData'] },
    'False SecretMissing: there is no Secret default/pull with username and password, as whom nodes pull from registry.example.com',
  ],
])('with %s, nothing is torn down', async (_what, nodesSpec, more, words) => {
  const running = await ready();
  const before = await Promise.all(kinds.map((kind) => ground.client.get(kind, id)));
  await declare(nodesSpec, more);
  await told(words);
  expect((await status()).conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False' }));
  await running.look();
  expect(await Promise.all(kinds.map((kind) => ground.client.get(kind, id)))).toEqual(before);
});

it('a Secret that is gone by then is not needed to delete the pool', async () => {
  const stringData = { username: 'pull', password: 'glpat-hush' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { ...ref, name: 'pull' }, stringData };
  await applyObjects(ground.server, secret);
  const registries = { credentials: [{ registry: 'registry.example.com', secretName: 'pull' }] };
  const running = await ready({ registries }, { acceptRisks: ['CredentialsInUserData'] });
  expect((await spec(ec2nodeclasses)).userData).toContain('glpat-hush');
  await ground.server.kubectl('delete', 'secret', 'pull');
  await told('False SecretMissing');
  await gone();
  expect(JSON.stringify(running.log.entries)).not.toContain('glpat-hush');
  expect(await events()).not.toContain('glpat-hush');
});

it('another token replaces the manager; without any, the manager stays, and the pool can be deleted', async () => {
  const made = { namespace: ref.namespace, name: 'builders-manager' };
  const manager = () => ground.client.get(deployments, made);
  const secretsSeen = () => {
    const path = "jsonpath={.spec.template.metadata.annotations['sallyport\\.dev/secrets']}";
    return ground.server.kubectl('get', 'deployment', made.name, '-o', path);
  };
  const tells = (words: string) => ground.told(`runnerpool/${ref.name}`, words, 'ManagerReady');
  await token('glrt-hush-1');
  const running = await ready({}, { gitlab });
  await tells('False RollingOut');
  const first = await secretsSeen();

  await token('glrt-hush-2');
  await eventually(async () => expect(await secretsSeen()).not.toBe(first));
  const second = await manager();
  await ground.server.kubectl('delete', 'secret', 'runner-token');
  await tells('False SecretMissing');
  await running.look();
  expect(await manager()).toEqual(second);

  await gone();
  expect(await manager()).toBeUndefined();
  expect(JSON.stringify(running.log.entries) + (await events())).not.toContain('glrt-hush');
});

it('it is gone when what it made is, says what it waits for, and needs no Secret meanwhile', async () => {
  await token('glrt-hush');
  await ready({}, { gitlab });
  await ground.client.patch(ec2nodeclasses, id, { metadata: { finalizers: ['karpenter.k8s.aws/termination'] } });
  await ground.client.delete(runnerpools, ref);
  await told('False Deleting: waits until these have gone: EC2NodeClass default.builders');
  await ground.server.kubectl('delete', 'secret', gitlab.tokenSecret.name);
  await ground.client.patch(ec2nodeclasses, id, { metadata: { finalizers: [] } });
  await eventually(async () => expect(await ground.client.get(runnerpools, ref)).toBeUndefined());
  await nothingLeft();
});

it("with Retain, what it made stays and is nobody's", async () => {
  await ready({}, { deletionPolicy: 'Retain' });
  await ground.client.delete(runnerpools, ref);
  await eventually(async () => expect(await ground.client.get(runnerpools, ref)).toBeUndefined());
  for (const kind of kinds) {
    const { labels = {}, annotations = {} } = (await ground.client.get(kind, id))?.metadata ?? {};
    expect(Object.keys({ ...labels, ...annotations }).filter((key) => key.includes('sallyport.dev'))).toEqual([]);
  }
  await declare();
  await told('False NotOurs: EC2NodeClass default.builders was not made for this by Sallyport');
});

it('in mode Plan nothing is written, and what would be is told', async () => {
  const running = start();
  await declare({}, { mode: 'Plan' });
  await told(
    'False Planned: Apply EC2NodeClass default.builders, Apply NodePool default.builders; mode is Plan, so nothing is written',
  );
  await running.look();
  await nothingLeft();
  expect(new Set(running.client.calls)).toEqual(new Set(['apply RunnerPool']));
});

it('killed at each call, another goes on to the same end', async () => {
  const ends = {
    made: async () => {
      for (const kind of kinds) await spec(kind);
      expect((await status()).conditions).toContainEqual(expect.objectContaining({ reason: 'AwaitingKarpenter' }));
    },
    deleted: async () => {
      expect(await ground.client.get(runnerpools, ref)).toBeUndefined();
      await nothingLeft();
    },
  };
  for (const stage of ['made', 'deleted'] as const) {
    if (stage === 'made') await declare();
    else await ground.client.delete(runnerpools, ref);
    let deaths = -1;
    for (let isDead = true; isDead; deaths++) {
      const running = start({ allowed: 1 });
      await eventually(async () => {
        await running.look();
        if (!running.client.isDead) await ends[stage]();
      });
      isDead = running.client.isDead;
      await running.stop();
    }
    expect(deaths).toBeGreaterThanOrEqual(3);
    await ends[stage]();
  }
});

it('UserDataOnly: whoever starts nodes reads it from a ConfigMap', async () => {
  start();
  await declare({ provisioner: 'UserDataOnly', karpenter: undefined });
  await told('True Ready');
  const map = await ground.client.get(configMaps, { ...ref, name: 'builders-user-data' });
  expect(map?.data?.['user-data']).toContain('"sallyport.dev/runner-pool" = "default.builders"');
});

it('LaunchTemplate: a version is made when bytes change, once, and the default one is let be', async () => {
  const ec2 = ground.edge.clientFor('111111111111', 'eu-west-1');
  const LaunchTemplateData = { ImageId: 'ami-0123456789abcdef0', InstanceType: 'm7i.large' } as const;
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: 'runners', LaunchTemplateData }),
  );
  const LaunchTemplateId = LaunchTemplate?.LaunchTemplateId ?? '';
  const versions = async () =>
    (await ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Latest', '$Default'] })))
      .LaunchTemplateVersions ?? [];
  const launchTemplate = { account: 'shared', region: 'eu-west-1', id: LaunchTemplateId };
  const byTemplate = { provisioner: 'LaunchTemplate', karpenter: undefined, launchTemplate };
  const writes = () => ground.edge.count({ action: 'CreateLaunchTemplateVersion' });
  const operator = ground.operator({ resyncMs: 300, pollMs: 300 });
  await ground.apply(awsAccount('shared'), manifest(byTemplate));
  await eventually(async () => expect((await status()).nodes?.launchTemplate).toEqual({ version: 2, default: 1 }));
  await told('True Ready');
  const latest = (await versions()).find(({ VersionNumber }) => VersionNumber === 2);
  expect(latest?.LaunchTemplateData).toMatchObject({
    ...LaunchTemplateData,
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
  });
  expect(Buffer.from(latest?.LaunchTemplateData?.UserData ?? '', 'base64').toString()).toContain('default.builders');

  const reads = ground.edge.count({ action: 'DescribeLaunchTemplateVersions' });
  await eventually(() =>
    expect(ground.edge.count({ action: 'DescribeLaunchTemplateVersions' })).toBeGreaterThan(reads + 2),
  );
  expect(writes()).toBe(1);

  await ground.apply(manifest(byTemplate, {}, 'others'));
  await told(
    `False LaunchTemplateTaken: launch template ${LaunchTemplateId} is that of RunnerPool default/builders, which was first`,
    'others',
  );
  await ground.client.delete(runnerpools, { ...ref, name: 'others' });

  // Made, and its answer lost.
  ground.edge.fault({ match: { action: 'CreateLaunchTemplateVersion' }, effect: resetAfter(), times: 1 });
  await declare({ ...byTemplate, userData: 'settings.motd = "a"' });
  await eventually(async () => expect((await status()).nodes?.launchTemplate).toEqual({ version: 3, default: 1 }));
  expect(writes()).toBe(3);
  await ground.client.delete(runnerpools, ref);
  await eventually(async () => expect(await ground.client.get(runnerpools, ref)).toBeUndefined());
  expect(writes()).toBe(3);
  expect((await versions()).map(({ VersionNumber }) => VersionNumber)).toContain(3);
  await operator.stop();
});
