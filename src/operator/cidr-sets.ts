import { clusterReconciler } from '../cidr-set/cluster/controller.js';
import { scopeReconciler } from '../cidr-set/scope-controller.js';
import { setReconciler } from '../cidr-set/set-controller.js';
import { createDiscovery } from '../cidr-set/sources/discovery.js';
import { Controller } from '../kube/controller.js';
import { configMaps } from '../kube/owned/resources.js';
import { type Ground, SETTLE_MS } from './ground.js';
import { isChange } from './is-change.js';
import { lookAtNetworks } from './runner-pools.js';

/** Sources of a set that are read for the first time come in one after the other. */
const SETTLE_SOURCES_MS = 3_000;

export function addCidrSets(ground: Ground): void {
  const { estate, log, ownAddresses = [], queues } = ground;
  if (!ground.runs('cidr-set')) return;
  const onReport = (set: string) => queues.wake('cidr-set', set);
  const discovery = createDiscovery({
    ...ground,
    onNews: (settled) => queues.wake('changes', 'all', settled ? SETTLE_MS : SETTLE_SOURCES_MS),
  });
  ground.reflectors.set(configMaps.plural, discovery.memoryReflector);
  queues.add(
    new Controller({
      name: 'cidr-set',
      concurrency: 4,
      reconcile: setReconciler({ ...ground, onRelease: discovery.forget }),
      log,
    }),
    new Controller({
      name: 'scope',
      concurrency: 8,
      reconcile: scopeReconciler({ ...ground, ownAddresses, onReport }),
      log,
    }),
    new Controller({
      name: 'cluster',
      concurrency: 4,
      reconcile: clusterReconciler({ ...ground, wake: (set) => queues.wake('cluster', set), onReport }),
      log,
    }),
    /** One key: after any change, whatever it touches is looked at. */
    new Controller({
      name: 'changes',
      concurrency: 1,
      reconcile: async () => {
        discovery.wake();
        for (const key of estate.staleScopes()) queues.wake('scope', key);
        for (const { metadata } of estate.sets.list()) {
          queues.wake('cidr-set', metadata.name);
          queues.wake('cluster', metadata.name);
        }
        lookAtNetworks(ground);
        return undefined;
      },
      log,
    }),
    ...discovery.controllers,
  );
  ground.sets.onChange((key, before, after) => {
    queues.wake('cidr-set', key);
    if (!isChange(before, after)) return;
    queues.wake('cluster', key, SETTLE_MS);
    queues.wake('sources', key);
    queues.wake('changes', 'all', SETTLE_MS);
  });
}
