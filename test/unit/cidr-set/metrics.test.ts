import '../../../src/aws/call.js';
import '../../../src/cidr-set/sources/metrics.js';
import { readFile } from 'node:fs/promises';
import { beforeEach, expect, it } from '@jest/globals';
import { countClusterLook, countLook, forgetClusterLook, forgetLook } from '../../../src/cidr-set/metrics.js';
import { planScope } from '../../../src/cidr-set/plan.js';
import type { SetWish } from '../../../src/cidr-set/wish.js';
import { registry } from '../../../src/telemetry/metrics.js';
import { group, owned, planInput, wish } from './build.js';
import { denial, scope } from './resources.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const place = 'account="shared",region="eu-west-1"';

beforeEach(() => registry.resetMetrics());

/** What is told of this install's work: `sallyport_plan_changes{...} 3` */
async function told(): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n');
  return lines.filter((line) => /^sallyport_(operations|drift|plan|changes|entries|quota)/.test(line)).sort();
}

function planOf(wishes: SetWish[]) {
  return planScope(planInput(wishes, [group([owned(`tcp/443 ${A}`, '[office]')])], 4));
}

it('tells what was done where, and what the last look found', async () => {
  const plan = planOf([wish('office', [A, B]), wish('vpn', ['192.0.2.0/24'], { mode: 'Plan' })]);
  const [operation] = plan.operations;
  if (!operation) throw new Error('nothing to do');
  const outcomes = (['Done', denial(), 'NotTried'] as const).map((result) => ({ operation, result }));
  countLook(scope, plan, outcomes, 1);
  const call = `${place},target="securityGroups",action="AuthorizeSecurityGroupIngress"`;
  expect(await told()).toEqual([
    `sallyport_changes_held{${place},reason="PlanMode"} 1`,
    `sallyport_drift_total{${place}} 1`,
    `sallyport_entries_owned{${place},set="office"} 1`,
    `sallyport_entries_owned{${place},set="vpn"} 0`,
    `sallyport_operations_total{${call},result="done"} 1`,
    `sallyport_operations_total{${call},result="failed"} 1`,
    `sallyport_plan_changes{${place}} 2`,
    `sallyport_quota_use_ratio{${place},set="office"} 0.5`,
    `sallyport_quota_use_ratio{${place},set="vpn"} 0.5`,
  ]);
  forgetLook('shared/eu-west-1');
});

it('tells no more of what is gone', async () => {
  countLook(scope, planOf([wish('office', [A]), wish('vpn', [])]), [], 0);
  countLook(scope, planOf([wish('office', [A])]), [], 0);
  expect(await told()).toEqual([
    `sallyport_drift_total{${place}} 0`,
    `sallyport_entries_owned{${place},set="office"} 1`,
    `sallyport_plan_changes{${place}} 0`,
    `sallyport_quota_use_ratio{${place},set="office"} 0.25`,
  ]);
  forgetLook('shared/eu-west-1');
  expect(await told()).toEqual([`sallyport_drift_total{${place}} 0`]);
});

it('counts the looks at all sets in the cluster together', async () => {
  const { operations: _, held, sets } = planOf([wish('office', [A, B], { mode: 'Plan' })]);
  const [facts] = sets.values();
  if (!facts) throw new Error('no facts');
  for (const set of ['office', 'vpn']) countClusterLook(set, { operations: [], held, facts }, []);
  expect(await told()).toEqual(
    expect.arrayContaining([
      'sallyport_entries_owned{account="",region="",set="vpn"} 1',
      'sallyport_plan_changes{account="",region=""} 2',
    ]),
  );
  forgetClusterLook('office');
  expect(await told()).toContain('sallyport_plan_changes{account="",region=""} 1');
  forgetClusterLook('vpn');
});

it('tells of nothing that is not documented', async () => {
  const page = await readFile('docs/operations.md', 'utf8');
  const names = registry.getMetricsAsArray().flatMap(({ name }) => (name.startsWith('sallyport_') ? [name] : []));
  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(names.filter((name) => !page.includes(`| \`${name}`))).toEqual([]);
});
