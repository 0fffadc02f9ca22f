import { setMaxListeners } from 'node:events';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'winston';
import { type AwsAccount, awsaccounts } from './api/aws-account.gen.js';
import { type CidrSet, cidrsets } from './api/cidr-set.gen.js';
import { type PrivateLinkEndpoint, privatelinkendpoints } from './api/private-link-endpoint.gen.js';
import { type RunnerPool, runnerpools } from './api/runner-pool.gen.js';
import { Places } from './aws/places.js';
import { scopeKey } from './aws/scope.js';
import { Sessions } from './aws/session.js';
import { accountReconciler } from './aws-account/controller.js';
import { admissionProblem } from './cidr-set/admission.js';
import { clusterReconciler } from './cidr-set/cluster/controller.js';
import { Estate } from './cidr-set/estate.js';
import { scopeReconciler } from './cidr-set/scope-controller.js';
import { setReconciler } from './cidr-set/set-controller.js';
import { createDiscovery } from './cidr-set/sources/discovery.js';
import { interceptionReconciler } from './interception/controller.js';
import { JOB_DNS } from './interception/job-dns/deploy.js';
import { KubeClient } from './kube/client.js';
import { clusterId } from './kube/cluster-id.js';
import { Controller } from './kube/controller.js';
import { runWhenLeader } from './kube/leader.js';
import { OwnedObjects } from './kube/owned/objects.js';
import { configMaps } from './kube/owned/resources.js';
import { Recorder } from './kube/recorder.js';
import { Reflector } from './kube/reflector.js';
import { Reports } from './kube/reports.js';
import { type KubeObject, objectKey } from './kube/resource.js';
import { aborted } from './kube/signal.js';
import { privateLinkReconciler } from './private-link-endpoint/controller.js';
import type { PartReports } from './private-link-endpoint/parts.js';
import { Snapshots } from './private-link-endpoint/snapshots.js';
import { PROXY, proxyReconciler } from './proxy/controller.js';
import { runnerPoolReconciler } from './runner-pool/controller.js';
import { RUNNER_POOL } from './runner-pool/hands.js';
import { AddressBook } from './runner-pool/jobs/addresses.js';
import { Fleet } from './runner-pool/nodes/fleet.js';
import { serveHealth } from './telemetry/health.js';

export interface OperatorOptions {
  kubeConfig: KubeConfig;
  /** Marks all that this install makes. Absent: the UID of the namespace kube-system. */
  ownerId?: string;
  /** CIDRs that this process comes from, as AWS sees it; without them no EKS endpoint is closed that may shut it out. */
  ownAddresses?: readonly string[];
  /** Of the Lease, and of the ConfigMaps that hold what sets' sources gave. */
  namespace: string;
  /** Who this process is in the election. */
  identity: string;
  /** Its own image, by which RunnerPools are probed. */
  image?: string;
  /** How long drift may live. */
  resyncMs: number;
  /** Writes nothing to AWS, nor anything that sets ask for to the cluster: every set shows in its status what it would. */
  planOnly?: boolean;
  /** How long a deleted resource waits for an account that can't be reached. @default 15 minutes */
  releaseAfterMs?: number;
  /** How soon a PrivateLinkEndpoint looks again at what AWS takes its time for. @default 15 seconds */
  pollMs?: number;
  /** How long an endpoint is kept that no name leads to any more. @default 2 minutes, two times the TTL of such names */
  restMs?: number;
  /** How soon resolvers are asked again while a change to this cluster's DNS is being proved. @default 2 seconds */
  askMs?: number;
  /** How long that may take until it is taken back. @default 3 minutes */
  proofMs?: number;
  health: { host: string; port: number };
  log: Logger;
}

/** Changes that come together, as of one `kubectl apply -f folder`, are looked at together. */
const SETTLE_MS = 200;
/** What was read of an account for one PrivateLinkEndpoint serves others for so long. */
const FRESH_MS = 5_000;
/** Sources of a set that are read for the first time come in one after the other. */
const SETTLE_SOURCES_MS = 3_000;

