import { type ControllerName, controllerNames } from '../operator/controller-names.js';
import type { Declared } from '../plan/merge.js';
import { type InstallFacts, settings } from './cluster/operator.js';

/** Those that run in the cluster, by the environment of the pods that lead; all where that isn't seen, as before an install. */
export function enabledControllers(installs: readonly InstallFacts[]): readonly ControllerName[] {
  const given = settings(installs, 'SALLYPORT_CONTROLLERS').flatMap((list) => list.split(','));
  const names = given.map((name) => name.trim());
  return names.length > 0 ? controllerNames.filter((name) => names.includes(name)) : controllerNames;
}

/** What of the resources is this cluster's business: what a controller that is off would do, is done elsewhere. */
export function declaredFor(
  controllers: readonly ControllerName[],
  { accounts, sets, endpoints, pools }: Declared,
): Declared {
  const runs = (name: ControllerName) => controllers.includes(name);
  return {
    accounts,
    sets: runs('cidr-set') ? sets : [],
    pools: runs('runner-pool') ? pools : [],
    endpoints: endpoints.map((endpoint) => {
      const { proxy, interception, ...spec } = endpoint.spec;
      const here = {
        ...(proxy && runs('proxy') && { proxy }),
        ...(interception && runs('interception') && { interception }),
      };
      return { ...endpoint, spec: { ...spec, ...here } };
    }),
  };
}
