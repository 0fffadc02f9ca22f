import type { KubeObject } from './resource.js';
import { fieldManager } from './status.js';

/** Who else wrote the object last, its status left out, as metadata.managedFields names it: `kubectl-edit`. */
export function otherManager({ metadata: { managedFields = [] } }: KubeObject): string | undefined {
  const others = managedFields.filter(
    ({ manager, subresource }) => manager !== fieldManager && subresource !== 'status',
  );
  return others.sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1)?.manager;
}