/** Runs the operator until the signal aborts; rejects when it lost the lease. */
export async function runOperator(options: OperatorOptions, signal: AbortSignal): Promise<void> {
  const { log, resyncMs, planOnly = false, releaseAfterMs = 15 * 60_000, pollMs = 15_000, restMs = 120_000 } = options;
  const client = new KubeClient(options.kubeConfig);
  const recorder = new Recorder({ client, log });
  const sessions = new Sessions();
  const accounts = new Reflector<AwsAccount>({ client, resource: awsaccounts, log });
  const sets = new Reflector<CidrSet>({ client, resource: cidrsets, log });
  const endpoints = new Reflector<PrivateLinkEndpoint>({ client, resource: privatelinkendpoints, log });
  const pools = new Reflector<RunnerPool>({ client, resource: runnerpools, log });
  const estate = new Estate(sets.store, accounts.store);
  const ownerId = options.ownerId ?? (await clusterId(client));

  const discovery = createDiscovery({
    estate,
    client,
    sessions,
    recorder,
    namespace: options.namespace,
    planOnly,
    intervalMs: resyncMs,
    onNews: (settled) => settle(settled ? SETTLE_MS : SETTLE_SOURCES_MS),
    log,
  });
  const setController = new Controller({
    name: 'cidr-set',
    concurrency: 4,
    reconcile: setReconciler({ estate, client, recorder, releaseAfterMs, onRelease: discovery.forget, planOnly }),
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
      ownAddresses: options.ownAddresses ?? [],
      planOnly,
      intervalMs: resyncMs,
      onReport: (set) => setController.enqueue(set),
      log,
    }),
    log,
  });
  const clusterController: Controller = new Controller({
    name: 'cluster',
    concurrency: 4,
    reconcile: clusterReconciler({
      estate,
      client,
      recorder,
      ownerId,
      planOnly,
      intervalMs: resyncMs,
      wake: (set) => clusterController.enqueue(set),
      onReport: (set) => setController.enqueue(set),
      log,
    }),
    log,
  });
  const places = new Places(accounts.store, sessions);
  const parts: PartReports = { proxy: new Reports(), interception: new Reports() };
  const privateLinkController = new Controller({
    name: 'private-link-endpoint',
    concurrency: 16,
    reconcile: privateLinkReconciler({
      resources: endpoints.store,
      places,
      snapshots: new Snapshots(Math.min(FRESH_MS, pollMs / 2)),
      client,
      recorder,
      ownerId,
      planOnly,
      intervalMs: resyncMs,
      pollMs,
      restMs,
      releaseAfterMs,
      admissionProblem: (set, { account, region }, ports) =>
        admissionProblem(set, sets.store.get(set), accounts.store.get(account), region, ports),
      parts,
      onGroup: (place) => scopeController.enqueue(scopeKey(place)),
      log,
    }),
    log,
  });
  const owned = new OwnedObjects({ client, ownerId, log });
  const proxyController = new Controller({
    name: 'proxy',
    concurrency: 4,
    reconcile: proxyReconciler({
      resources: endpoints.store,
      client,
      owned,
      recorder,
      ownerId,
      planOnly,
      intervalMs: resyncMs,
      pollMs,
      report: (key, report) => {
        if (parts.proxy.keep(key, report)) privateLinkController.enqueue(key);
      },
      log,
    }),
    log,
  });
  const interceptionController: Controller = new Controller({
    name: 'interception',
    // Changes to the cluster's DNS are made one after the other.
    concurrency: 1,
    reconcile: interceptionReconciler({
      resources: endpoints.store,
      client,
      owned,
      ownerId,
      recorder,
      planOnly,
      intervalMs: resyncMs,
      pollMs: options.askMs ?? 2_000,
      proofMs: options.proofMs ?? 180_000,
      wake: () => {
        for (const { metadata } of endpoints.store.list()) interceptionController.enqueue(objectKey(metadata));
      },
      report: (key, report) => {
        if (parts.interception.keep(key, report)) privateLinkController.enqueue(key);
      },
      log,
    }),
    log,
  });
  const poolController: Controller = new Controller({
    name: 'runner-pool',
    concurrency: 4,
    reconcile: runnerPoolReconciler({
      resources: pools.store,
      endpoints: endpoints.store,
      places,
      fleet: new Fleet({
        pools: pools.store,
        client,
        log,
        onChange: (pool) => poolController.enqueueAfter(pool, SETTLE_MS),
      }),
      client,
      owned,
      recorder,
      ownerId,
      addresses: new AddressBook(client, Math.min(FRESH_MS, pollMs / 2)),
      setOf: (name) => {
        if (!estate.sets.get(name)) return undefined;
        const { cidrs, problem } = estate.resolve(name);
        return { cidrs: cidrs.map(({ cidr }) => cidr), problem };
      },
      image: options.image,
      releaseAfterMs,
      planOnly,
      intervalMs: resyncMs,
      pollMs,
      log,
    }),
    log,
  });
  const lookAtEndpoints = () => {
    for (const { metadata } of endpoints.store.list())
      privateLinkController.enqueueAfter(objectKey(metadata), SETTLE_MS);
  };
  const accountController = new Controller({
    name: 'aws-account',
    concurrency: 4,
    reconcile: accountReconciler({
      accounts: accounts.store,
      client,
      sessions,
      intervalMs: resyncMs,
      onReady: (account) => {
        lookAtEndpoints();
        for (const { scope } of estate.places()) {
          if (scope.account !== account) continue;
          scopeController.enqueue(scopeKey(scope));
          discovery.read(scope);
        }
      },
    }),
    log,
  });
  /** One key: after any change, whatever it touches is looked at. */
  const changes = new Controller({
    name: 'changes',
    concurrency: 1,
    reconcile: async () => {
      discovery.wake();
      for (const key of estate.staleScopes()) scopeController.enqueue(key);
      for (const { metadata } of estate.sets.list()) {
        setController.enqueue(metadata.name);
        clusterController.enqueue(metadata.name);
      }
      for (const { metadata, spec } of pools.store.list()) {
        if (spec.network.allow) poolController.enqueue(objectKey(metadata));
      }
      return undefined;
    },
    log,
  });
  const settle = (ms = SETTLE_MS) => changes.enqueueAfter('all', ms);

  sets.onChange((key, before, after) => {
    setController.enqueue(key);
    if (!isChange(before, after)) return;
    clusterController.enqueueAfter(key, SETTLE_MS);
    discovery.changed(key);
    settle();
  });
  accounts.onChange((key, before, after) => {
    accountController.enqueue(key);
    if (!isChange(before, after)) return;
    lookAtEndpoints();
    for (const region of [...(before?.spec.regions ?? []), ...(after?.spec.regions ?? [])]) {
      scopeController.enqueueAfter(`${key}/${region}`, SETTLE_MS);
      discovery.read({ account: key, region });
    }
    settle();
  });

  endpoints.onChange((key, before, after) => {
    if (!isChange(before, after)) return;
    privateLinkController.enqueueAfter(key, SETTLE_MS);
    proxyController.enqueueAfter(key, SETTLE_MS);
    interceptionController.enqueueAfter(key, SETTLE_MS);
    for (const { metadata, spec } of pools.store.list()) {
      const referred = spec.endpointRef && objectKey({ ...metadata, name: spec.endpointRef.name });
      if (referred === key) poolController.enqueueAfter(objectKey(metadata), SETTLE_MS);
    }
  });
  pools.onChange((key, before, after) => {
    if (isChange(before, after)) poolController.enqueueAfter(key, SETTLE_MS);
  });
  owned.onChange((part) => {
    const [component, key = ''] = part.split(' ');
    if (component === PROXY) proxyController.enqueueAfter(key, SETTLE_MS);
    if (component === JOB_DNS) interceptionController.enqueueAfter(key, SETTLE_MS);
    if (component?.startsWith(RUNNER_POOL)) poolController.enqueueAfter(key, SETTLE_MS);
  });

  const reflectors = new Map<string, Pick<Reflector<KubeObject>, 'synced' | 'run'>>([
    [awsaccounts.plural, accounts],
    [cidrsets.plural, sets],
    [privatelinkendpoints.plural, endpoints],
    [runnerpools.plural, pools],
    [configMaps.plural, discovery.memoryReflector],
  ]);
  const unsynced = new Set(reflectors.keys());
  const synced = Promise.all([...reflectors].map(([plural, { synced }]) => synced.then(() => unsynced.delete(plural))));
  const health = await serveHealth({
    ...options.health,
    healthz: { ping: () => {} },
    readyz: { synced: () => requireSynced(unsynced) },
  });
  log.info('started', { ownerId, planOnly, identity: options.identity, healthPort: health.port });

  const reflecting = Promise.all([...reflectors.values()].map((each) => each.run(signal)));
  try {
    await runWhenLeader({ ...options, client, name: 'sallyport', log }, signal, async (leading) => {
      // Every call to AWS that waits for its turn listens to it.
      setMaxListeners(0, leading);
      // A set that is not known yet would look like one that is gone, and lose its rules.
      await Promise.race([synced, aborted(leading)]);
      if (leading.aborted) return;
      const controllers = [
        accountController,
        scopeController,
        clusterController,
        setController,
        privateLinkController,
        proxyController,
        interceptionController,
        poolController,
        changes,
      ];
      await Promise.all([...controllers, ...discovery.controllers].map((each) => each.run(leading)));
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
  throw new Error(
    `${[...unsynced].join(', ')} not read yet; are the permissions there, and the CRDs? sallyport crds | kubectl apply -f -`,
  );
}
