import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import type { KubernetesObject } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { ensureParts } from '../../tools/parts/ensure.js';
import { render } from '../support/chart.js';
import { on } from '../support/chart-values.js';

/** Series in the notation of PromQL's tests, a value a minute, and the alerts at their end. */
type Case = [what: string, series: string[], alerts: string[]];

const leader = 'leader_election_master_status{name="sallyport",pod="a"} 1x60';
const calls = (result: string, each: string) =>
  `sallyport_aws_calls_total{account="shared",result="${result}"} ${each}`;
const records = (ready: boolean, each: string) =>
  `sallyport_private_link_records{namespace="ci",name="gitlab",ready="${ready}",pod="a"} ${each}`;
const proxyPods = (each: string, pod = 'a') =>
  `sallyport_proxy_available_pods{namespace="gitlab",name="gitlab",pod="${pod}"} ${each}`;
const expiry = (each: string) =>
  `sallyport_proxy_certificate_expiry_timestamp_seconds{namespace="gitlab",name="gitlab",pod="a"} ${each}`;
const verified = (each: string, pod = 'a') =>
  `sallyport_interception_verified{namespace="ci",name="gitlab",pod="${pod}"} ${each}`;
const nodes = (state: string, each: string) =>
  `sallyport_runner_pool_nodes{namespace="ci",name="builders",state="${state}"} ${each}`;

const cases: Case[] = [
  [
    'all is well',
    [
      leader,
      calls('ok', '0+10x60'),
      records(true, '2x60'),
      records(false, '0x60'),
      proxyPods('2x60'),
      verified('1x60'),
    ],
    [],
  ],

  ['nobody leads', ['leader_election_master_status{name="sallyport",pod="a"} 1x20 0x40'], ['SallyportNotRunning']],
  ['there is nobody', ['up{job="sallyport"} 0x60'], ['SallyportNotRunning']],
  [
    'another takes over',
    [
      'leader_election_master_status{name="sallyport",pod="a"} 1x30 _x30',
      'leader_election_master_status{name="sallyport",pod="b"} 0x32 1x28',
    ],
    [],
  ],

  [
    'no call succeeds',
    [leader, calls('ok', '0+10x10 100x50'), calls('Denied', '0+10x60')],
    ['SallyportAwsUnreachable'],
  ],
  ['some fail', [leader, calls('ok', '0+1x60'), calls('Denied', '0+100x60')], []],
  ['there is nothing to call for', [leader, calls('ok', '100x60')], []],
  ['they fail for a quarter of an hour', [leader, calls('ok', '0+10x45 450x15'), calls('Denied', '0x45 0+10x15')], []],

  ['an endpoint is lost', [leader, records(true, '2x20 1x40'), records(false, '0x20 1x40')], ['SallyportEndpointDown']],
  ['one is being made', [leader, records(true, '2x60'), records(false, '0x20 1x40')], []],
  ['one is taken away', [leader, records(true, '2x20 1x40'), records(false, '0x60')], []],

  ['the proxy has no pod', [leader, proxyPods('2x20 0x40')], ['SallyportProxyDown']],
  [
    'so, and the operator was restarted meanwhile',
    [leader, proxyPods('2x20 _x40'), proxyPods('_x25 0x35', 'b')],
    ['SallyportProxyDown'],
  ],
  ['it is being made', [leader, proxyPods('0x60')], []],
  ['its last pod is replaced', [leader, proxyPods('2x50 0x5 2x5')], []],
  ['it is taken out of the spec', [leader, proxyPods('2x20 _x40'), expiry('1200x20 _x40')], []],
  ['its certificate has expired', [leader, proxyPods('2x60'), expiry('1200x60')], ['SallyportProxyDown']],
  ['its certificate is good', [leader, proxyPods('2x60'), expiry('100000x60')], []],

  ['names are no longer intercepted', [leader, verified('1x20 0x40')], ['SallyportNamesNotIntercepted']],
  [
    'so, and the operator was restarted meanwhile',
    [leader, verified('1x20 _x40'), verified('_x25 0x35', 'b')],
    ['SallyportNamesNotIntercepted'],
  ],
  ['they never were', [leader, verified('0x60')], []],
  ['they are, again', [leader, verified('1x20 0x8 1x32')], []],

  ['no node takes jobs', [leader, nodes('ready', '0x60'), nodes('waiting', '3x60')], ['SallyportPoolWithoutNodes']],
  ['one does', [leader, nodes('ready', '1x60'), nodes('waiting', '3x60')], []],
  ['there is none, and no job', [leader, nodes('ready', '0x60'), nodes('waiting', '0x60')], []],
  ['the first one starts', [leader, nodes('ready', '0x60'), nodes('waiting', '0x50 1x10')], []],
];

it('Prometheus takes the rules, and they fire for what they are for, and for nothing else', async () => {
  const { promrules } = await ensureParts(['promrules']);
  const objects = await render({ metrics: { prometheusRule: on } });
  const rule = objects.find(({ kind }) => kind === 'PrometheusRule') as KubernetesObject & { spec: object };
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-alerts-'));
  try {
    await writeFile(join(folder, 'rules.yaml'), stringify(rule.spec));
    const run = promisify(execFile)(promrules, [join(folder, 'rules.yaml')]);
    run.child.stdin?.end(JSON.stringify(cases.map(([, series]) => series)));
    const fired = JSON.parse((await run).stdout) as string[][];
    expect(cases.map(([what], i) => [what, fired[i]])).toEqual(cases.map(([what, , alerts]) => [what, alerts]));
  } finally {
    await rm(folder, { recursive: true });
  }
});
