import { readFile } from 'node:fs/promises';
import { EKSClient } from '@aws-sdk/client-eks';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { READS } from '../../src/plan/permissions.js';
import type { PlanReport } from '../../src/plan/report.js';
import { makeNatGateway } from '../support/aws/network.js';
import { awsAccount, cidrSet, into, type Manifest } from '../support/cluster.js';
import { companyAccounts } from '../support/company.js';
import { denied } from '../support/edge/effects.js';
import { EksCluster } from '../support/eks-cluster.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { gitlabHost as hosts, PrivateLinks, runnersSet } from '../support/private-links.js';
import { type Ran, sallyport } from '../support/sallyport.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const place = 'shared/eu-west-1';

let ground: Ground;
let links: PrivateLinks;
beforeAll(async () => {
  ground = await startGround();
  links = await PrivateLinks.make(ground);
});
afterEach(async () => {
  const operator = ground.operator();
  await ground.clean();
  await operator.stop();
  await ground.server.kubectl('delete', 'awsaccounts', '--all');
});
afterAll(() => ground.stop());

const documented = new Set([...Object.values(READS).flat(), 'sts:AssumeRole', 'sts:GetCallerIdentity']);

/** `sallyport plan`, where a kubeconfig leads to the cluster. Whatever it is asked for, it only reads what it says. */
async function plan(
  args: string,
  manifests: Manifest[] = [],
  kubeconfig: string | undefined = ground.server.kubeconfig,
) {
  const before = ground.edge.calls.length;
  const documents = manifests.map((manifest) => JSON.stringify({ apiVersion: 'sallyport.dev/v1alpha1', ...manifest }));
  const input = manifests.length > 0 ? ['-f', '-'] : [];
  const ran = await sallyport(
    ['plan', ...args.split(' ').filter(Boolean), ...input],
    { KUBECONFIG: kubeconfig, HOME: '/nonexistent' },
    documents.join('\n---\n'),
  );
  const called = new Set(ground.edge.calls.slice(before).map(({ service, action }) => `${service}:${action}`));
  expect([...called].filter((action) => !documented.has(action))).toEqual([]);
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
        [account ? [account, region].filter(Boolean).join('/') : 'cluster', name, sign, ports ?? noun, value, held]
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

it('shows sources, every kind of target, and sets in mode Plan', async () => {
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
});

const accounts = companyAccounts.map(({ name }) => awsAccount(name, { regions: ['eu-west-1', 'us-east-1'] }));

/** What is planned for PrivateLinkEndpoints, in the words of the operator's events. */
function operationsOf({ scopes }: PlanReport): string[] {
  return scopes
    .flatMap(({ account, region, objects }) =>
      objects.flatMap(({ changes }) =>
        changes.flatMap(({ privateLinkEndpoint, sign, value }) =>
          privateLinkEndpoint ? `${sign} ${[account, region].filter(Boolean).join('/')} ${value}` : [],
        ),
      ),
    )
    .sort();
}

async function done(): Promise<string[]> {
  const selector = '--field-selector=regarding.kind=PrivateLinkEndpoint,type=Normal';
  const notes = '-o=jsonpath={range .items[*]}{.note}{"\\n"}{end}';
  const text = await ground.server.kubectl('get', 'events.events.k8s.io', selector, notes);
  return text.split('\n').map((note) => note.replace(' for default/gitlab', ''));
}

it('plans PrivateLinkEndpoints as the operator does, from the first step to the last', async () => {
  const { shared, teamA } = links.company.consumers;
  const service = { provider: links.provider({ loadBalancer: { tags: { app: 'gitlab' } } }) };
  const sharedWith = [{ account: 'shared', region: 'eu-west-1', vpcId: shared.vpcId }];
  const gitlab = (more: object) =>
    links.gitlab({ hosts, service, consumers: [links.consumer('teamA', { vpc: { id: teamA.vpcId }, ...more })] });
  const made = gitlab({ dns: { sharedWith } });
  await ground.apply(...accounts, runnersSet);

  const first = await planned('', [made]);
  expect(operationsOf(first)).toEqual([
    '+ shared/eu-west-1 endpoint service',
    `+ team-a/eu-west-1 security group in ${teamA.vpcId} of team-a`,
  ]);
  const { exitCode, stdout } = await plan('--account team-a', [made]);
  expect(exitCode).toBe(2);
  expect(stdout).toContain(`    + security group in ${teamA.vpcId} of team-a  default/gitlab\n`);
  expect(stdout).toContain('\ndefault/gitlab: what builds on these comes after them.\n');
  expect(stdout).not.toContain('shared / eu-west-1');

  const operator = ground.operator({ resyncMs: 1_000, pollMs: 200 });
  const apply = async (manifest: Manifest) => {
    await ground.apply(manifest);
    await ground.told('privatelinkendpoint/gitlab', 'True Ready');
    // The group of its endpoint has been found.
    await ground.look('team-a/eu-west-1');
    await ground.told('cidrset/runners', 'True InSync');
  };
  await apply(made);
  await eventually(async () => expect(await done()).toEqual(expect.arrayContaining(operationsOf(first))));
  const inSync = /^In sync: \d+ groups, 1 endpoint service, 1 endpoint, 1 hosted zone, \d+ rules? of this install/;
  expect(await plan('')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(inSync) });
  const ownerId = await ground.server.kubectl('get', 'ns', 'kube-system', '-o', 'jsonpath={.metadata.uid}');
  const alone = await withoutCluster(`--owner-id ${ownerId}`, [...accounts, runnersSet, made]);
  expect(alone).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(inSync) });

  const changed = gitlab({ tags: { team: 'ci' } });
  const second = operationsOf(await planned('', [changed]));
  expect(second.map((each) => each.replace(/(vpce|sg|zone)[- ]\w+/g, '$1'))).toEqual([
    `- team-a association of ${shared.vpcId} with zone`,
    '~ team-a/eu-west-1 tags team on sg of team-a',
    '~ team-a/eu-west-1 tags team on vpce of team-a',
  ]);
  await apply(changed);
  await eventually(async () => expect(await done()).toEqual(expect.arrayContaining(second)));
  expect(await plan('')).toMatchObject({ exitCode: 0 });

  const pruned = operationsOf(await planned('--prune', [runnersSet]));
  expect(pruned).toEqual([
    expect.stringMatching(/^- team-a record gitlab\.privatelink\.example\.com in \w+, of team-a$/),
  ]);
  await ground.deleteEndpoints();
  await operator.stop();
  expect(await done()).toEqual(expect.arrayContaining(pruned));
});

