import { readFile } from 'node:fs/promises';
import { EKSClient } from '@aws-sdk/client-eks';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { READS } from '../../src/plan/permissions.js';
import type { PlanReport } from '../../src/plan/report.js';
import { makeNatGateway } from '../support/aws/network.js';
import { awsAccount, cidrSet, into, type Manifest } from '../support/cluster.js';
import { denied } from '../support/edge/effects.js';
import { EksCluster } from '../support/eks-cluster.js';
import { type Ground, startGround } from '../support/ground.js';
import { type Ran, sallyport } from '../support/sallyport.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const place = 'shared/eu-west-1';

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
});
afterEach(async () => {
  const operator = ground.operator();
  await ground.clean();
  await operator.stop();
  await ground.server.kubectl('delete', 'awsaccounts', '--all');
});
afterAll(() => ground.stop());

/** `sallyport plan`, where a kubeconfig leads to the cluster. Whatever it is asked for, it changes nothing in AWS. */
async function plan(
  args: string,
  manifests: Manifest[] = [],
  kubeconfig: string | undefined = ground.server.kubeconfig,
) {
  const before = ground.edge.count({ mutating: true });
  const documents = manifests.map((manifest) => JSON.stringify({ apiVersion: 'sallyport.dev/v1alpha1', ...manifest }));
  const input = manifests.length > 0 ? ['-f', '-'] : [];
  const ran = await sallyport(
    ['plan', ...args.split(' ').filter(Boolean), ...input],
    { KUBECONFIG: kubeconfig, HOME: '/nonexistent' },
    documents.join('\n---\n'),
  );
  expect(ground.edge.count({ mutating: true })).toBe(before);
  return ran;
}

function withoutCluster(args: string, manifests: Manifest[] = []): Promise<Ran> {
  return plan(args, manifests, '');
}

async function planned(args: string, manifests: Manifest[] = []): Promise<PlanReport> {
  return JSON.parse((await plan(`${args} -o json`, manifests)).stdout);
}

/** `shared/eu-west-1 gitlab-nlb + tcp/443 203.0.113.0/24` */
function changesOf({ scopes }: PlanReport): string[] {
  return scopes.flatMap(({ account, region, objects }) =>
    objects.flatMap(({ name, changes }) =>
      changes.map(({ sign, noun, ports, value, held }) =>
        [account ? `${account}/${region}` : 'cluster', name, sign, ports ?? noun, value, held]
          .filter(Boolean)
          .join(' '),
      ),
    ),
  );
}

it('needs no cluster, and no permission but to read', async () => {
  const { exitCode, stdout } = await withoutCluster('-f examples/quickstart --owner-id elsewhere');
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(
    /^shared \/ eu-west-1\n {2}sg-\w+ {2}gitlab-nlb\n {4}\+ tcp\/443 {2}101.2.192.0\/18 +gitlab-access \(Zscaler hub\)\n/,
  );
  expect(stdout).toMatch(/\n {4}= 3 rules kept, 3 of them made by others\n {4}quota: \d+ of 60 inbound IPv4 rules\n/);
  expect(stdout).toMatch(
    /\n3 accounts, 5 account regions, \d+ groups, 0 rules of this install read with \d+ calls\.\n/,
  );
  expect(stdout).toMatch(/\nPlan: \d+ to add, 0 to change, 0 to remove, 0 groups over quota\.\n$/);

  const whose = await withoutCluster('-f examples/quickstart');
  expect(whose).toMatchObject({ exitCode: 1, stdout: '' });
  expect(whose.stderr).toContain("kubectl get ns kube-system -o jsonpath='{.metadata.uid}'");
});

it('plans as the operator does: what it planned is what is done, and then there is nothing to do', async () => {
  const group = await ground.makeGroup(place, { name: 'as-planned', rules: [`tcp/443 ${B}`] });
  const before = [awsAccount('shared'), cidrSet('office', [A, B], into(group))];
  expect(changesOf(await planned('', before))).toEqual([`${place} as-planned + tcp/443 ${A}`]);

  const operator = ground.operator();
  await ground.apply(...before);
  await ground.told('cidrset/office', 'True InSync');
  await operator.stop();
  const rest = await plan('');
  expect(rest.stdout).toMatch(/^In sync: \d+ groups, 1 rule of this install\. \d+ calls\.\n$/);
  expect(rest.exitCode).toBe(0);

  const after = cidrSet('office', [{ cidr: '192.0.2.0/24', description: 'Porto' }], into(group, { ports: ['tcp/22'] }));
  const changed = await plan('', [after]);
  expect(changed.exitCode).toBe(2);
  expect(changed.stdout).toContain(
    [
      'shared / eu-west-1',
      `  ${group.id}  as-planned`,
      '    + tcp/22   192.0.2.0/24    office (Porto)',
      '    - tcp/443  203.0.113.0/24  office (no longer listed)',
      '    = 1 rule kept, 1 of them made by others',
      '    quota: 2 of 60 inbound IPv4 rules',
    ].join('\n'),
  );
  expect(await group.rules()).toEqual([`* tcp/443 ${A}`, `tcp/443 ${B}`]);
});

