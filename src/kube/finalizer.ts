import type { KubeClient } from './client.js';
import { KubeError } from './error.js';
import type { KubeObject, Resource } from './resource.js';

/** @returns whether the object has the finalizer now; false when it is gone, so nothing may be made for it */
export function addFinalizer<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  finalizer: string,
): Promise<boolean> {
  return edit(client, resource, object, (present) => [...new Set([...present, finalizer])]);
}

/** Settles, too, when the object is gone. */
export async function removeFinalizer<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  finalizer: string,
): Promise<void> {
  await edit(client, resource, object, (present) => present.filter((name) => name !== finalizer));
}

/**
 * Writes the list under the version it was read at, so that no other's finalizer is lost. Not by server-side apply:
 * it would leave a finalizer in place that another field manager has come to own too, and deletion would hang.
 */
async function edit<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  change: (present: readonly string[]) => string[],
): Promise<boolean> {
  const { resourceVersion, uid, finalizers: present = [] } = object.metadata;
  const finalizers = change(present);
  if (finalizers.length === present.length) return true;
  try {
    await client.patch(resource, object.metadata, { metadata: { resourceVersion, finalizers } });
    return true;
  } catch (error) {
    if (!(error instanceof KubeError) || !['Conflict', 'NotFound'].includes(error.reason)) throw error;
    const fresh = await client.get(resource, object.metadata);
    return fresh?.metadata.uid === uid && edit(client, resource, fresh as T, change);
  }
}
