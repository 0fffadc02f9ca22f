import type { ConfigMap } from '../../../src/kube/owned/resources.js';
import type { KubeObject } from '../../../src/kube/resource.js';

export function configMap(name: string, metadata: Partial<KubeObject['metadata']> = {}): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...metadata } };
}
