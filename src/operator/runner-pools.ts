import { Controller } from '../kube/controller.js';
import { objectKey } from '../kube/resource.js';
import { runnerPoolReconciler } from '../runner-pool/controller.js';
import { RUNNER_POOL } from '../runner-pool/hands.js';
import { AddressBook } from '../runner-pool/jobs/addresses.js';
import { Fleet } from '../runner-pool/nodes/fleet.js';
import { FRESH_MS, type Ground, SETTLE_MS } from './ground.js';
import { isChange } from './is-change.js';
import { setLookup } from './set-lookup.js';

export function addRunnerPools(ground: Ground): void {
  const { client, endpoints, estate, log, owned, pollMs, pools, queues, sets } = ground;
  if (!ground.runs('runner-pool')) return;
  const look = (pool: string) => queues.wake('runner-pool', pool, SETTLE_MS);
  const reconcile = runnerPoolReconciler({
    ...ground,
    resources: pools.store,
    endpoints: endpoints.store,
    fleet: new Fleet({ pools: pools.store, client, log, onChange: look }),
    addresses: new AddressBook(client, Math.min(FRESH_MS, pollMs / 2)),
    setOf: setLookup(estate),
    image: ground.image,
  });
  queues.add(new Controller({ name: 'runner-pool', concurrency: 4, reconcile, log }));
  pools.onChange((key, before, after) => {
    if (isChange(before, after)) look(key);
  });
  endpoints.onChange((key, before, after) => {
    if (!isChange(before, after)) return;
    for (const { metadata, spec } of pools.store.list()) {
      const referred = spec.endpointRef && objectKey({ ...metadata, name: spec.endpointRef.name });
      if (referred === key) look(objectKey(metadata));
    }
  });
  owned.onChange((part) => {
    const [component, key = ''] = part.split(' ');
    if (component?.startsWith(RUNNER_POOL)) look(key);
  });
  if (ground.runs('cidr-set')) return;
  sets.onChange((_name, before, after) => {
    if (isChange(before, after)) lookAtNetworks(ground);
  });
}

/** Sets may have other CIDRs than before. */
export function lookAtNetworks({ pools, queues }: Ground): void {
  for (const { metadata, spec } of pools.store.list()) {
    if (spec.network.allow) queues.wake('runner-pool', objectKey(metadata));
  }
}
