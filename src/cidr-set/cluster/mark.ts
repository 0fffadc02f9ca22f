import { OWNER_TAG } from '../../api/marks.js';
import { isOurs, MANAGED_BY, ourMark } from '../../kube/owned/mark.js';
import type { KubeObject } from '../../kube/resource.js';
import { SET_TAG } from '../targets/mark.js';

/** Selects what any install has made. */
export const MARKED = `${MANAGED_BY}=sallyport,${SET_TAG}`;

/** The label names the set. */
export function marks(object: KubeObject['metadata'], set: string, ownerId: string) {
  const { labels, annotations } = ourMark(object, ownerId);
  return { labels: { ...labels, [SET_TAG]: set }, annotations };
}

/** A merge patch that takes them off. */
export const UNMARK = { labels: { [MANAGED_BY]: null, [SET_TAG]: null }, annotations: { [OWNER_TAG]: null } };

/** The set that an object was made for by this install; undefined where it isn't ours. */
export function holderOf(object: KubeObject, ownerId: string): string | undefined {
  return isOurs(object, ownerId) ? object.metadata.labels?.[SET_TAG] : undefined;
}
