import { awsaccounts } from '../../src/api/aws-account.gen.js';
import { privatelinkendpoints } from '../../src/api/private-link-endpoint.gen.js';
import { type RunnerPool, runnerpools } from '../../src/api/runner-pool.gen.js';
import { Places } from '../../src/aws/places.js';
import { Sessions } from '../../src/aws/session.js';
import { runnerPoolReconciler } from '../../src/runner-pool/controller.js';
import type { RunnerPoolOptions } from '../../src/runner-pool/hands.js';
import { AddressBook } from '../../src/runner-pool/jobs/addresses.js';
import { Fleet } from '../../src/runner-pool/nodes/fleet.js';
import type { Cluster } from './cluster.js';
import { LoneController } from './lone-controller.js';

/** The RunnerPools' controller by itself. */
export class Pools extends LoneController<RunnerPool> {
  constructor(cluster: Cluster, { allowed, ...options }: Partial<RunnerPoolOptions> & { allowed?: number } = {}) {
    const lone = { name: 'runner-pool', resource: runnerpools, object: 'builders', allowed };
    super(cluster, lone, ({ hands, watch, enqueue }) => {
      const { client, resources, log } = hands;
      return runnerPoolReconciler({
        ...hands,
        endpoints: watch(privatelinkendpoints),
        places: new Places(watch(awsaccounts), new Sessions()),
        fleet: new Fleet({ pools: resources, client, log, onChange: enqueue }),
        addresses: new AddressBook(client, 100),
        setOf: () => undefined,
        releaseAfterMs: 60_000,
        ...options,
      });
    });
  }
}
