import { setMaxListeners } from 'node:events';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'winston';
import { type AwsAccount, awsaccounts } from './api/aws-account.gen.js';
import { type CidrSet, cidrsets } from './api/cidr-set.gen.js';
import { scopeKey } from './aws/scope.js';
import { Sessions } from './aws/session.js';
import { accountReconciler } from './aws-account/controller.js';
import { Estate } from './cidr-set/estate.js';
import { scopeReconciler } from './cidr-set/scope-controller.js';
import { setReconciler } from './cidr-set/set-controller.js';
import { KubeClient } from './kube/client.js';
import { Controller } from './kube/controller.js';
import { runWhenLeader } from './kube/leader.js';
import { Recorder } from './kube/recorder.js';
import { Reflector } from './kube/reflector.js';
import type { KubeObject, Resource } from './kube/resource.js';
import { aborted } from './kube/signal.js';
import { serveHealth } from './telemetry/health.js';

export interface OperatorOptions {
  kubeConfig: KubeConfig;
  /** Marks all that this install makes. Absent: the UID of the namespace kube-system. */
  ownerId?: string;
  /** Of the Lease. */
  namespace: string;
  /** Who this process is in the election. */
  identity: string;
  /** How long drift may live. */
  resyncMs: number;
  /** How long a deleted set waits for an account that can't be reached. @default 15 minutes */
  releaseAfterMs?: number;
  health: { host: string; port: number };
  log: Logger;
}

/** Changes that come together, as of one `kubectl apply -f folder`, are looked at together. */
const SETTLE_MS = 200;

const namespaces: Resource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false };

/** Runs the operator until the signal aborts; rejects when it lost the lease. */
export async function runOperator(options: OperatorOptions, signal: AbortSignal): Promise<void> {
  const { log, resyncMs, releaseAfterMs = 15 * 60_000 } = options;
  const client = new KubeClient(options.kubeConfig);
  const recorder = new Recorder({ client, log });
  const sessions = new Sessions();
  const accounts = new Reflector<AwsAccount>({ client, resource: awsaccounts, log });
  const sets = new Reflector<CidrSet>({ client, resource: cidrsets, log });
  const estate = new Estate(sets.store, accounts.store);
  const ownerId = options.ownerId ?? (await clusterId(client));

  const setController = new Controller({
    name: 'cidr-set',
    concurrency: 4,
    reconcile: setReconciler({ estate, client, recorder, releaseAfterMs }),
    log,
  });
  const scopeController = new Controller({
    name: 'scope',
    concurrency: 8,
    reconcile: scopeReconciler({
      estate,
      sessions,
      recorder,
      ownerId,
      intervalMs: resyncMs,
      onReport: (set) => setController.enqueue(set),
      log,
    }),
    log,
  });
  const accountController = new Controller({
    name: 'aws-account',
    concurrency: 4,
    reconcile: accountReconciler({
      accounts: accounts.store,
      client,
      sessions,
      intervalMs: resyncMs,
      onReady: (account) => {
        for (const { scope } of estate.places())
          if (scope.account === account) scopeController.enqueue(scopeKey(scope));
      },
    }),
    log,
  });
  /** One key: after any change, whatever it touches is looked at. */
  const changes = new Controller({
    name: 'changes',
    concurrency: 1,
    reconcile: async () => {
      for (const key of estate.staleScopes()) scopeController.enqueue(key);
      for (const set of estate.sets.list()) setController.enqueue(set.metadata.name);
      return undefined;
    },
    log,
  });
  const settle = () => changes.enqueueAfter('all', SETTLE_MS);

  sets.onChange((key, before, after) => {
    setController.enqueue(key);
    if (isChange(before, after)) settle();
  });
  accounts.onChange((key, before, after) => {
    accountController.enqueue(key);
    if (!isChange(before, after)) return;
    for (const region of [...(before?.spec.regions ?? []), ...(after?.spec.regions ?? [])]) {
      scopeController.enqueueAfter(`${key}/${region}`, SETTLE_MS);
    }
    settle();
  });

  const unsynced = new Set([awsaccounts.plural, cidrsets.plural]);
  const synced = Promise.all([
    accounts.synced.then(() => unsynced.delete(awsaccounts.plural)),
    sets.synced.then(() => unsynced.delete(cidrsets.plural)),
  ]);
  const health = await serveHealth({
    ...options.health,
    healthz: { ping: () => {} },
    readyz: { synced: () => requireSynced(unsynced) },
  });
  log.info('started', { ownerId, identity: options.identity, healthPort: health.port });

  const reflecting = Promise.all([accounts.run(signal), sets.run(signal)]);
  try {
    await runWhenLeader({ ...options, client, name: 'sallyport', log }, signal, async (leading) => {
      // Every call to AWS that waits for its turn listens to it.
      setMaxListeners(0, leading);
      // A set that is not known yet would look like one that is gone, and lose its rules.
      await Promise.race([synced, aborted(leading)]);
      if (leading.aborted) return;
      await Promise.all([accountController, scopeController, setController, changes].map((each) => each.run(leading)));
      await recorder.flush();
    });
  } finally {
    await health.close();
  }
  await reflecting;
}

/** Whether anything but status changed. */
function isChange(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  const essence = (object: KubeObject | undefined) => {
    const { generation, labels, annotations, finalizers, deletionTimestamp, uid } = object?.metadata ?? {};
    return JSON.stringify([generation, labels, annotations, finalizers, deletionTimestamp, uid]);
  };
  return essence(before) !== essence(after);
}

function requireSynced(unsynced: ReadonlySet<string>): void {
  if (unsynced.size === 0) return;
  throw new Error(`${[...unsynced].join(', ')} not read yet; are the CRDs there? sallyport crds | kubectl apply -f -`);
}

async function clusterId(client: KubeClient): Promise<string> {
  const uid = (await client.get(namespaces, { name: 'kube-system' }))?.metadata.uid;
  if (!uid) throw new Error('the namespace kube-system has no UID; give an owner id with --owner-id');
  return uid;
}
