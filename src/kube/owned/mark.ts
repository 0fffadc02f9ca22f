import { OWNER_TAG } from '../../api/marks.js';
import { type KubeObject, type ObjectRef, objectKey } from '../resource.js';

export const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** On each object that this install makes. The annotation names it too, so that a copy of it isn't taken for ours. */
export function ourMark(object: ObjectRef, ownerId: string) {
  return {
    labels: { [MANAGED_BY]: 'sallyport' },
    annotations: { [OWNER_TAG]: `${ownerId}/${objectKey(object)}` },
  };
}

export function isOurs({ metadata }: KubeObject, ownerId: string): boolean {
  const { labels, annotations } = ourMark(metadata, ownerId);
  return (
    metadata.labels?.[MANAGED_BY] === labels[MANAGED_BY] && metadata.annotations?.[OWNER_TAG] === annotations[OWNER_TAG]
  );
}
