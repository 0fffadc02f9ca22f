import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { DoctorReport } from '../../src/doctor/report.js';
import { permissions } from '../../src/iam/permissions.js';
import { policiesFor } from '../../src/iam/policy.js';
import { services } from '../../src/interception/pods.js';
import { configMaps } from '../../src/kube/owned/resources.js';
import type { KubeObject } from '../../src/kube/resource.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { makePod, makeReady } from '../support/cluster-dns.js';
import { commandsOf, fences } from '../support/console.js';
import { applyCrds, applyObjects, hurried } from '../support/crds.js';
import { type Ground, startGround } from '../support/ground.js';
import { readerConfig } from '../support/readers.js';
import { type Ran, sallyport } from '../support/sallyport.js';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
const kubeSystem = { namespace: 'kube-system' };
const Corefile = '.:53 {\n    errors\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n    reload\n}\n';

let ground: Ground;
let page: string;
/** Of a user who may do what docs/doctor.md says, and no more. */
let kubeconfig: string;

beforeAll(async () => {
  ground = await startGround();
  page = await readFile('docs/doctor.md', 'utf8');
  await makeDns();
  await installOperator();
  kubeconfig = await doctorsConfig();
});
afterAll(() => ground.stop());

/** As kubeadm installs CoreDNS, or who `manager` is. */
async function makeDns(manager = 'kubeadm'): Promise<void> {
  const labels = { 'k8s-app': 'kube-dns' };
  await writeCorefile(manager);
  const spec = { selector: labels, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }] };
  await ground.client.apply<KubeObject>(
    services,
    { metadata: { ...kubeSystem, name: 'kube-dns', labels }, spec },
    { manager },
  );
  const pod = { ...kubeSystem, name: 'coredns-a', labels };
  await makePod(ground, pod, { name: 'dns', port: 53 });
  await makeReady(ground, pod, '10.0.0.53');
}

async function writeCorefile(manager: string): Promise<void> {
  await ground.client.apply(
    configMaps,
    { metadata: { ...kubeSystem, name: 'coredns' }, data: { Corefile } },
    { manager },
  );
}

/** What the chart makes for a pod that leads. */
async function installOperator(): Promise<void> {
  const { kubectl } = ground.server;
  await kubectl('create', 'serviceaccount', 'sallyport');
  await kubectl(
    'create',
    'clusterrolebinding',
    'sallyport',
    '--clusterrole=cluster-admin',
    '--serviceaccount=default:sallyport',
  );
  const containers = [{ name: 'sallyport', image: `ghcr.io/example/sallyport:${version}` }];
  await applyObjects(ground.server, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name: 'sallyport-6d9f' },
    spec: { serviceAccountName: 'sallyport', containers },
  });
}

async function doctorsConfig(): Promise<string> {
  const [rbac] = fences(page, 'yaml');
  await applyObjects(ground.server, parse(rbac?.text ?? '') as object);
  return readerConfig(ground.server, { clusterrole: 'sallyport-doctor' });
}

/** Whatever it finds, it changes nothing in AWS; and whom it runs as may change nothing in the cluster. */
async function doctor(...args: string[]): Promise<Ran> {
  const changes = ground.edge.count({ mutating: true });
  const ran = await sallyport(['doctor', ...args], { KUBECONFIG: kubeconfig });
  expect(ground.edge.count({ mutating: true })).toBe(changes);
  return ran;
}

/** `failure crds: the CRD runnerpools.sallyport.dev is missing`, of all that is not ok. */
async function found(...args: string[]): Promise<{ exitCode: number; findings: string[] }> {
  const { exitCode, stdout } = await doctor('-o', 'json', ...args);
  const { findings, summary }: DoctorReport = JSON.parse(stdout);
  const total = Object.values(summary).reduce((sum, count) => sum + count, 0);
  expect(total).toBe(findings.length);
  return {
    exitCode,
    findings: findings
      .filter(({ level }) => level !== 'ok')
      .map(({ check, level, message }) => `${level} ${check}: ${message}`),
  };
}

it('looks at a cluster before an install, with the manifests that are to come', async () => {
  await hurried(ground.server, ground.server.kubectl('delete', '-f', 'crds'));
  const { exitCode, findings } = await found('-f', 'examples/quickstart');
  expect(findings).toEqual([
    'note crds: Sallyport is not installed here: none of its CRDs is there',
    'note operator: no operator has run here yet: there is no Lease sallyport',
    ...['shared', 'team-a', 'team-b'].map(
      (name) => `unchecked permissions: ${name}: not tried are ec2:DeleteTags (no rule is made yet)`,
    ),
  ]);
  expect(exitCode).toBe(0);
  await applyCrds(ground.server);
});

it('finds nothing in a cluster where all is well, and tells what it looked at', async () => {
  ground.operator({ identity: 'sallyport-6d9f' });
  const group = await ground.makeGroup('shared/eu-west-1', { name: 'gitlab' });
  await ground.apply(awsAccount('shared'), awsAccount('team-a'));
  await ground.apply(cidrSet('office', ['203.0.113.0/24'], into(group, { accounts: { names: ['shared'] } })));
  await ground.told('cidrset/office', 'True InSync');
  const { exitCode, stdout } = await doctor();
  expect(settled(stdout).split('\n')).toEqual([
    'cluster      ok        Kubernetes 1.36.3 is supported (1.31 to 1.36)',
    'crds         ok        all 4 CRDs are those of this release',
    'operator     ok        sallyport-6d9f in default leads, since ?; default/sallyport may do in the cluster what was asked about',
    'access       ok        you may read all that is looked at',
    'dns          ok        CoreDNS has its Corefile from ConfigMap kube-system/coredns; 1 of 1 DNS pod ready; interception would be by ClusterDNS: CoreDNS has its Corefile in a ConfigMap that nobody else keeps',
    'add-ons      ok        no resource needs another program in the cluster',
    'accounts     ok        shared (111111111111) can be entered; team-a (222222222222) can be entered',
    'permissions  ok        shared allows 12 of 12 actions; team-a: no resource asks for anything there',
    'quotas       ok        1 group of sets, none above 80 % of its quota',
    "clock        ok        this machine's clock agrees with the API server and AWS",
    `versions     ok        sallyport ${version} on Node ?`,
    '',
    '15 ok',
    '',
  ]);
  expect(exitCode).toBe(0);
});

