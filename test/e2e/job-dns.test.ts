import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { V1DeploymentSpec } from '@kubernetes/client-node';
import { jobDnsCorefile, jobDnsObjects } from '../../src/interception/job-dns/objects.js';
import { deployments } from '../../src/kube/owned/resources.js';
import { typeOf } from '../../src/kube/resource.js';
import { type ApiServer, startApiServer } from '../support/api-server.js';
import { type CoreDns, startCoreDns } from '../support/coredns.js';
import { applyObjects } from '../support/crds.js';
import { freePort } from '../support/ports.js';

const rewrites = [{ from: 'gitlab.example.com', to: 'gitlab.privatelink.example.com' }];

/** The cluster's own DNS: it knows Services, the private name, and where the public names lead everybody else. */
const clusterDns = (port: number) => `.:${port} {
    bind 127.0.0.1
    hosts {
        10.0.0.1 kubernetes.default.svc.cluster.local
        10.1.0.7 gitlab.privatelink.example.com
        203.0.113.1 gitlab.example.com
        203.0.113.2 registry.gitlab.example.com
    }
}
`;

let cluster: CoreDns;
let jobs: CoreDns;

beforeAll(async () => {
  cluster = await startCoreDns(clusterDns, 'gitlab.example.com');
  const ports = [await freePort(), await freePort(), await freePort()];
  const corefileOn = (port: number) => {
    const corefile = jobDnsCorefile({ rewrites, forwardTo: [`127.0.0.1:${cluster.port}`] }, port);
    // Its other ports, as they are free on this machine.
    return ['health :8080', 'ready :8181', 'prometheus :9153']
      .reduce((text, line, i) => text.replace(line, line.replace(/:\d+/, `127.0.0.1:${ports[i]}`)), corefile)
      .replace('errors', 'errors\n    bind 127.0.0.1');
  };
  jobs = await startCoreDns(corefileOn, 'kubernetes.default.svc.cluster.local');
});
afterAll(async () => {
  await jobs?.stop();
  await cluster?.stop();
});

it.each([
  ['gitlab.example.com', '10.1.0.7'],
  ['GitLab.Example.com', '10.1.0.7'],
  ['gitlab.privatelink.example.com', '10.1.0.7'],
  ['registry.gitlab.example.com', '203.0.113.2'],
  ['kubernetes.default.svc.cluster.local', '10.0.0.1'],
])('a job that asks for %s gets %s', async (name, address) => {
  expect(await jobs.resolver.resolve4(name)).toEqual([address]);
});

it('the API server takes all of it, and its pods where Pod Security is restricted', async () => {
  const server: ApiServer = await startApiServer();
  try {
    await server.kubectl('create', 'namespace', 'ci');
    await server.kubectl('label', 'namespace', 'ci', 'pod-security.kubernetes.io/enforce=restricted');
    const image = 'coredns/coredns:1.15.0';
    const wish = { name: 'gitlab-job-dns', namespace: 'ci', rewrites, forwardTo: ['10.0.0.10'], image, replicas: 2 };
    const objects = jobDnsObjects(wish).map(({ resource, metadata, fields }) => ({
      ...typeOf(resource),
      metadata,
      ...fields,
    }));
    const deployment = jobDnsObjects(wish).find(({ resource }) => resource === deployments);
    const spec = deployment?.fields.spec as V1DeploymentSpec;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'ci', name: 'coredns' },
      spec: spec.template.spec,
    };
    await applyObjects(server, ...objects, pod);
    const listed = await server.kubectl('get', 'cm,deploy,svc,pdb,netpol,pod', '-n', 'ci', '-o', 'name');
    expect(listed.match(/gitlab-job-dns/g)).toHaveLength(5);
  } finally {
    await server.stop();
  }
});
