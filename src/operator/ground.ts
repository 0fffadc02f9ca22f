import { type AwsAccount, awsaccounts } from '../api/aws-account.gen.js';
import { type CidrSet, cidrsets } from '../api/cidr-set.gen.js';
import { type PrivateLinkEndpoint, privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import { type RunnerPool, runnerpools } from '../api/runner-pool.gen.js';
import { Places } from '../aws/places.js';
import { Sessions } from '../aws/session.js';
import { Estate } from '../cidr-set/estate.js';
import { KubeClient } from '../kube/client.js';
import { clusterId } from '../kube/cluster-id.js';
import { OwnedObjects } from '../kube/owned/objects.js';
import { Recorder } from '../kube/recorder.js';
import { Reflector } from '../kube/reflector.js';
import type { KubeObject, Resource } from '../kube/resource.js';
import { type ControllerName, controllerNames } from './controller-names.js';
import { defaults, type OperatorOptions } from './options.js';
import { Queues } from './queues.js';

/** Changes that come together, as of one `kubectl apply -f folder`, are looked at together. */
export const SETTLE_MS = 200;
/** What was read for one resource serves others for so long. */
export const FRESH_MS = 5_000;

/** What controllers stand on. */
export type Ground = Awaited<ReturnType<typeof startGround>>;

export async function startGround(given: OperatorOptions) {
  const options = { ...defaults, controllers: controllerNames, ...given, intervalMs: given.resyncMs };
  const { kubeConfig, log, controllers } = options;
  const client = new KubeClient(kubeConfig);
  const reflect = <T extends KubeObject>(resource: Resource<T>) => new Reflector<T>({ client, resource, log });
  const accounts = reflect<AwsAccount>(awsaccounts);
  const sets = reflect<CidrSet>(cidrsets);
  const endpoints = reflect<PrivateLinkEndpoint>(privatelinkendpoints);
  const pools = reflect<RunnerPool>(runnerpools);
  const sessions = new Sessions();
  const reflectors = new Map<string, Pick<Reflector<KubeObject>, 'synced' | 'run'>>([
    [awsaccounts.plural, accounts],
    [cidrsets.plural, sets],
    [privatelinkendpoints.plural, endpoints],
    [runnerpools.plural, pools],
  ]);
  const ownerId = options.ownerId ?? (await clusterId(client));
  return {
    ...options,
    ownerId,
    client,
    recorder: new Recorder({ client, log }),
    sessions,
    places: new Places(accounts.store, sessions),
    owned: new OwnedObjects({ client, ownerId, log }),
    accounts,
    sets,
    endpoints,
    pools,
    /** All that must be synced before a controller may run, by what they read. */
    reflectors,
    estate: new Estate(sets.store, accounts.store),
    queues: new Queues(),
    runs: (name: ControllerName) => controllers.includes(name),
  };
}
