import { isDeepStrictEqual } from 'node:util';
import type { KubeClient } from './client.js';
import type { KubeObject, Resource } from './resource.js';

export const fieldManager = 'sallyport';

/**
 * Makes `status` the whole status of the object, unless that is what `object` shows already.
 * @returns whether anything was written
 */
export async function applyStatus<T extends KubeObject & { status?: unknown }>(
  client: KubeClient,
  resource: Resource<T>,
  { metadata: { name, namespace }, status: present }: T,
  status: NonNullable<T['status']>,
): Promise<boolean> {
  if (isDeepStrictEqual(canonical(status), canonical(present))) return false;
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  await client.apply(resource, { metadata, status }, { manager: fieldManager, subresource: 'status' });
  return true;
}

/** Without what is undefined or empty: server-side apply may leave an empty list where one is no longer applied. */
function canonical(status: unknown): unknown {
  return JSON.parse(JSON.stringify(status ?? null), (_key, value) => (isEmpty(value) ? undefined : value));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
