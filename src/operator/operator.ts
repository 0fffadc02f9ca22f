import { setMaxListeners } from 'node:events';
import { runWhenLeader } from '../kube/leader.js';
import { aborted } from '../kube/signal.js';
import { serveHealth } from '../telemetry/health.js';
import { addAwsAccounts } from './aws-accounts.js';
import { addCidrSets } from './cidr-sets.js';
import { startGround } from './ground.js';
import type { OperatorOptions } from './options.js';
import { addPrivateLinkEndpoints } from './private-link-endpoints.js';
import { addRunnerPools } from './runner-pools.js';

/** Runs the operator until the signal aborts; rejects when it lost the lease. */
export async function runOperator(options: OperatorOptions, signal: AbortSignal): Promise<void> {
  const ground = await startGround(options);
  addAwsAccounts(ground);
  addCidrSets(ground);
  addPrivateLinkEndpoints(ground);
  addRunnerPools(ground);

  const { client, controllers, log, ownerId, planOnly, queues, recorder, reflectors } = ground;
  const unsynced = new Set(reflectors.keys());
  const synced = Promise.all([...reflectors].map(([plural, { synced }]) => synced.then(() => unsynced.delete(plural))));
  const health = await serveHealth({
    ...options.health,
    healthz: { ping: () => {} },
    readyz: { synced: () => requireSynced(unsynced) },
  });
  log.info('started', { ownerId, controllers, planOnly, identity: options.identity, healthPort: health.port });

  const reflecting = Promise.all([...reflectors.values()].map((each) => each.run(signal)));
  try {
    await runWhenLeader({ ...options, client, name: 'sallyport', log }, signal, async (leading) => {
      // Every call to AWS that waits for its turn listens to it.
      setMaxListeners(0, leading);
      // A set that is not known yet would look like one that is gone, and lose its rules.
      await Promise.race([synced, aborted(leading)]);
      if (leading.aborted) return;
      await queues.run(leading);
      await recorder.flush();
    });
  } finally {
    await health.close();
  }
  await reflecting;
}

function requireSynced(unsynced: ReadonlySet<string>): void {
  if (unsynced.size === 0) return;
  throw new Error(
    `${[...unsynced].join(', ')} not read yet; are the permissions there, and the CRDs? sallyport crds | kubectl apply -f -`,
  );
}
