import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  CreateVpcEndpointCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { makeHostedZone } from '../support/aws/hosted-zone.js';
import { awsAccount } from '../support/cluster.js';
import { companyAccounts } from '../support/company.js';
import { commandsOf, fences, type ShownCommand } from '../support/console.js';
import { handKey } from '../support/edge/accounts.js';
import { eventually, type Ground, startGround } from '../support/ground.js';
import { PrivateLinks } from '../support/private-links.js';
import { sallyport } from '../support/sallyport.js';
import { openTerminal, type Terminal } from '../support/terminal.js';

let ground: Ground;
let terminal: Terminal;
let page: string;
beforeAll(async () => {
  page = await readFile('docs/migration.md', 'utf8');
  ground = await startGround();
  ground.operator({ resyncMs: 300, pollMs: 200 });
  await ground.apply(awsAccount('shared'), awsAccount('team-a'));
  terminal = await openTerminal({ env: { KUBECONFIG: ground.server.kubeconfig, AWS_ENDPOINT_URL: ground.edge.url } });
  const profiles = companyAccounts.map(
    ({ name, accountId }) => `[${name}]\naws_access_key_id = ${handKey(accountId)}\naws_secret_access_key = hand\n`,
  );
  await writeFile(join(terminal.folder, 'credentials'), profiles.join(''));
  await terminal.run('unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; export AWS_SHARED_CREDENTIALS_FILE=credentials');
  await terminal.run('export AWS_PROFILE=shared AWS_DEFAULT_REGION=eu-west-1');
  await cp('examples', join(terminal.folder, 'examples'), { recursive: true });
  for (const { text } of fences(page)) {
    const [heading = '', name] = /^# (\S+)\n/.exec(text) ?? [];
    if (name) await writeFile(join(terminal.folder, name), text.slice(heading.length));
  }
  for (const { text } of fences(page, 'console').slice(0, 1)) for (const each of commandsOf(text)) await type(each);
});
afterEach(() => ground.clean());
afterAll(async () => {
  await terminal.close();
  await ground.stop();
});

