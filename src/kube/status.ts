import { isDeepStrictEqual } from 'node:util';
import type { KubeClient } from './client.js';
import type { KubeObject, Resource } from './resource.js';

export const fieldManager = 'sallyport';

/**
 * Makes `status` the whole status of the object, unless that is what `object` shows already.
 * Fails with Conflict when another object has taken the name since.
 * @returns whether anything was written
 */
export async function applyStatus<T extends KubeObject & { status?: unknown }>(
  client: KubeClient,
  resource: Resource<T>,
  { metadata: { name, namespace, uid }, status: present }: T,
  status: NonNullable<T['status']>,
): Promise<boolean> {
  const wanted: unknown = JSON.parse(JSON.stringify(status)); // as the API server will give it back
  if (isDeepStrictEqual(wanted, present)) return false;
  const metadata = { name, ...(namespace !== undefined && { namespace }), ...(uid !== undefined && { uid }) };
  await client.apply(resource, { metadata, status: wanted }, { manager: fieldManager, subresource: 'status' });
  return true;
}
