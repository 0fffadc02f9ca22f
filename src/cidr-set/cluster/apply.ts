import type { KubeClient } from '../../kube/client.js';
import { KubeError } from '../../kube/error.js';
import { fieldManager } from '../../kube/status.js';
import { marks, UNMARK } from './mark.js';
import type { ClusterOperation } from './order.js';

export interface ClusterOutcome {
  operation: ClusterOperation;
  result: 'Done' | KubeError;
}

export interface ApplyIo {
  client: KubeClient;
  set: string;
  ownerId: string;
  signal: AbortSignal;
}

/** One call, which fails with Conflict when the object is no longer what the plan was made from. */
export async function applyOperation(io: ApplyIo, operation: ClusterOperation): Promise<ClusterOutcome> {
  try {
    await call(io, operation);
    return { operation, result: 'Done' };
  } catch (error) {
    if (error instanceof KubeError) return { operation, result: error };
    throw error;
  }
}

async function call(
  { client, set, ownerId, signal }: ApplyIo,
  { action, seen, written }: ClusterOperation,
): Promise<void> {
  const { kind, ref, object } = seen;
  const { resource } = kind;
  const { resourceVersion, uid } = object?.metadata ?? {};
  const based = resourceVersion !== undefined && { resourceVersion };
  switch (action) {
    case 'Apply': {
      const metadata = { ...ref, ...marks(ref, set, ownerId), ...based };
      // Where we saw nothing, what somebody made since is not to be taken over.
      const options = { manager: fieldManager, force: object !== undefined, signal };
      await client.apply(resource, { metadata, ...written?.fields }, options);
      return;
    }
    case 'Delete':
      return client.delete(resource, ref, { uid, signal });
    case 'Release':
      await client.patch(resource, ref, { metadata: { ...UNMARK, ...based } }, { signal });
  }
}
