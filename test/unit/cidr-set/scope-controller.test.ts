import { expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { createLogger, transports } from 'winston';
import type { AwsAccount } from '../../../src/api/aws-account.gen.js';
import type { CidrSet, CidrSetSpec, CidrSetStatus } from '../../../src/api/cidr-set.gen.js';
import { Estate, FINALIZER } from '../../../src/cidr-set/estate.js';
import { scopeReconciler } from '../../../src/cidr-set/scope-controller.js';
import { KubeClient } from '../../../src/kube/client.js';
import { Recorder } from '../../../src/kube/recorder.js';
import { Store } from '../../../src/kube/store.js';
import { sessionsOf } from './converge/aws.js';
import { awsAccount, cidrSet } from './resources.js';

const log = createLogger({ silent: true, transports: [new transports.Console()] });
const signal = new AbortController().signal;
const key = 'shared/eu-west-1';

/** A reconciler that AWS gives `answers` to, by action; anything else is empty there. */
function reconciler(answers: Record<string, object>) {
  const sets = new Store<CidrSet>({});
  const accounts = new Store<AwsAccount>({});
  accounts.set(awsAccount('shared'));
  const called: string[] = [];
  const reconcile = scopeReconciler({
    estate: new Estate(sets, accounts),
    sessions: sessionsOf(async ({ constructor: { name } }) => {
      const action = name.replace(/Command$/, '');
      called.push(action);
      return answers[action] ?? {};
    }),
    recorder: Object.assign(new Recorder({ client: new KubeClient(new KubeConfig()), log }), { event: () => {} }),
    ownerId: 'owner',
    ownAddresses: [],
    intervalMs: 3_600_000,
    onReport: () => {},
    log,
  });
  return {
    called,
    apply(cidr: string, targets: NonNullable<CidrSetSpec['targets']>, status: Partial<CidrSetStatus> = {}) {
      const metadata = { name: 'office', finalizers: [FINALIZER] };
      sets.set(cidrSet({ cidrs: [{ cidr }], targets }, { metadata, status }));
    },
    look: async () => (await reconcile(key, signal))?.requeueAfterMs,
  };
}

it('looks again soon for what is under way, less and less often while nothing is new, and soon again once it is', async () => {
  const cluster = {
    name: 'prod',
    arn: 'arn:prod',
    status: 'UPDATING',
    resourcesVpcConfig: { publicAccessCidrs: [] as string[] },
  };
  const { apply, look } = reconciler({ DescribeCluster: { cluster } });
  const targets = { eksPublicAccess: [{ name: 'api', clusters: ['prod'], acceptLockout: true }] };
  apply('203.0.113.0/24', targets);
  for (const seconds of [2, 4, 8, 16, 32, 60, 60]) expect(await look()).toBe(seconds * 1000);
  apply('198.51.100.0/24', targets);
  expect(await look()).toBe(2_000);
  cluster.resourcesVpcConfig.publicAccessCidrs.push('192.0.2.0/24');
  expect(await look()).toBe(2_000);
});

it('makes no object before the status of its set lists it', async () => {
  const { apply, look, called } = reconciler({});
  const targets = { wafIpSets: [{ name: 'edge', scope: 'REGIONAL' as const }] };
  const place = { account: 'shared', region: 'eu-west-1' };
  const listed = (name: string, more = {}) => ({
    objects: [{ target: 'wafIpSets', id: name, name, entries: 1, ...place, ...more }],
  });
  for (const status of [{}, listed('another'), listed('sallyport-office-ipv4', { region: 'us-east-1' })]) {
    apply('203.0.113.0/24', targets, status);
    await look();
    expect(called).not.toContain('CreateIPSet');
  }
  apply('203.0.113.0/24', targets, listed('sallyport-office-ipv4'));
  await look();
  expect(called).toContain('CreateIPSet');
});

it('does not wait for a list that is cut', async () => {
  const { apply, look, called } = reconciler({});
  apply('203.0.113.0/24', { wafIpSets: [{ name: 'edge', scope: 'REGIONAL' }] }, { objectsOmitted: 3 });
  await look();
  expect(called).toContain('CreateIPSet');
});
