import type { PrivateLinkEndpoint } from '../../api/private-link-endpoint.gen.js';
import type { Problem } from '../../api/problem.js';
import type { RunnerPool } from '../../api/runner-pool.gen.js';
import type { Desired } from '../../kube/owned/part.js';
import { configMaps } from '../../kube/owned/resources.js';
import { ec2nodeclasses, type KarpenterObject, karpenterObjects, nodepools } from '../karpenter/objects.js';
import type { Logins } from '../logins.js';
import { problemText, type UserData } from '../user-data/result.js';
import { userDataOf } from '../user-data/user-data.js';

export interface NodesInput extends Logins {
  pool: RunnerPool;
  /** What `spec.endpointRef` leads to. */
  endpoint?: PrivateLinkEndpoint | undefined;
}

/** What nodes are started with, and by. */
export interface NodesWish {
  /** Absent where there are problems. */
  userData?: UserData;
  desired: readonly Desired[];
  problems: readonly Problem[];
}

/** Pure. Where something is missing, nothing is wished: what there is stays. */
export function nodesWish(input: NodesInput): NodesWish {
  const { pool, endpoint, logins } = input;
  const missing = [...missingEndpoint(input), ...input.problems];
  if (missing.length > 0) return { desired: [], problems: missing };
  const rendered = userDataOf({ pool, logins, ...(endpoint && { endpoint: endpoint.spec }) });
  if (rendered.ok) return { userData: rendered.value, desired: objectsOf(pool, rendered.value.text), problems: [] };
  const message = rendered.problems.map(problemText).join('; ');
  return { desired: [], problems: [{ reason: 'UserDataInvalid', message }] };
}

function missingEndpoint({ pool: { metadata, spec }, endpoint }: NodesInput): Problem[] {
  const { endpointRef } = spec;
  if (!endpointRef || endpoint) return [];
  const name = `PrivateLinkEndpoint ${metadata.namespace}/${endpointRef.name}`;
  return [{ reason: 'EndpointNotFound', message: `there is no ${name}; make it, or take endpointRef out` }];
}

function objectsOf(pool: RunnerPool, text: string): Desired[] {
  if (pool.spec.nodes.provisioner !== 'UserDataOnly') return karpenterObjects(pool, text).map(applied);
  const { namespace = '', name } = pool.metadata;
  const metadata = { namespace, name: `${name}-user-data` };
  return [{ resource: configMaps, metadata, fields: { data: { 'user-data': text } } }];
}

function applied({ kind, metadata, spec }: KarpenterObject): Desired {
  return { resource: kind === 'NodePool' ? nodepools : ec2nodeclasses, metadata, fields: { spec } };
}
