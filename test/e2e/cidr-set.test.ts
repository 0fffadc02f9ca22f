import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { registry } from '../../src/telemetry/metrics.js';
import { cidrSet } from '../support/cluster.js';
import { companyAccounts } from '../support/company.js';
import { eventually, type Ground, startGround } from '../support/ground.js';

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
  ground.operator({ resyncMs: 400 });
});
afterAll(() => ground.stop());

async function kubectl(command: string): Promise<string> {
  return ground.server.kubectl(...command.split(' '));
}

/** The values of a counter that have the labels. */
async function counted(name: string, having: (labels: Record<string, string | number | undefined>) => boolean) {
  const { values = [] } = (await registry.getSingleMetric(name)?.get()) ?? {};
  return values.filter(({ labels }) => having(labels)).reduce((sum, { value }) => sum + value, 0);
}

it('carries out the quick start', async () => {
  await kubectl('apply -f examples/quickstart');
  await kubectl('wait --for=condition=Ready awsaccounts --all --timeout=120s');
  await kubectl('wait --for=condition=Ready cidrset/office cidrset/vpn cidrset/gitlab-access --timeout=120s');

  const table = (await kubectl('get cidrsets,awsaccounts')).replace(/ +\n/g, '\n').replace(/\S+$/gm, 'AGE');
  expect(table).toMatchInlineSnapshot(`
    "NAME                                  CIDRS   GROUPS   RULES   DRIFT   READY   REASON   AGE
    cidrset.sallyport.dev/gitlab-access   86      2        156     0       True    InSync   AGE
    cidrset.sallyport.dev/office          6       8        60      0       True    InSync   AGE
    cidrset.sallyport.dev/vpn             80      4        292     0       True    InSync   AGE

    NAME                              ACCOUNT        REGIONS                     READY   REASON     AGE
    awsaccount.sallyport.dev/shared   111111111111   ["eu-west-1"]               True    Verified   AGE
    awsaccount.sallyport.dev/team-a   222222222222   ["eu-west-1","us-east-1"]   True    Verified   AGE
    awsaccount.sallyport.dev/team-b   333333333333   ["eu-west-1","us-east-1"]   True    Verified   AGE
    "
  `);
  expect(await ground.rules('shared/eu-west-1/gitlab-nlb')).toEqual(
    expect.arrayContaining([
      '* tcp/443 198.51.100.16/28',
      '* tcp/443 2001:db8:be::/48',
      'tcp/22 192.0.2.0/24',
      'tcp/443 192.0.2.10/32',
      'tcp/443 203.0.113.0/26',
    ]),
  );
  expect(await ground.rules('team-b/us-east-1/legacy')).toEqual([]);

  const group = ground.group('team-a/us-east-1/grafana').id;
  const authorized = new RegExp(
    `Normal +RulesAuthorized .* team-a/us-east-1 ${group} \\(grafana\\): 5 rules for tcp/443: [^;]+; 5 rules for tcp/3000: .*\n`,
  );
  await eventually(async () => expect(await kubectl('describe cidrset office')).toMatch(authorized));
});

it('at rest writes nothing, to AWS or to the cluster, and reads two pages a scope, whatever the number of sets', async () => {
  const more = Array.from({ length: 10 }, (_, i) => cidrSet(`more-${i}`, [`10.0.${i}.0/24`], { include: ['office'] }));
  await ground.apply(...more);
  for (const { metadata } of more) await ground.told(`cidrset/${metadata.name}`, 'True');
  const scopes = companyAccounts.flatMap(({ name, regions }) => regions.map((region) => `${name}/${region}`));
  await Promise.all(scopes.map(ground.look));

  const looks = () => counted('controller_runtime_reconcile_total', ({ controller }) => controller === 'scope');
  const writes = () =>
    counted('sallyport_kube_requests_total', ({ verb, kind }) => !/get|list|watch/.test(`${verb}`) && kind !== 'Lease');
  const before = {
    calls: ground.edge.calls.length,
    looks: await looks(),
    writes: await writes(),
  };
  await eventually(async () => expect(await looks()).toBeGreaterThan(before.looks + 10 * scopes.length));

  const calls = ground.edge.calls.slice(before.calls);
  const made = (await looks()) - before.looks;
  expect(new Set(calls.map(({ action }) => action))).toEqual(
    new Set(['DescribeSecurityGroups', 'DescribeSecurityGroupRules']),
  );
  // Looks that were under way at the beginning or the end count on one side only.
  expect(Math.abs(calls.length / 2 - made)).toBeLessThanOrEqual(scopes.length);
  expect((await writes()) - before.writes).toBe(0);
});
