import type { KubeClient } from './client.js';
import type { Resource } from './resource.js';

const namespaces: Resource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false };

/** What tells one cluster from another: the UID of its namespace kube-system. */
export async function clusterId(client: KubeClient): Promise<string> {
  const uid = (await client.get(namespaces, { name: 'kube-system' }))?.metadata.uid;
  if (!uid) throw new Error('the namespace kube-system has no UID; give an owner id with --owner-id');
  return uid;
}
