import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { type ConfigMap, configMaps, deployments, networkPolicies, services } from '../../src/kube/owned/resources.js';
import type { KubeObject } from '../../src/kube/resource.js';
import { certificates, proxyKinds } from '../../src/proxy/deployment/objects.js';
import { registry as telemetry } from '../../src/telemetry/metrics.js';
import { startCaddy } from '../support/caddy.js';
import { type Cluster, privateLinkEndpoint, startCluster } from '../support/cluster.js';
import { applyObjects } from '../support/crds.js';
import { eventually } from '../support/eventually.js';
import { type Certificate, makeCertificate } from '../support/https.js';
import { freePort } from '../support/ports.js';
import { giveLoadBalancer, kindsThere, Proxies, rollOut } from '../support/proxies.js';
import { startUpstream } from '../support/upstream.js';

const ref = { namespace: 'default', name: 'gitlab-proxy' };
const hosts = [{ public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' }];
const registry = { public: 'registry.example.com', private: 'registry.privatelink.example.com' };
const both = [...hosts, registry];
const names = ['gitlab.example.com', '*.privatelink.example.com'];
const LB = 'service.beta.kubernetes.io/aws-load-balancer-';
const ARN = 'arn:aws:acm:eu-west-1:111111111111:certificate/0123abcd-01ab-01ab-01ab-0123456789ab';
const all = ['ConfigMap', 'NetworkPolicy', 'Deployment', 'Service', 'PodDisruptionBudget'];

let cluster: Cluster;
let proxies: Proxies | undefined;
let certificate: Certificate;

beforeAll(async () => {
  cluster = await startCluster();
  certificate = makeCertificate(names);
});
afterAll(() => cluster.stop());

beforeEach(() => writeSecret(certificate));
afterEach(async () => {
  await proxies?.stop();
  proxies = undefined;
  await sweep();
});

/** Here are no garbage collector, and not the controller that owns the other finalizer. */
async function sweep(): Promise<void> {
  const { items } = await cluster.client.list(privatelinkendpoints);
  for (const { metadata } of items) {
    await cluster.client.patch(privatelinkendpoints, metadata, { metadata: { finalizers: [] } });
    await cluster.client.delete(privatelinkendpoints, metadata);
  }
  for (const kind of proxyKinds) await cluster.client.delete(kind, ref);
  for (const kind of ['secrets', 'events']) await cluster.server.kubectl('delete', kind, '--all');
}

async function writeSecret({ pem, key }: Certificate, type = 'kubernetes.io/tls'): Promise<void> {
  const stringData = { 'tls.crt': pem, 'tls.key': key };
  await applyObjects(cluster.server, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...ref, name: 'names' },
    type,
    stringData,
  });
}

interface Declared {
  /** Null: there is to be none. */
  proxy?: object | null;
  [field: string]: unknown;
}

async function declare({ proxy = {}, ...more }: Declared = {}): Promise<void> {
  await cluster.apply(
    privateLinkEndpoint('gitlab', {
      zone: 'privatelink.example.com',
      hosts,
      service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
      consumers: [],
      ...(proxy && {
        proxy: { certificate: { secretName: 'names' }, upstream: { address: 'gitlab.internal:443' }, ...proxy },
      }),
      ...more,
    }),
  );
}

function start(options?: ConstructorParameters<typeof Proxies>[1]): Proxies {
  proxies = new Proxies(cluster, options);
  return proxies;
}

async function get<T extends KubeObject>(
  kind: typeof deployments | typeof services | typeof networkPolicies,
): Promise<T> {
  const found = await cluster.client.get(kind, ref);
  if (!found) throw new Error(`there is no ${kind.kind}`);
  return found as T;
}
const deployment = () => get<V1Deployment & KubeObject>(deployments);
const service = () => get<V1Service & KubeObject>(services);

async function config(): Promise<string> {
  return (await cluster.client.get<ConfigMap>(configMaps, ref))?.data?.['caddy.json'] ?? '';
}

async function events(): Promise<string> {
  await proxies?.flush();
  return cluster.server.kubectl('get', 'events', '-o', 'custom-columns=:reason,:message', '--no-headers');
}

/** What is told of `gitlab`: `available_pods 2`. */
async function metrics(): Promise<string[]> {
  const told = (await telemetry.metrics()).matchAll(
    /^sallyport_proxy_(\w+)\{namespace="default",name="gitlab"\} (\S+)$/gm,
  );
  return [...told].map(([, name, value]) => `${name} ${value}`);
}

