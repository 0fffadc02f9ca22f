import type { Reading } from '../aws/places.js';
import type { KubeClient } from '../kube/client.js';
import { KubeError } from '../kube/error.js';
import { services } from '../kube/owned/resources.js';
import type { ObjectRef } from '../kube/resource.js';

/** Host name of the load balancer that a Service of the cluster got; '' while it has none. */
export async function serviceHost(client: KubeClient, ref: ObjectRef): Promise<Reading<string>> {
  try {
    const found = await client.get(services, ref);
    return { ok: true, value: found?.status?.loadBalancer?.ingress?.[0]?.hostname ?? '' };
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== 403) throw error;
    return {
      ok: false,
      problem: {
        reason: 'Forbidden',
        message: `${error.message}; allow it by the chart's values, or in the operator's roles`,
      },
    };
  }
}