/** The commands of a section, with what the page calls ids by in their places. */
function commandsIn(heading: string, ids: Record<string, string>): ShownCommand[] {
  const [, section = ''] = page.split(new RegExp(`^## ${heading}$`, 'm'));
  return fences(put(section.split(/^## /m)[0] ?? '', ids), 'console').flatMap(({ text }) => commandsOf(text));
}

function put(text: string, ids: Record<string, string>): string {
  return Object.entries(ids).reduce((all, [shown, id]) => all.replaceAll(shown, id), text);
}

/** Runs it until it prints what the page shows: what AWS holds takes until the next look to be told. */
async function type({ command, printed }: ShownCommand): Promise<void> {
  await eventually(async () => {
    const { exitCode, output } = await terminal.run(command);
    expect({
      command,
      exitCode,
      printed: output
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd()),
    }).toEqual({
      command,
      exitCode: command.includes('diff ') ? 1 : 0,
      printed: printed.length > 0 ? printed : expect.anything(),
    });
  });
}

/** The calls of the operator that change something. */
const written = () => ground.edge.calls.filter(({ mutating }) => mutating).map(({ action }) => action);

it('hands over rules: what is wanted stays as it is, and what goes has been replaced before', async () => {
  const group = await ground.makeGroup('shared/eu-west-1', {
    name: 'legacy-nlb',
    tags: { app: 'gitlab', tier: 'legacy' },
    rules: [
      'tcp/443 203.0.113.0/27',
      'tcp/443 203.0.113.32/27',
      'tcp/443 198.51.100.16/28',
      'tcp/443 192.0.2.10/32',
      'tcp/22 10.0.0.0/8',
    ],
  });
  const before = await group.ids();
  for (const each of commandsIn('Rules of security groups', { 'sg-0a1b2c3d4e5f60718': group.id })) {
    if (each.command.includes('Enforce')) expect(written()).toEqual([]);
    await type(each);
  }
  expect(written()).toEqual([
    'AuthorizeSecurityGroupIngress',
    'UpdateSecurityGroupRuleDescriptionsIngress',
    'RevokeSecurityGroupIngress',
  ]);
  expect(await group.notedRules()).toEqual([
    '* tcp/443 198.51.100.16/28 "[office] Montreal"',
    '* tcp/443 203.0.113.0/26 "[office] Berlin, Porto"',
    'tcp/22 10.0.0.0/8 ""',
    'tcp/443 192.0.2.10/32 "[office]"',
  ]);
  const kept = 'tcp/443 198.51.100.16/28';
  expect((await group.ids()).get(kept)).toBe(before.get(kept));

  await ground.deleteSets('office');
  expect(await group.rules()).toEqual(['tcp/22 10.0.0.0/8', 'tcp/443 192.0.2.10/32']);
});

it('hands over a prefix list with what refers to it', async () => {
  const ec2 = ground.edge.clientFor('111111111111', 'eu-west-1');
  ground.edge.reset();
  const { PrefixList } = await ec2.send(
    new CreateManagedPrefixListCommand({
      PrefixListName: 'corporate-vpn',
      AddressFamily: 'IPv4',
      MaxEntries: 10,
      Entries: [{ Cidr: '198.51.100.0/26', Description: 'VPN hub Frankfurt' }],
    }),
  );
  const id = PrefixList?.PrefixListId ?? '';
  for (const each of commandsIn('Prefix lists', { 'pl-0a1b2c3d4e5f60718': id })) await type(each);
  expect(written()).toEqual([]);
  await terminal.run(`kubectl patch cidrset vpn --type=merge -p '{"spec":{"mode":"Enforce"}}'`);
  await ground.told('cidrset/vpn', 'True InSync');
  // Its size, and what it lacks.
  expect(written()).toEqual(['ModifyManagedPrefixList', 'ModifyManagedPrefixList']);
});

it('hands over an endpoint service, an endpoint and a name, which leads there all along', async () => {
  const links = await PrivateLinks.make(ground);
  const { teamA } = links.company.consumers;
  const ec2 = links.ec2('teamA');
  const service = await links.othersService();
  await service.allowTeamA();
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'gitlab-endpoint', Description: 'by hand', VpcId: teamA.vpcId }),
  );
  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: 'Interface',
      ServiceName: service.name,
      VpcId: teamA.vpcId,
      SubnetIds: [teamA.subnetIds[0]],
      SecurityGroupIds: [GroupId],
    }),
  );
  const endpointId = VpcEndpoint?.VpcEndpointId ?? '';
  await service.accept(endpointId);
  await ec2.send(new DescribeVpcEndpointsCommand({}));
  const { VpcEndpoints: [endpoint] = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  const Name = 'gitlab.privatelink.example.com';
  const ResourceRecords = [{ Value: endpoint?.DnsEntries?.[0]?.DnsName ?? '' }];
  const zoneId = await makeHostedZone(links.route53('teamA'), {
    name: 'privatelink.example.com',
    vpc: { id: teamA.vpcId, region: 'eu-west-1' },
    records: [{ Name, Type: 'CNAME', TTL: 60, ResourceRecords }],
  });
  const ids = {
    'vpc-0a1b2c3d4e5f60718': teamA.vpcId,
    'subnet-0a1b2c3d4e5f60718': teamA.subnetIds[0],
    'sg-0f1e2d3c4b5a69788': GroupId,
    Z0123456789ABCDEFGHIJ: zoneId,
    'vpce-svc-0a1b2c3d4e5f60718': service.id,
    'vpce-0a1b2c3d4e5f60718': endpointId,
  };
  const file = join(terminal.folder, 'gitlab.yaml');
  await writeFile(file, put(await readFile(file, 'utf8'), ids));
  ground.edge.reset();
  for (const each of commandsIn('PrivateLink', ids)) await type(each);
  // In one call, the record and its mark.
  expect(written()).toEqual(['ChangeResourceRecordSets']);
  const { status } = await ground.endpoint('gitlab');
  expect(status).toMatchObject({ endpoints: '1/1', records: '1/1', service: { id: service.id } });
  expect(status?.consumers?.[0]).toMatchObject({ endpointId });
});

it.each(['Proxy', 'Corefile', 'Nodes'])('prints what the section %s shows', async (section) => {
  const corefile = join(terminal.folder, 'Corefile');
  if (section === 'Corefile') {
    await ground.server.kubectl('create', 'configmap', 'coredns', '-n=kube-system', `--from-file=${corefile}`);
  }
  for (const each of commandsIn(section, {})) await type(each);
});

it('finds the lines of the Corefile that were put in with one edit', async () => {
  const { stdout } = await sallyport(
    ['render', 'corefile', '-f', 'examples/private-link/interception.yaml'],
    {},
    await ground.server.kubectl('get', 'configmap', 'coredns', '-n=kube-system', '-o=jsonpath={.data.Corefile}'),
  );
  expect(stdout).toBe(await readFile(join(terminal.folder, 'Corefile'), 'utf8'));
  expect(stdout).toMatch(/^\.:53 {\n( +rewrite stop name exact .*\n){2} +errors\n/);
});
