import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { registry } from '../../src/telemetry/metrics.js';
import { awsAccount, cidrSet, into } from '../support/cluster.js';
import { eventually, type Ground, startGround } from '../support/ground.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const place = 'shared/eu-west-1';

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
  ground.operator({ resyncMs: 300 });
  await ground.apply(awsAccount('shared'));
});
afterEach(() => ground.clean());
afterAll(() => ground.stop());

/** How many changes the operator made that no set asked for. */
async function drifted(): Promise<number> {
  const { values = [] } = (await registry.getSingleMetric('sallyport_drift_total')?.get()) ?? {};
  return values.reduce((sum, { value }) => sum + value, 0);
}

it('writes every kind of rule, in both directions and families, and sees it again as what it wrote', async () => {
  const group = await ground.makeGroup(place, { name: 'kinds' });
  const ports = ['tcp/443', 'udp/53', 'tcp/8000-8080', 'icmp', 'all'];
  const spec = into(group, { ports });
  const out = { name: 'out', groupIds: [group.id], ports: ['tcp/443', 'icmp', 'all'], direction: 'Egress' as const };
  spec.targets.securityGroups.push(out);
  await ground.apply(cidrSet('kinds', [{ cidr: A, description: 'Berlin' }, '2001:DB8:0::/32'], spec));

  await ground.told('cidrset/kinds', 'True InSync: 16 rules');
  expect(await group.notedRules()).toEqual([
    `* -1 2001:db8::/32 "[kinds]"`,
    `* -1 ${A} "[kinds] Berlin"`,
    `* egress -1 2001:db8::/32 "[kinds]"`,
    `* egress -1 ${A} "[kinds] Berlin"`,
    `* egress icmp ${A} "[kinds] Berlin"`,
    `* egress icmpv6 2001:db8::/32 "[kinds]"`,
    `* egress tcp/443 2001:db8::/32 "[kinds]"`,
    `* egress tcp/443 ${A} "[kinds] Berlin"`,
    `* icmp ${A} "[kinds] Berlin"`,
    `* icmpv6 2001:db8::/32 "[kinds]"`,
    `* tcp/443 2001:db8::/32 "[kinds]"`,
    `* tcp/443 ${A} "[kinds] Berlin"`,
    `* tcp/8000-8080 2001:db8::/32 "[kinds]"`,
    `* tcp/8000-8080 ${A} "[kinds] Berlin"`,
    `* udp/53 2001:db8::/32 "[kinds]"`,
    `* udp/53 ${A} "[kinds] Berlin"`,
  ]);
  const written = ground.edge.count({ mutating: true });
  await ground.look(place);
  expect(ground.edge.count({ mutating: true })).toBe(written);
});

it('puts back what was changed by hand, and leaves what was made by hand', async () => {
  const group = await ground.makeGroup(place, { name: 'drift', rules: [`tcp/443 ${A}`, `tcp/22 ${A}`] });
  await ground.apply(cidrSet('drift', [A, B, C], into(group)));
  await ground.told('cidrset/drift', 'True InSync: 3 rules');
  expect((await ground.set('drift')).status).toMatchObject({ rules: 3, foreignRules: 1 });
  const before = await drifted();

  await group.revoke(`tcp/443 ${B}`);
  await group.note(`tcp/443 ${C}`, 'edited by hand');
  await group.authorize(`tcp/443 10.1.2.3/32`);
  await eventually(async () => {
    expect(await group.notedRules()).toEqual([
      `* tcp/443 ${C} "[drift]"`,
      `* tcp/443 ${B} "[drift]"`,
      'tcp/22 203.0.113.0/24 ""',
      `tcp/443 10.1.2.3/32 ""`,
      `tcp/443 ${A} ""`,
    ]);
  });
  await eventually(async () => expect(await drifted()).toBe(before + 2));
});

it('keeps a rule that two sets ask for until the last of them lets it go', async () => {
  const group = await ground.makeGroup(place, { name: 'together' });
  await ground.apply(cidrSet('one', [A], into(group)), cidrSet('two', [A, B], into(group)));
  await ground.told('cidrset/one', 'True InSync: 1 rule');
  await ground.told('cidrset/two', 'True InSync: 2 rules');
  await eventually(async () =>
    expect(await group.notedRules()).toEqual([`* tcp/443 ${B} "[two]"`, `* tcp/443 ${A} "[one, two]"`]),
  );

  await ground.deleteSets('one');
  await eventually(async () =>
    expect(await group.notedRules()).toEqual([`* tcp/443 ${B} "[two]"`, `* tcp/443 ${A} "[two]"`]),
  );
  await ground.apply(cidrSet('two', [], into(group)));
  await eventually(async () => expect(await group.rules()).toEqual([]));
});