it('one account that hangs is told, and delays nobody', async () => {
  // No account of another test: the operator may hang with it, and keep its session, for longer than this.
  const accountId = '444444444444';
  const roleArn = `arn:aws:iam::${accountId}:role/sallyport`;
  await ground.apply(awsAccount('team-c', { accountId, roleArn }));
  const hangs = ground.edge.fault({ match: { accountId }, effect: () => new Promise(() => {}) });
  const { exitCode, findings } = await found('--timeout', '10');
  expect(findings).toEqual(['unchecked accounts: AwsAccount/team-c gave no answer within 10 s']);
  expect(exitCode).toBe(0);
  hangs.stop();
  await ground.server.kubectl('delete', 'awsaccount', 'team-c');
});

it('tells what is wrong, where, and what to do, as the page shows', async () => {
  const rules = Array.from({ length: 50 }, (_, i) => `tcp/443 198.51.100.${2 * i}/32`);
  const nearly = await ground.makeGroup('shared/eu-west-1', { name: 'gitlab-nlb-2', rules });
  // Before the operator knows of the account: a session that it has would be good for an hour.
  ground.edge.role('arn:aws:iam::333333333333:role/sallyport', { denied: true });
  await ground.apply(awsAccount('team-b', { roleArn: 'arn:aws:iam::333333333333:role/sallyport' }));
  await ground.apply(cidrSet('vpn', ['192.0.2.0/24'], into(nearly, { accounts: { names: ['shared'] } })));
  await ground.told('cidrset/vpn', 'True InSync');
  const lacking = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/rulesPerSecurityGroup';
  const patch = JSON.stringify([{ op: 'remove', path: lacking }]);
  await ground.server.kubectl('patch', 'crd', 'awsaccounts.sallyport.dev', '--type=json', '-p', patch);
  await hurried(ground.server, ground.server.kubectl('delete', 'crd', 'runnerpools.sallyport.dev'));
  await writeCorefile('eks');
  const withoutRevoke = permissions.map((each) => ({
    ...each,
    actions: each.actions.filter((action) => action !== 'ec2:RevokeSecurityGroupIngress'),
  }));
  ground.edge.permit(policiesFor(withoutRevoke, { partition: 'aws' }));

  const { exitCode, findings } = await found('-f', 'examples/runner-pool/bottlerocket.yaml');
  expect(findings).toEqual([
    'failure crds: the CRD awsaccounts.sallyport.dev is older than this release: it lacks spec.rulesPerSecurityGroup, which the API server takes out of what you write',
    'failure crds: the CRD runnerpools.sallyport.dev is missing',
    'note dns: CoreDNS is the EKS add-on, which puts its own Corefile back',
    expect.stringMatching(
      /^failure add-ons: \S+ needs Karpenter, and the cluster doesn't serve nodepools.karpenter.sh\/v1/,
    ),
    expect.stringMatching(
      /^failure accounts: team-b \(333333333333\) can't be entered: sts:AssumeRole on \S+ was denied$/,
    ),
    "failure permissions: shared doesn't allow ec2:RevokeSecurityGroupIngress",
    `warning quotas: shared/eu-west-1 ${nearly.id} (gitlab-nlb-2) is nearly full: 51 of 60 inbound IPv4 rules`,
  ]);
  expect(exitCode).toBe(1);

  const shown = fences(page, 'console').flatMap(({ text }) => commandsOf(text));
  expect(shown.length).toBeGreaterThan(0);
  for (const { command, printed } of shown) {
    const [, ...args] = command.split(' ');
    const { stdout } = await sallyport(args, { KUBECONFIG: kubeconfig });
    for (const line of printed.filter((each) => each.trim() !== '...')) {
      expect({ command, printed: settled(stdout).split('\n') }).toEqual({
        command,
        printed: expect.arrayContaining([settled(line)]),
      });
    }
  }
});

/** What differs from run to run. */
function settled(output: string): string {
  return output
    .replace(/sg-\w+/g, 'sg-?')
    .replace(/since \d+ \w+/, 'since ?')
    .replace(/on Node \S+/, 'on Node ?');
}

it('ends with 2 where the cluster gives no answer, or the command is wrong', async () => {
  const nowhere = join(await mkdtemp(join(tmpdir(), 'sallyport-nowhere-')), 'kubeconfig');
  await writeFile(
    nowhere,
    (await readFile(kubeconfig, 'utf8')).replace(/"server":"[^"]+"/, '"server":"https://127.0.0.1:9"'),
  );
  const unreachable = await sallyport(['doctor'], { KUBECONFIG: nowhere });
  expect(unreachable).toMatchObject({ exitCode: 2, stdout: '' });
  expect(unreachable.stderr).toMatch(/^sallyport doctor: get \/version of https:\/\/127\.0\.0\.1:9: NoAnswer: .*\n$/m);
  expect(await doctor('--account', 'nobody')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('sallyport doctor: there is no AwsAccount nobody'),
  });
  expect((await doctor('--loud')).exitCode).toBe(2);
});
