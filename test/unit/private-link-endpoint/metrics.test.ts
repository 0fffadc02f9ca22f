import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AwsError } from '../../../src/aws/errors.js';
import { countLook, forgetLook } from '../../../src/private-link-endpoint/metrics.js';
import { registry } from '../../../src/telemetry/metrics.js';
import { identity, planOf, providerReading, runners, type WorldChange } from './world.js';

const who = 'namespace="ci",name="gitlab"';

beforeEach(() => registry.resetMetrics());
afterEach(() => forgetLook('ci/gitlab'));

/** What is told of PrivateLinkEndpoints: `sallyport_private_link_records{...} 1` */
async function told(): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n');
  return lines.filter((line) => /^sallyport_(private_link|operations)/.test(line)).sort();
}

const [connection] = providerReading.connections;
if (!connection) throw new Error('no connection');
const stranger = { ...connection, endpointId: 'vpce-9', accountId: '999999999999' };

it.each<[what: string, change: WorldChange, lines: string[]]>([
  [
    'all is done',
    {},
    ['endpoints{W,state="available"} 1', 'others_waiting{W} 0', 'plan_operations{W} 0', 'records{W,ready="false"} 0'],
  ],
  [
    'others wait, and a second consumer has nothing yet',
    {
      spec: { consumers: [runners, { ...runners, name: 'second', vpc: { id: 'vpc-2' } }] },
      provider: { connections: [connection, { ...stranger, state: 'pendingAcceptance' }, stranger] },
      zonesBy: { second: [] },
    },
    [
      'endpoints{W,state="available"} 1',
      'endpoints{W,state="none"} 1',
      'others_waiting{W} 1',
      'plan_operations{W} 1',
      'records{W,ready="false"} 1',
    ],
  ],
])('tells what the last look found: %s', async (_what, change, lines) => {
  countLook(identity, planOf(change), []);
  const expected = [...lines, 'records{W,ready="true"} 1'];
  expect(await told()).toEqual(expected.map((line) => `sallyport_private_link_${line.replace('W', who)}`));
});

it('counts what was tried, and tells no more of a resource that is gone', async () => {
  const plan = planOf({ zones: [] });
  const [operation] = plan.operations;
  if (!operation) throw new Error('nothing to do');
  const target = { accountId: '', region: '', account: '', service: 'route53', action: 'CreateHostedZone' };
  const denial = new AwsError(target, { class: 'Denied', code: 'AccessDenied', message: 'denied' });
  const results = ['Done', denial, 'NotTried'] as const;
  countLook(
    identity,
    plan,
    results.map((result) => ({ operation, result })),
  );
  forgetLook('ci/gitlab');
  const call = 'account="team-a",region="global",target="privateLink",action="CreateHostedZone"';
  expect(await told()).toEqual([
    `sallyport_operations_total{${call},result="done"} 1`,
    `sallyport_operations_total{${call},result="failed"} 1`,
  ]);
});

it('tells of nothing that is not documented', async () => {
  const page = await readFile('docs/operations.md', 'utf8');
  const names = registry.getMetricsAsArray().flatMap(({ name }) => (name.startsWith('sallyport_') ? [name] : []));
  expect(names.length).toBeGreaterThanOrEqual(5);
  expect(names.filter((name) => !page.includes(`| \`${name}`))).toEqual([]);
});
