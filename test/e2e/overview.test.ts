import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateManagedPrefixListCommand } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { Explanation } from '../../src/explain/explain.js';
import type { StatusReport } from '../../src/status/report.js';
import { cidrSet } from '../support/cluster.js';
import { commandsOf, fences } from '../support/console.js';
import { applyObjects } from '../support/crds.js';
import { EksCluster } from '../support/eks-cluster.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { freePort } from '../support/ports.js';
import { PrefixLists } from '../support/prefix-lists.js';
import { readerConfig } from '../support/readers.js';
import { builtProgram, type Ran, sallyport } from '../support/sallyport.js';
import { openTerminal, type Terminal } from '../support/terminal.js';

const shared = '111111111111';

let ground: Ground;
let terminal: Terminal;
let page: string;
beforeAll(async () => {
  page = await readFile('docs/status.md', 'utf8');
  ground = await startGround();
  terminal = await openTerminal({ env: { KUBECONFIG: ground.server.kubeconfig } });
  ground.edge.role('arn:aws:iam::333333333333:role/sallyport', { denied: true });
  await ground.group('shared/eu-west-1/gitlab-registry-nlb').authorize('tcp/443 203.0.0.0/16');
  await ground.server.kubectl('apply', '-f', 'examples/quickstart');
  const operator = ground.operator();
  await ground.told('cidrset/gitlab-access', 'True InSync');
  await ground.told('cidrset/office', 'False AccountDenied');
  await ground.told('cidrset/vpn', 'False AccountDenied');
  for (const name of ['office', 'vpn']) {
    await eventually(async () => {
      const scopes = (await ground.set(name)).status?.scopes ?? [];
      if (scopes.filter(({ reason }) => reason === 'InSync').length < 2)
        throw new Error(`not all of ${name} is written`);
    });
  }
  await operator.stop();
});
afterAll(async () => {
  await terminal?.close();
  await ground?.stop();
});

function run(command: string, kubeconfig = ground.server.kubeconfig): Promise<Ran> {
  return sallyport(command.split(' '), { KUBECONFIG: kubeconfig });
}

async function explained(question: string): Promise<Explanation> {
  return JSON.parse((await run(`explain ${question} --output json`)).stdout);
}

/** What differs from run to run. */
function settled(text: string): string {
  return text.replace(/sg-\w+/g, 'sg-?').replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, 'then');
}

it('every command of the page prints what the page shows', async () => {
  const commands = fences(page, 'console').flatMap(({ text }) => commandsOf(text));
  expect(commands).toHaveLength(3);
  for (const { command, printed } of commands) {
    const { output } = await terminal.run(command);
    const lines = settled(output).split('\n');
    for (const line of printed.filter((each) => each !== '...')) expect(lines).toContain(settled(line));
  }
});

describe('exit codes', () => {
  it.each([
    ['status', 1, ''],
    ['explain 203.0.113.20', 1, ''],
    ['explain 203.0.113.20/24', 1, 'has host bits set; write 203.0.113.0/24, or 203.0.113.20 for one address'],
    ['explain 203.0.113.20 --context prod', 1, 'the kubeconfig has no context prod'],
    ['status --context prod', 2, 'the kubeconfig has no context prod'],
  ])('%s: %i', async (command, exitCode, said) => {
    expect(await run(command)).toMatchObject({ exitCode, stderr: expect.stringContaining(said) });
  });

  it('a kubeconfig that is not there, and a cluster that does not answer', async () => {
    expect(await run('status', '/nonexistent')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^sallyport status: the kubeconfig can't be read: ENOENT/),
    });
    const config = new KubeConfig();
    const server = `https://127.0.0.1:${await freePort()}`;
    config.loadFromClusterAndUser({ name: 'gone', server, skipTLSVerify: false }, { name: 'me' });
    const file = join(await mkdtemp(join(tmpdir(), 'sallyport-gone-')), 'kubeconfig');
    await writeFile(file, config.exportConfig());
    expect(await run('status', file)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /^sallyport status: list \w+: NoAnswer: .*ECONNREFUSED.*; kubectl cluster-info tells/,
      ),
    });
  });
});

it('kubectl finds it as a plugin, and it goes by that name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-plugin-'));
  await symlink(await builtProgram(), join(folder, 'kubectl-sallyport'));
  const path = `PATH="${folder}:$PATH"`;
  expect((await terminal.run(`${path} kubectl sallyport explain --help`)).output).toMatch(
    /^Usage: kubectl sallyport explain \[options\] <ip-or-cidr>/,
  );
  const { exitCode, output } = await terminal.run(`${path} kubectl sallyport status --output json`);
  expect({ exitCode, ...(JSON.parse(output) as StatusReport) }).toMatchObject({ exitCode: 1, well: false });
  await rm(folder, { recursive: true });
});

it('without colours where it goes to a file, and none of its lines is cut', async () => {
  const { stdout, stderr } = await run('explain 203.0.113.20');
  expect(stdout).not.toContain('\u001b');
  expect(stderr).toBe('');
});