it('takes sets that are in no manifest as they are, and with --prune as deleted', async () => {
  const group = await ground.makeGroup(place, { name: 'pruned' });
  const operator = ground.operator();
  await ground.apply(awsAccount('shared'), cidrSet('vpn', [A], into(group)));
  await ground.told('cidrset/vpn', 'True InSync');
  await operator.stop();
  const other = cidrSet('office', [B], into(group));
  expect(changesOf(await planned('', [other]))).toEqual([`${place} pruned + tcp/443 ${B}`]);
  expect(changesOf(await planned('--prune', [other]))).toEqual([
    `${place} pruned + tcp/443 ${B}`,
    `${place} pruned - tcp/443 ${A}`,
  ]);

  // Without the cluster nobody knows of that set: its rules are nobody's to remove.
  const ownerId = await ground.server.kubectl('get', 'ns', 'kube-system', '-o', 'jsonpath={.metadata.uid}');
  const alone = await plan(`--no-cluster --owner-id ${ownerId}`, [awsAccount('shared'), other]);
  expect(alone.stdout).toContain('1 entry of vpn left alone: no such CidrSet is known here.');
  expect(alone.stdout).toContain('Plan: 1 to add, 0 to change, 0 to remove, 1 held, 0 groups over quota.');
});

it('shows sources, every kind of target, and sets in mode Plan, and calls only what it says that it needs', async () => {
  const group = await ground.makeGroup(place, { name: 'everything' });
  await new EksCluster(ground.edge.client(EKSClient, '111111111111', 'eu-west-1'), 'build').make();
  await makeNatGateway(ground.edge.clientFor('111111111111', 'eu-west-1'), { addresses: ['192.0.2.50'] });
  const everything = cidrSet('everything', [A], {
    discover: {
      natGateways: [{ name: 'all' }],
      elasticIps: [{ name: 'all', tags: { none: 'none' } }],
      vpcs: [{ name: 'none', tags: { none: 'none' } }],
    },
    targets: {
      ...into(group).targets,
      prefixLists: [{ name: 'list', shareWith: ['222222222222'] }],
      wafIpSets: [{ name: 'waf' }],
      eksPublicAccess: [{ name: 'eks', clusters: ['build'] }],
      networkPolicies: [{ name: 'everything', namespace: 'default' }],
      configMaps: [{ name: 'everything', namespace: 'default' }],
    },
  });
  const shown = cidrSet('shown', [B], { ...into(group), mode: 'Plan' });
  const before = ground.edge.calls.length;
  const report = await planned(`--own-address ${A}`, [awsAccount('shared'), everything, shown]);
  expect(report.errors).toEqual([]);
  const changes = changesOf(report);
  for (const expected of [
    `${place} everything + tcp/443 192.0.2.50/32`,
    `${place} everything + tcp/443 ${B} PlanMode`,
    `cluster everything + entry 192.0.2.50/32`,
  ]) {
    expect(changes).toContain(expected);
  }
  const targets = report.scopes.flatMap(({ objects }) => objects.map(({ target }) => target));
  expect([...new Set(targets)].sort()).toEqual([
    'configMaps',
    'eksPublicAccess',
    'networkPolicies',
    'prefixLists',
    'securityGroups',
    'wafIpSets',
  ]);

  const called = new Set(ground.edge.calls.slice(before).map(({ service, action }) => `${service}:${action}`));
  const documented = new Set([...Object.values(READS).flat(), 'sts:AssumeRole', 'sts:GetCallerIdentity']);
  expect([...called].filter((action) => !documented.has(action))).toEqual([]);
});

it('plans for the other accounts where one can not be read, names what is missing, and fails', async () => {
  const group = await ground.makeGroup(place, { name: 'readable' });
  ground.edge.role('arn:aws:iam::333333333333:role/sallyport', { denied: true });
  ground.edge.fault({
    match: { accountId: '222222222222', action: 'DescribeSecurityGroupRules' },
    effect: denied(),
  });
  const manifests = [
    awsAccount('shared'),
    awsAccount('team-a'),
    awsAccount('team-b'),
    cidrSet('office', [A], into(group)),
  ];
  const { exitCode, stdout } = await plan('', manifests);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`    + tcp/443  ${A}  office\n`);
  expect(stdout).toContain(
    '! team-b could not be read: sts:AssumeRole on arn:aws:iam::333333333333:role/sallyport was denied',
  );
  expect(stdout).toContain(
    [
      'Missing permissions:',
      '  team-a (222222222222): ec2:DescribeSecurityGroupRules',
      '  team-b (333333333333): sts:AssumeRole',
      '',
    ].join('\n'),
  );

  const only = await plan('--account shared -o markdown', manifests);
  expect(only.exitCode).toBe(2);
  expect(only.stdout).toMatch(
    /^<!-- sallyport plan -->\n\n### Sallyport plan: 1 to add, 0 to change, 0 to remove, 0 groups over quota\n/,
  );
});

it('refuses what it can not plan for, before it reads anything', async () => {
  const refused = async (args: string, manifests: Manifest[] = [], kubeconfig?: string) => {
    const { exitCode, stdout, stderr } = await plan(args, manifests, kubeconfig);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    return stderr.slice(stderr.indexOf('sallyport plan:'));
  };
  const before = ground.edge.calls.length;
  const bad = cidrSet('office', ['10.1.2.3/16'], { mode: 'plan' as 'Plan' });
  expect(await refused('', [bad])).toBe(
    'sallyport plan: -: CidrSet office: spec.mode: must be equal to one of the allowed values: Enforce, Plan, but is "plan"\n',
  );
  expect(await refused('--account moon', [awsAccount('shared')])).toBe('sallyport plan: there is no AwsAccount moon\n');
  expect(await refused('', [], '')).toBe('sallyport plan: there is no kubeconfig; name manifests with -f\n');
  expect(await refused('--no-cluster --prune', [bad])).toContain('--prune compares with a cluster');
  expect(ground.edge.calls.length).toBe(before);
});

it('says in its help what it may read', async () => {
  const { stdout } = await plan('--help');
  for (const action of Object.values(READS).flat()) expect(stdout).toContain(action);
  const page = await readFile('docs/plan.md', 'utf8');
  for (const action of Object.values(READS).flat()) expect(page).toContain(`"${action}"`);
});