/** A proxy that is Ready. */
async function ready(spec?: Declared): Promise<Proxies> {
  const running = start();
  await declare(spec);
  await running.told('False RollingOut: Deployment default/gitlab-proxy has 0/');
  await rollOut(cluster);
  await running.told('False LoadBalancerPending: Service default/gitlab-proxy has no load balancer yet');
  await giveLoadBalancer(cluster, 'gitlab-0123.elb.eu-west-1.amazonaws.com');
  await running.told('True Ready');
  return running;
}

it('is Ready when its pods are and its load balancer is, and then nothing more is written', async () => {
  const running = await ready();
  const { status, finding } = await running.told('True Ready');
  expect(finding.message).toMatch(/^2\/2 pods, certificate until 20\d\d-/);
  expect(status).toEqual({
    service: 'gitlab-proxy',
    loadBalancer: 'gitlab-0123.elb.eu-west-1.amazonaws.com',
    replicas: '2/2',
    certificateExpires: expect.stringMatching(/^20.*Z$/),
  });
  const seconds = Date.parse(status.certificateExpires ?? '') / 1000;
  expect(await metrics()).toEqual(['available_pods 2', `certificate_expiry_timestamp_seconds ${seconds}`]);
  expect(await kindsThere(cluster, proxyKinds)).toEqual(all);
  expect(running.client.calls).toEqual(['patch PrivateLinkEndpoint', ...all.map((kind) => `apply ${kind}`)]);
  await running.look();
  expect(running.client.mutations).toBe(6);
  expect(await events()).toMatch(/DeploymentApplied +Made Deployment default\/gitlab-proxy/);
  const { metadata } = await cluster.endpoint('gitlab');
  expect((await service()).metadata.ownerReferences).toMatchObject([
    { kind: 'PrivateLinkEndpoint', uid: metadata.uid },
  ]);
});

it('what somebody changes or deletes is put back, and what others add is let be', async () => {
  const running = await ready();
  const { kubectl } = cluster.server;
  await kubectl('scale', 'deployment', ref.name, '--replicas=5');
  await kubectl('annotate', 'service', ref.name, 'example.com/note=theirs');
  await kubectl('delete', 'pdb', ref.name);
  const rule = '[{"op":"add","path":"/spec/ingress/-","value":{}}]';
  await kubectl('patch', 'networkpolicy', ref.name, '--type=json', '-p', rule);
  await kubectl('patch', 'configmap', ref.name, '-p', '{"data":{"caddy.json":"{}"}}');
  await eventually(async () => {
    expect((await deployment()).spec?.replicas).toBe(2);
    expect((await get<KubeObject & { spec: { ingress: object[] } }>(networkPolicies)).spec.ingress).toHaveLength(1);
    expect(await config()).toContain('gitlab.internal:443');
    expect(await kindsThere(cluster, proxyKinds)).toEqual(all);
  });
  await running.look();
  const { mutations } = running.client;
  await running.look();
  expect(running.client.mutations).toBe(mutations);
  expect((await service()).metadata.annotations).toMatchObject({ 'example.com/note': 'theirs' });
  const told = await events();
  expect(told).toMatch(/DriftReverted +kubectl changed Deployment default\/gitlab-proxy; put back spec.replicas\n/);
  expect(told).toMatch(/DriftReverted +Somebody deleted PodDisruptionBudget default\/gitlab-proxy; made it again\n/);
});

