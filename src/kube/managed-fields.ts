import type { KubeObject } from './resource.js';
import { fieldManager } from './status.js';

/** Who else wrote the object last, as metadata.managedFields names it: `kubectl-edit`. */
export function otherManager({ metadata: { managedFields = [] } }: KubeObject): string | undefined {
  const others = managedFields.filter(({ manager }) => manager !== fieldManager);
  return others.sort((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1)?.manager;
}
