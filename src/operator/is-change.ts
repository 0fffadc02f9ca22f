import type { KubeObject } from '../kube/resource.js';

/** Whether anything but status changed. */
export function isChange(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  return essence(before) !== essence(after);
}

function essence(object: KubeObject | undefined): string {
  const { generation, labels, annotations, finalizers, deletionTimestamp, uid } = object?.metadata ?? {};
  return JSON.stringify([generation, labels, annotations, finalizers, deletionTimestamp, uid]);
}