it('what is declared no more goes: TLS at the load balancer needs no Secret', async () => {
  const running = await ready();
  const { annotations: before } = (await service()).metadata;
  expect(before).toMatchObject({ [`${LB}listener-attributes.TCP-443`]: 'tcp.idle_timeout.seconds=6000' });
  await declare({
    proxy: { certificate: { arn: ARN }, loadBalancer: { annotations: { [`${LB}attributes`]: 'a=b' } } },
  });
  await running.told('False RollingOut');
  const { metadata, spec } = await service();
  expect(metadata.annotations).toMatchObject({
    [`${LB}ssl-cert`]: ARN,
    [`${LB}ssl-ports`]: '443',
    [`${LB}attributes`]: 'a=b',
  });
  expect(metadata.annotations).not.toHaveProperty(`${LB}listener-attributes.TCP-443`);
  expect(spec).toMatchObject({ type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' });
  const { template } = (await deployment()).spec ?? {};
  expect(template?.spec?.volumes?.map(({ name }) => name)).toEqual(['config', 'data']);
  expect(template?.metadata?.annotations).toBeUndefined();
  expect(await config()).not.toContain('tls_connection_policies');
});

it('a configuration reaches the pods that run; another certificate replaces them', async () => {
  const running = await ready();
  const before = await deployment();
  await declare({ hosts: [{ ...hosts[0], upstream: { address: 'other.internal:443' } }] });
  await eventually(async () => expect(await config()).toContain('other.internal:443'));
  await running.look();
  expect((await deployment()).metadata.generation).toBe(before.metadata.generation);

  await writeSecret(makeCertificate(names));
  await running.told('False RollingOut');
  const after = await deployment();
  expect(after.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
  const digestIn = ({ spec }: V1Deployment) => spec?.template.metadata?.annotations?.['sallyport.dev/certificate'];
  expect(digestIn(after)).toMatch(/^[0-9a-f]{16}$/);
  expect(digestIn(after)).not.toBe(digestIn(before));
});

it('a certificate without all names keeps what runs as it is, until it has them', async () => {
  const running = await ready();
  const before = await config();
  const { metadata } = await deployment();
  const third = { public: 'pages.example.com', private: 'pages.privatelink.example.com' };
  await declare({ hosts: [...both, third] });
  const lacks = 'lacks registry.example.com, pages.example.com; write one there that has them too';
  await running.told(`False CertificateLacksNames: the certificate in Secret default/names ${lacks}`);
  await running.look();
  expect(await config()).toBe(before);
  expect((await deployment()).metadata.generation).toBe(metadata.generation);

  await writeSecret(makeCertificate([...names, registry.public, third.public]));
  await running.told('False RollingOut');
  expect(await config()).toContain('pages.privatelink.example.com');
});

it('without its Secret nothing is made; nothing tells what is in it', async () => {
  await cluster.server.kubectl('delete', 'secret', 'names');
  const running = start();
  await declare();
  const wanted = 'with a certificate for gitlab.example.com, gitlab.privatelink.example.com';
  await running.told(
    `False CertificateMissing: there is no Secret default/names; make one of type kubernetes.io/tls, ${wanted}`,
  );
  expect(await kindsThere(cluster, proxyKinds)).toEqual([]);
  await writeSecret({ ...certificate, key: makeCertificate(names).key });
  await running.told('False CertificateInvalid: Secret default/names has another key in tls.key');
  await writeSecret(certificate);
  await running.told('False RollingOut');
  const secret = certificate.key.split('\n')[1] ?? '';
  const deployed = await cluster.server.kubectl('get', 'deploy,svc,cm,netpol,pdb,events', '-o', 'yaml');
  for (const words of [deployed, JSON.stringify(running.log.entries), JSON.stringify(running.report())]) {
    expect(words).not.toContain(secret);
    expect(words).not.toContain(Buffer.from(certificate.key).toString('base64').slice(0, 40));
  }
});

it("an object of the name that isn't ours is left alone, and named", async () => {
  const theirs = { apiVersion: 'v1', kind: 'Service', metadata: ref, spec: { ports: [{ port: 80 }] } };
  await applyObjects(cluster.server, theirs);
  const running = start();
  await declare();
  await running.told(
    'False NotOurs: Service default/gitlab-proxy was not made for this by Sallyport, and is left alone',
  );
  expect((await service()).spec?.type).toBe('ClusterIP');
  await cluster.server.kubectl('delete', 'service', ref.name);
  await running.told('False RollingOut');
  expect((await service()).spec?.type).toBe('LoadBalancer');
});

it.each([
  ['spec.mode Plan', { mode: 'Plan' }, {}, 'mode is Plan'],
  ['--plan', {}, { planOnly: true }, 'Sallyport runs with --plan'],
])('%s writes nothing, and says what would be made', async (_how, spec, options, why) => {
  const running = start(options);
  await declare(spec);
  const calls = all.map((kind) => `Apply ${kind} default/gitlab-proxy`).join(', ');
  await running.told(`False Planned: ${calls}; ${why}, so nothing is written`);
  await running.look();
  expect(running.client.mutations).toBe(0);
});

async function tellReady(): Promise<void> {
  const { metadata } = await cluster.endpoint('gitlab');
  const lastTransitionTime = new Date().toISOString();
  const { generation: observedGeneration } = metadata;
  const status = {
    conditions: [
      { type: 'Ready', status: 'True', reason: 'Ready', message: '', observedGeneration, lastTransitionTime },
    ],
  };
  const { namespace, name } = metadata;
  const options = { manager: 'sallyport', subresource: 'status' } as const;
  await cluster.client.apply(privatelinkendpoints, { metadata: { namespace: namespace ?? '', name }, status }, options);
}

it('taken out of the spec, it goes once all is Ready without it', async () => {
  const running = await ready();
  await declare({ proxy: null });
  await eventually(() => expect(running.report()).toBeUndefined());
  await running.look();
  expect(await kindsThere(cluster, proxyKinds)).toEqual(all);
  await tellReady();
  await eventually(async () => {
    expect(await kindsThere(cluster, proxyKinds)).toEqual([]);
    expect((await cluster.endpoint('gitlab')).metadata.finalizers).toBeUndefined();
  });
  expect(await events()).toMatch(/DeploymentDeleted +Deleted Deployment default\/gitlab-proxy/);
});

it("deleted with Retain, all stays, and is nobody's", async () => {
  const running = await ready({ deletionPolicy: 'Retain' });
  await cluster.client.delete(privatelinkendpoints, { namespace: 'default', name: 'gitlab' });
  await eventually(async () => expect((await cluster.client.list(privatelinkendpoints)).items).toEqual([]));
  expect(await kindsThere(cluster, proxyKinds)).toEqual(all);
  const { metadata } = await deployment();
  expect(metadata.ownerReferences).toBeUndefined();
  expect(JSON.stringify([metadata.labels, metadata.annotations])).not.toContain('sallyport');
  const unmarked = all.map((kind) => `patch ${kind}`);
  expect([...new Set(running.client.calls.slice(6))]).toEqual([...unmarked, 'patch PrivateLinkEndpoint']);
});

it('deleted with Delete, its objects are left to Kubernetes, which deletes them after it', async () => {
  const running = await ready();
  await cluster.client.delete(privatelinkendpoints, { namespace: 'default', name: 'gitlab' });
  await eventually(async () => expect((await cluster.client.list(privatelinkendpoints)).items).toEqual([]));
  expect(running.client.calls.at(-1)).toBe('patch PrivateLinkEndpoint');
  expect((await deployment()).metadata.ownerReferences).toHaveLength(1);
  expect(await metrics()).toEqual([]);
});

it('killed after any call, the next one ends what it began', async () => {
  for (let allowed = 1; allowed <= 6; allowed++) {
    const first = start({ allowed });
    await declare();
    await first.death();
    const next = start();
    await next.told('False RollingOut');
    expect(await kindsThere(cluster, proxyKinds)).toEqual(all);
    expect(next.client.mutations).toBe(6 - allowed);
    await next.stop();
    await sweep();
    await writeSecret(certificate);
  }
});

it('the API server refuses its pods nothing where Pod Security is restricted', async () => {
  await ready();
  await cluster.server.kubectl('create', 'namespace', 'strict');
  await cluster.server.kubectl('label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=restricted');
  const { template } = (await deployment()).spec ?? {};
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'strict', name: 'caddy' }, spec: template?.spec };
  await applyObjects(cluster.server, pod);
  const { securityContext, ...lax } = template?.spec ?? {};
  const refused = applyObjects(cluster.server, { ...pod, metadata: { namespace: 'strict', name: 'lax' }, spec: lax });
  await expect(refused).rejects.toThrow('violates PodSecurity "restricted:latest"');
});

it('an issuer is asked for all names; where cert-manager is not installed, that is said', async () => {
  await cluster.server.kubectl('delete', 'secret', 'names');
  const running = start();
  await declare({ proxy: { certificate: { secretName: 'names', issuerRef: { name: 'company' } } } });
  await running.told('False KindNotServed: the cluster has no Certificate of cert-manager.io/v1');
  await applyObjects(cluster.server, certificateCrd);
  await running.told('False CertificateMissing: there is no Secret default/names; Issuer company has not filled it');
  expect(await kindsThere(cluster, [certificates, ...proxyKinds])).toEqual(['Certificate']);
  const made = await cluster.client.get(certificates, ref);
  expect(made).toMatchObject({
    spec: {
      secretName: 'names',
      dnsNames: ['gitlab.example.com', 'gitlab.privatelink.example.com'],
      issuerRef: { name: 'company', kind: 'Issuer', group: 'cert-manager.io' },
    },
  });
  await writeSecret(certificate);
  const { status } = await running.told('False RollingOut');
  expect(status.certificate).toBe('gitlab-proxy');
});

/** As far as the API server needs to know it, to take Certificates. */
const certificateCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'certificates.cert-manager.io' },
  spec: {
    group: 'cert-manager.io',
    scope: 'Namespaced',
    names: { kind: 'Certificate', plural: 'certificates', singular: 'certificate', listKind: 'CertificateList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

it('what the ConfigMap has is what Caddy runs, and it answers under both names', async () => {
  const upstream = await startUpstream();
  await ready({ proxy: { upstream: { address: upstream.address, protocol: 'HTTP' } } });
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-proxy-deployment-'));
  const [port, statusPort] = [await freePort(), await freePort()];
  const { template } = (await deployment()).spec ?? {};
  const mounted = template?.spec?.containers[0]?.volumeMounts?.find(({ name }) => name === 'certificate')?.mountPath;
  await writeFile(join(folder, 'tls.crt'), certificate.pem);
  await writeFile(join(folder, 'tls.key'), certificate.key);
  // The container's ports and folder, as they are on this machine.
  const local = (await config())
    .replace('":8443"', `"127.0.0.1:${port}"`)
    .replace('":9180"', `"127.0.0.1:${statusPort}"`)
    .replaceAll(`${mounted}/`, `${folder}/`);
  const caddy = await startCaddy(local, `http://127.0.0.1:${statusPort}/healthz`);
  for (const servername of ['gitlab.example.com', 'gitlab.privatelink.example.com']) {
    const headers = { host: servername };
    const asked = request({ host: '127.0.0.1', port, path: '/', servername, ca: certificate.pem, headers }).end();
    const [{ statusCode }] = (await once(asked, 'response')) as [IncomingMessage];
    expect(statusCode).toBe(200);
    expect(upstream.seen.at(-1)?.headers.host).toBe('gitlab.example.com');
    asked.destroy();
  }
  await caddy.stop();
  upstream.close();
  await rm(folder, { recursive: true });
});

it.each<[what: string, proxy: object, message: string, name?: string]>([
  [
    'an issuer for a certificate of ACM',
    { certificate: { arn: ARN, issuerRef: { name: 'a' } } },
    'has an issuer, which is asked for the Secret; write secretName too, or take issuerRef out',
  ],
  ['a port that nobody has', { upstream: { address: 'gitlab.internal:65536' } }, 'has a port above 65535'],
  ['no replicas', { replicas: 0 }, 'spec.proxy.replicas in body should be greater than or equal to 1'],
  [
    'another class',
    { loadBalancer: { class: 'example.com/lb' } },
    'supported values: "service.k8s.aws/nlb", "eks.amazonaws.com/nlb"',
  ],
  [
    'a public load balancer',
    { loadBalancer: { annotations: { [`${LB}scheme`]: 'internet-facing' } } },
    'has one that the proxy depends on; take out those for scheme',
  ],
  [
    'our own mark',
    { loadBalancer: { annotations: { 'sallyport.dev/owner': 'a' } } },
    "are Sallyport's own marks; take it out",
  ],
  [
    'a name too long for a Service',
    {},
    'the name of the PrivateLinkEndpoint has at most 57 characters',
    'g'.repeat(58),
  ],
  ['a name with a dot', {}, 'has small letters, digits and hyphens only', 'git.lab'],
])('the API server refuses %s, and says what to write instead', async (_what, proxy, message, name = 'refused') => {
  const spec = {
    zone: 'privatelink.example.com',
    hosts,
    service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
    consumers: [],
    proxy: { certificate: { secretName: 'names' }, upstream: { address: 'gitlab.internal:443' }, ...proxy },
  };
  const object = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'PrivateLinkEndpoint', metadata: { name }, spec };
  await expect(applyObjects(cluster.server, object)).rejects.toThrow(message);
});

it('a Service keeps its class, and so does the proxy', async () => {
  await declare();
  const other = declare({ proxy: { loadBalancer: { class: 'eks.amazonaws.com/nlb' } } });
  await expect(other).rejects.toThrow("can't be changed, as a Service keeps its class; take spec.proxy out");
});