it('an address that only rules made by hand know', async () => {
  const { sets, reaches } = await explained('192.0.2.10');
  expect(sets).toEqual([]);
  expect(
    reaches.map(({ name, by }) => [name, ...by.map(({ ports, cidrs, owned }) => `${ports} ${cidrs} ${owned}`)]),
  ).toEqual([
    ['gitlab-nlb', 'tcp/443 192.0.2.10/32 false', 'tcp/22 192.0.2.0/24 false'],
    ['gitlab-registry-nlb', 'tcp/443 192.0.2.10/32 false'],
  ]);
});

it('a range that no set has whole', async () => {
  const { sets, doesNotReach } = await explained('203.0.113.0/24 --to gitlab-nlb');
  expect(sets.map(({ set, extent }) => `${set} ${extent}`)).toEqual(['gitlab-access Part', 'office Part']);
  expect(doesNotReach.map(({ why }) => why)).toEqual(['only 203.0.113.0/26, 203.0.113.64/27 of it is let in']);
});

describe('every kind of list', () => {
  let list: string;
  beforeAll(async () => {
    const ec2 = ground.edge.clientFor(shared, 'eu-west-1');
    const { PrefixList } = await ec2.send(
      new CreateManagedPrefixListCommand({
        PrefixListName: 'partners',
        AddressFamily: 'IPv4',
        MaxEntries: 5,
        Entries: [{ Cidr: '203.0.113.16/28', Description: 'one of them' }],
      }),
    );
    list = PrefixList?.PrefixListId ?? '';
    const database = ground.group('shared/eu-west-1/gitlab-database');
    await eventually(async () => {
      await new PrefixLists(ec2).see('partners');
      await database.authorizeList('tcp/5432', list);
    });
    await new EksCluster(ground.edge.client(EKSClient, shared, 'eu-west-1'), 'build').make();
    const accounts = { names: ['shared'] };
    const eksPublicAccess = [{ name: 'build', accounts, clusters: ['build'], acceptLockout: true }];
    const networkPolicies = [{ name: 'office', namespace: 'default', ports: ['tcp/8080'] }];
    const wafIpSets = [{ name: 'web', accounts }];
    const prefixLists = [{ name: 'vpcs', accounts }];
    const targets = { eksPublicAccess, networkPolicies, wafIpSets, prefixLists };
    await ground.apply(cidrSet('all-kinds', ['203.0.113.0/26'], { targets }));
    const operator = ground.operator();
    await ground.told('cidrset/all-kinds', 'True InSync');
    await operator.stop();
  });

  it('is told of the address that is in it', async () => {
    const { reaches, listedIn, errors } = await explained('203.0.113.20');
    const told = [...reaches, ...listedIn].filter(({ by }) => by.some(({ sets }) => sets.includes('all-kinds')));
    expect(told.map(({ target, account = 'cluster', name, by }) => [account, target, name, by[0]?.ports])).toEqual([
      ['shared', 'eksPublicAccess', 'build', 'tcp/443'],
      ['cluster', 'networkPolicies', 'office', 'tcp/8080'],
      ['shared', 'wafIpSets', 'sallyport-all-kinds-ipv4', undefined],
      ['shared', 'prefixLists', 'sallyport-all-kinds-ipv4', undefined],
    ]);
    // The operator's policy lets nobody read lists that are not its own.
    expect(reaches.find(({ name }) => name === 'gitlab-database')?.by[0]?.unread).toEqual([list]);
    expect(errors.map(({ where, permission }) => `${where} ${permission}`)).toEqual([
      'team-b sts:AssumeRole',
      'shared/eu-west-1 ec2:GetManagedPrefixListEntries',
    ]);
  });

  it('the policy and the role of the pages are enough to read them all', async () => {
    const [own] = fences(page, 'json');
    const { stdout: printed } = await run('iam policy --controllers cidr-set --read-only');
    ground.edge.permit([printed, own?.text ?? ''].map((text) => JSON.parse(text)));
    ground.edge.role('arn:aws:iam::333333333333:role/sallyport', {});
    const [rbac] = fences(page, 'yaml');
    await applyObjects(ground.server, ...parseAllDocuments(rbac?.text ?? '').map((each) => each.toJS() as object));
    const roles = { clusterrole: 'sallyport-reader', role: 'sallyport-reader' };
    const file = await readerConfig(ground.server, roles);

    expect(await run('status', file)).toMatchObject({ exitCode: 1, stderr: '' });
    const { exitCode, stdout } = await run('explain 203.0.113.20 --to gitlab-database', file);
    expect(stdout).toMatch(
      new RegExp(`gitlab-database +tcp/5432 +203\\.0\\.113\\.16/28 in ${list} +within 203\\.0\\.113\\.0/26 of`),
    );
    expect(exitCode).toBe(0);
    expect(await run('explain 203.0.113.99 --to gitlab-database', file)).toMatchObject({ exitCode: 2 });
    expect(await run('explain 203.0.113.99 --to jenkins', file)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is called jenkins'),
    });
  });
});