it('says of a PrivateLinkEndpoint what only a cluster knows, and what could not be read', async () => {
  const manifests = (loadBalancer: object) => [
    ...accounts,
    runnersSet,
    links.gitlab({ service: { provider: links.provider({ loadBalancer }) } }),
  ];
  const unseen = await withoutCluster('--owner-id elsewhere', manifests({ kubernetesService: 'gitlab' }));
  expect(unseen.exitCode).toBe(2);
  expect(unseen.stdout).toContain(
    '! default/gitlab: only a cluster knows which load balancer its Service gitlab has, and none is looked at\n',
  );
  expect(unseen.stdout).not.toContain('+ endpoint service');

  ground.edge.fault({ match: { accountId: '222222222222', action: 'DescribeVpcEndpoints' }, effect: denied() });
  const unread = await plan('', manifests({ tags: { app: 'gitlab' } }));
  expect(unread.exitCode).toBe(1);
  expect(unread.stdout).toContain('    + endpoint service  default/gitlab\n');
  expect(unread.stdout).toMatch(/! team-a\/eu-west-1 could not be read: .*; privateLinkEndpoints needs ec2:/);
  expect(unread.stdout).toContain('Missing permissions:\n  team-a (222222222222): ec2:DescribeVpcEndpoints\n');
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
  expect(await refused('--account moon', [awsAccount('shared')])).toMatch(
    /^sallyport plan: there is no AwsAccount moon; declared: shared\b/,
  );
  expect(await refused('', [], '')).toBe('sallyport plan: there is no kubeconfig; name manifests with -f\n');
  expect(await refused('--no-cluster --prune', [bad])).toContain('--prune compares with a cluster');
  expect(ground.edge.calls.length).toBe(before);
});

it('says in its help what it may read', async () => {
  const { stdout } = await plan('--help');
  for (const action of Object.values(READS).flat()) expect(stdout).toContain(action);
  const page = await readFile('docs/plan.md', 'utf8');
  const [, shown = ''] = /^\$ sallyport (iam policy .*)$/m.exec(page) ?? [];
  const { stdout: policy } = await sallyport(shown.split(' '), {});
  for (const action of Object.values(READS).flat()) expect(policy).toContain(`"${action}"`);
});