it('lets groups opt in by tag, within the allowed ports, and removes nothing for a tag it cannot read', async () => {
  const TAG = 'cidrset.sallyport.dev/tagged';
  const group = await ground.makeGroup(place, { name: 'tagged', tags: { [TAG]: 'tcp/443 tcp/3000' } });
  const other = await ground.makeGroup(place, { name: 'greedy', tags: { [TAG]: 'tcp/22 tcp/443' } });
  const targets = { taggedSecurityGroups: { allowedPorts: ['tcp/443', 'tcp/3000-3999'] } };
  await ground.apply(cidrSet('tagged', [A], { targets }));

  await ground.told(
    'cidrset/tagged',
    `False PortNotAllowed: shared/eu-west-1: Tag ${TAG} of ${other.id} (greedy) asks for tcp/22, which is not within allowedPorts: tcp/443, tcp/3000-3999`,
  );
  expect(await group.rules()).toEqual([`* tcp/3000 ${A}`, `* tcp/443 ${A}`]);
  expect(await other.rules()).toEqual([`* tcp/443 ${A}`]);

  await other.tag(TAG, 'tcp/443');
  await ground.told('cidrset/tagged', 'True InSync: 3 rules in 2');
  await group.tag(TAG, 'tcp/443,tcp/3001');
  await ground.told(
    'cidrset/tagged',
    /^False InvalidTag: .*"tcp\/443,tcp\/3001", which is not a port; write ports like tcp\/443, separated by spaces/,
  );
  expect(await group.rules()).toEqual([`* tcp/3000 ${A}`, `* tcp/443 ${A}`]);
  await group.tag(TAG, 'tcp/443 tcp/3001');
  await eventually(async () => expect(await group.rules()).toEqual([`* tcp/3001 ${A}`, `* tcp/443 ${A}`]));
});

it('holds a removal over the guard, until a person lets it pass with the command that the condition gives', async () => {
  const group = await ground.makeGroup(place, { name: 'guarded' });
  const guarded = (cidrs: string[]) => cidrSet('guarded', cidrs, { ...into(group), guard: { maxRemovalPercent: 50 } });
  await ground.apply(guarded([A, B, C]));
  await ground.told('cidrset/guarded', 'True InSync: 3 rules');

  await ground.apply(guarded(['10.0.0.0/24']));
  const text = await ground.told('cidrset/guarded', /^False RemovalGuard: .*3 of \d entries would go at once /);
  expect(await group.rules()).toEqual(['* tcp/443 10.0.0.0/24', `* tcp/443 ${C}`, `* tcp/443 ${B}`, `* tcp/443 ${A}`]);

  const [, command = ''] = /: kubectl (annotate .*)$/.exec(text) ?? [];
  await ground.server.kubectl(...command.split(' '));
  await ground.told('cidrset/guarded', 'True InSync: 1 rule');
  expect(await group.rules()).toEqual(['* tcp/443 10.0.0.0/24']);
});

it('writes nothing in mode Plan, and shows what it would write', async () => {
  const group = await ground.makeGroup(place, { name: 'planned' });
  await ground.apply(cidrSet('planned', [A, B], into(group)));
  await ground.told('cidrset/planned', 'True InSync');
  const written = ground.edge.count({ mutating: true });

  await ground.apply(cidrSet('planned', [B, C], { ...into(group), mode: 'Plan' }));
  await ground.told('cidrset/planned', 'True Planned: status.plan has 2 changes; mode is Plan');
  const where = `${place} ${group.id} (planned)`;
  expect((await ground.set('planned')).status?.plan).toEqual({
    add: 1,
    change: 0,
    remove: 1,
    operations: [`${where} + rule tcp/443 ${C}`, `${where} - rule tcp/443 ${A}`],
  });
  await ground.look(place);
  expect(ground.edge.count({ mutating: true })).toBe(written);

  await ground.apply(cidrSet('planned', [B, C], into(group)));
  await ground.told('cidrset/planned', 'True InSync: 2 rules');
  expect(await group.rules()).toEqual([`* tcp/443 ${C}`, `* tcp/443 ${B}`]);
  expect((await ground.set('planned')).status?.plan).toBeUndefined();
});

it('leaves a group as it is that would exceed the quota, with the arithmetic, and goes on with the others', async () => {
  await ground.apply(awsAccount('team-a', { rulesPerSecurityGroup: 3 }));
  const full = await ground.makeGroup('team-a/eu-west-1', {
    name: 'full',
    rules: ['tcp/22 10.0.0.0/8', 'tcp/23 10.0.0.0/8'],
  });
  const roomy = await ground.makeGroup('team-a/eu-west-1', { name: 'roomy' });
  await ground.apply(cidrSet('many', [A, B, '2001:db8::/32'], into([full, roomy])));
  await ground.told(
    'cidrset/many',
    `False QuotaExceeded: team-a/eu-west-1: ${full.id} (full) would hold 4 inbound IPv4 rules: 2 now, 2 to add, 0 to remove; the quota is 3, as the AwsAccount says.`,
  );
  expect(await full.rules()).toEqual(['tcp/22 10.0.0.0/8', 'tcp/23 10.0.0.0/8']);
  expect(await roomy.rules()).toHaveLength(3);

  await full.revoke('tcp/23 10.0.0.0/8');
  await ground.told('cidrset/many', 'True InSync: 6 rules in 2');
});

it('leaves a group as it is when AWS has a lower quota than the AwsAccount says', async () => {
  await ground.apply(awsAccount('team-b', { rulesPerSecurityGroup: 100 }));
  const group = await ground.makeGroup('team-b/eu-west-1', { name: 'refused', rules: [`tcp/22 ${A}`] });
  const cidrs = Array.from({ length: 60 }, (_, i) => `10.0.${2 * i}.0/24`);
  await ground.apply(cidrSet('refused', cidrs, into(group)));
  await ground.told(
    'cidrset/refused',
    /^False QuotaExceeded: team-b\/eu-west-1 .*\(refused\): .*; raise the quota, or let in fewer/,
  );
  expect(await group.rules()).toEqual([`tcp/22 ${A}`]);
});
