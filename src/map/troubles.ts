import type { Condition } from '../kube/conditions.js';
import type { ObjectMeta } from '../kube/resource.js';
import type { Trouble } from './data.js';
import { endpointId, poolId } from './ids.js';
import type { MapInput } from './map-data.js';

interface Conditioned {
  kind: string;
  metadata: ObjectMeta;
  status?: { conditions?: Condition[] };
}

export function troublesOf({ accounts, sets, endpoints, pools, access }: MapInput['overview']): Trouble[] {
  return [
    ...access.unread.map(({ where, message }) => ({ title: where, reason: 'not read', message })),
    ...accounts.flatMap((account) => notReady(account, `account/${account.metadata.name}`)),
    ...sets.flatMap((set) => notReady(set, `set/${set.metadata.name}`)),
    ...endpoints.flatMap((endpoint) => notReady(endpoint, endpointId(endpoint.metadata))),
    ...pools.flatMap((pool) => notReady(pool, poolId(pool.metadata))),
  ];
}

function notReady({ kind, metadata, status }: Conditioned, id: string): Trouble[] {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return [];
  const { reason, message } = ready ?? { reason: 'no status', message: 'Sallyport has not looked at it' };
  const name = metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
  return [{ id, title: `${kind} ${name}`, reason, message }];
}
