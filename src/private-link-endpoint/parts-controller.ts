import { type PrivateLinkEndpoint, privatelinkendpoints } from '../api/private-link-endpoint.gen.js';
import type { KubeClient } from '../kube/client.js';
import { conditionSet, type Finding } from '../kube/conditions.js';
import { applyStatus } from '../kube/status.js';
import type { ReadonlyStore } from '../kube/store.js';
import { timestamp } from '../kube/time.js';
import { FINALIZER } from './controller.js';
import { type PartReports, partConditions, partsOf } from './parts.js';

export interface PartsOptions {
  resources: ReadonlyStore<PrivateLinkEndpoint>;
  client: KubeClient;
  parts: PartReports;
}

/**
 * Where the AWS side is kept by another install: tells in status of the proxy and of interception alone. What status knows
 * of AWS stays, as the AWS side would need it if it came back.
 */
export function partsReconciler({ resources, client, parts: reports }: PartsOptions) {
  return async (key: string): Promise<undefined> => {
    const object = resources.get(key);
    if (!object) {
      for (const each of Object.values(reports)) each.forget(key);
      return;
    }
    const { proxy, interception } = partsOf(object, reports);
    const { deletionTimestamp, finalizers, generation = 0 } = object.metadata;
    const isStuck = deletionTimestamp !== undefined && finalizers?.includes(FINALIZER);
    const conditions = conditionSet(
      ...(isStuck ? (['ServiceReady'] as const) : []),
      ...(proxy ? [partConditions.proxy] : []),
      ...(interception ? [partConditions.interception] : []),
    );
    const { proxy: _proxy, interception: _interception, ...known } = object.status ?? {};
    await applyStatus(client, privatelinkendpoints, object, {
      ...known,
      observedGeneration: generation,
      ...(proxy && { proxy: proxy.status }),
      ...(interception && { interception: interception.status }),
      conditions: conditions({
        object,
        now: timestamp(),
        findings: {
          ServiceReady: switchedOff,
          ...(proxy?.finding && { ProxyReady: proxy.finding }),
          ...(interception?.finding && { Intercepted: interception.finding }),
        },
      }),
    });
  };
}

const switchedOff = {
  status: 'False',
  reason: 'SwitchedOff',
  message: `the controller private-link-endpoint made this in AWS and is switched off; run it again, or remove the finalizer ${FINALIZER} to leave all in place`,
} as const satisfies Finding;
