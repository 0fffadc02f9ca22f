import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PlanReport } from '../../src/plan/report.js';
import { awsAccount, type Manifest, privateLinkEndpoint } from '../support/cluster.js';
import { applyObjects } from '../support/crds.js';
import { corefile, declareDns, writeCorefile } from '../support/declared-dns.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { makeCertificate } from '../support/https.js';
import { applyKarpenterCrds } from '../support/karpenter.js';
import { sallyport } from '../support/sallyport.js';

const LB = 'service.beta.kubernetes.io/aws-load-balancer';

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
  await applyKarpenterCrds(ground.server);
  await declareDns(ground);
  const { pem, key } = makeCertificate(['gitlab.example.com', 'gitlab.privatelink.example.com']);
  const secret = { apiVersion: 'v1', kind: 'Secret' };
  await applyObjects(
    ground.server,
    {
      ...secret,
      metadata: { namespace: 'default', name: 'names' },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': pem, 'tls.key': key },
    },
    { ...secret, metadata: { namespace: 'default', name: 'runner' }, stringData: { token: 'glrt-0123456789' } },
  );
});
afterAll(() => ground.stop());

const gitlab = (proxy: object = {}, hosts: object[] = []): Manifest =>
  privateLinkEndpoint('gitlab', {
    zone: 'privatelink.example.com',
    hosts: [{ public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' }, ...hosts] as never,
    service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
    consumers: [],
    interception: { mode: 'ClusterDNS' },
    proxy: {
      certificate: { secretName: 'names' },
      upstream: { address: 'gitlab.internal:443' },
      // Not in the order in which the API server gives them.
      loadBalancer: { annotations: { [`${LB}-subnets`]: 'subnet-1', [`${LB}-name`]: 'gitlab' } },
      ...proxy,
    },
  });

const builders = (nodes: object = {}): Manifest => ({
  kind: 'RunnerPool',
  metadata: { namespace: 'default', name: 'builders' },
  spec: {
    nodes: {
      os: 'Bottlerocket',
      karpenter: {
        ami: { alias: 'bottlerocket@v1.50.0' },
        role: 'ci-nodes',
        subnets: { tags: { tier: 'ci', role: 'runners' } },
        securityGroups: { tags: { role: 'runners' } },
      },
      ...nodes,
    },
    gitlab: { url: 'https://gitlab.example.com', tokenSecret: { name: 'runner', key: 'token' } },
  },
});

async function plan(args: string, ...manifests: Manifest[]) {
  const documents = manifests.map((manifest) => JSON.stringify({ apiVersion: 'sallyport.dev/v1alpha1', ...manifest }));
  return sallyport(
    ['plan', ...args.split(' ').filter(Boolean), ...(manifests.length > 0 ? ['-f', '-'] : [])],
    { KUBECONFIG: ground.server.kubeconfig, HOME: '/nonexistent' },
    documents.join('\n---\n'),
  );
}

/** `~ default/gitlab-proxy Deployment (spec.replicas)`, all of the cluster. */
async function changes(...manifests: Manifest[]): Promise<string[]> {
  const { scopes } = JSON.parse((await plan('-o json', ...manifests)).stdout) as PlanReport;
  const objects = scopes.filter(({ account }) => !account).flatMap((scope) => scope.objects);
  return objects.flatMap(({ id, changes: all }) =>
    all.map(({ sign, value, description, held }) =>
      [sign, id, value, ...(description ? [`(${description})`] : []), ...(held ? [held] : [])].join(' '),
    ),
  );
}

const rewrite = 'rewrite stop name exact gitlab.example.com gitlab.privatelink.example.com';
const made = [
  '+ default.builders EC2NodeClass',
  '+ default.builders NodePool',
  ...['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'Role', 'RoleBinding', 'ServiceAccount'].map(
    (kind) => `+ default/builders-manager ${kind}`,
  ),
  '+ default/builders-jobs NetworkPolicy',
  '+ default/builders-jobs ServiceAccount',
  ...['ConfigMap', 'Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'Service'].map(
    (kind) => `+ default/gitlab-proxy ${kind}`,
  ),
];

it('what is planned for the cluster is what the operator does there, and then there is nothing to do', async () => {
  const manifests = [awsAccount('shared'), gitlab(), builders()];
  const corefileLine = `+ kube-system/coredns ${rewrite} (once resolvers find the private names)`;
  const planned = await changes(...manifests);
  expect(planned.sort()).toEqual([...made, corefileLine].sort());

  const text = await plan('', ...manifests);
  expect(text.exitCode).toBe(2);
  expect(text.stdout).toContain('in the cluster\n');
  expect(text.stdout).toContain('\n  default/gitlab-proxy\n    + ConfigMap            default/gitlab\n');
  expect(text.stdout).toContain(`\n  kube-system/coredns\n    + ${rewrite}  default/gitlab (once resolvers`);
  expect(text.stdout).toMatch(new RegExp(`\nPlan: ${made.length + 1} to add, 0 to change, 0 to remove, `));

  const operator = ground.operator({ resyncMs: 500, pollMs: 500 });
  await ground.apply(...manifests);
  const left = () => changes();
  await eventually(async () => expect(await left()).toEqual([corefileLine]));
  await operator.stop();
  await writeCorefile(
    ground,
    corefile.replace('{\n', `{\n    ${rewrite} # managed by sallyport.dev: default/gitlab\n`),
  );
  const rest = await plan('', ...manifests);
  expect(rest.stdout).toMatch(new RegExp(`^In sync: .*, ${made.length} cluster objects, `));
  expect(rest.exitCode).toBe(0);
});

it('tells what of an object changes, which nodes go, and what only a person can see to', async () => {
  await applyObjects(ground.server, {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: { name: 'builders-1', labels: { 'sallyport.dev/runner-pool': 'default.builders' } },
    spec: {
      nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default.builders' },
      requirements: [],
    },
  });
  expect(await changes(gitlab({ replicas: 5 }), builders({ labels: { team: 'ci' } }))).toEqual([
    '~ default.builders NodePool (spec.template.metadata.labels.team)',
    '~ default/gitlab-proxy Deployment (spec.replicas)',
  ]);
  const { stdout } = await plan('', builders({ labels: { team: 'ci' } }));
  expect(stdout).toContain(
    '\n! default/builders: NodePool spec.template.metadata.labels replaces 1 node, at most 10% at once\n',
  );

  const registry = { public: 'registry.example.com', private: 'registry.privatelink.example.com' };
  const more = await plan('', gitlab({}, [registry]));
  expect(more.stdout).toContain('    ~ ConfigMap  default/gitlab (once the step before is done)\n');
  expect(more.stdout).toContain(
    '\n! default/gitlab: the certificate in Secret default/names lacks registry.example.com',
  );
  const planOnly = gitlab({ replicas: 5 });
  expect(await changes({ ...planOnly, spec: { ...planOnly.spec, mode: 'Plan' } })).toEqual([
    '~ default/gitlab-proxy Deployment (spec.replicas) PlanMode',
  ]);
});

it('with --prune, what no manifest has goes, the lines of the Corefile too', async () => {
  const { stdout } = await plan('--prune', awsAccount('shared'));
  for (const kind of ['Deployment', 'Service', 'EC2NodeClass', 'RoleBinding']) {
    expect(stdout).toMatch(new RegExp(`\n {4}- ${kind} +default/(gitlab|builders)\n`));
  }
  expect(stdout).toContain(`\n    - ${rewrite}  default/gitlab\n`);
  expect(stdout).toMatch(new RegExp(`\nPlan: 0 to add, 0 to change, ${made.length + 1} to remove, `));
});

it('without a cluster, says whose part there it leaves out', async () => {
  const { stdout } = await plan('--no-cluster --owner-id elsewhere', awsAccount('shared'), gitlab(), builders());
  expect(stdout).toContain(
    'default/gitlab, default/builders: the part in the cluster is not planned for without one.\nIn sync: ',
  );
});
