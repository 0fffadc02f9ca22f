import { OWNER_TAG } from '../../api/marks.js';
import { type KubeObject, objectKey } from '../../kube/resource.js';
import { SET_TAG } from '../targets/mark.js';

const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** Selects what any install has made. */
export const MARKED = `${MANAGED_BY}=sallyport,${SET_TAG}`;

/** The label names the set. The annotation names the object itself too, so that a copy of it isn't taken for ours. */
export function marks(object: KubeObject['metadata'], set: string, ownerId: string) {
  return {
    labels: { [MANAGED_BY]: 'sallyport', [SET_TAG]: set },
    annotations: { [OWNER_TAG]: ownerMark(object, ownerId) },
  };
}

/** A merge patch that takes them off. */
export const UNMARK = { labels: { [MANAGED_BY]: null, [SET_TAG]: null }, annotations: { [OWNER_TAG]: null } };

/** The set that an object was made for by this install; undefined where it isn't ours. */
export function holderOf({ metadata }: KubeObject, ownerId: string): string | undefined {
  const { labels = {}, annotations = {} } = metadata;
  const ours = labels[MANAGED_BY] === 'sallyport' && annotations[OWNER_TAG] === ownerMark(metadata, ownerId);
  return ours ? labels[SET_TAG] : undefined;
}

function ownerMark(metadata: KubeObject['metadata'], ownerId: string): string {
  return `${ownerId}/${objectKey(metadata)}`;
}
