import { createHash } from 'node:crypto';
import { OWNER_TAG } from '../../api/marks.js';
import { type KubeObject, type ObjectMeta, objectKey, type Resource } from '../resource.js';
import { isOurs, MANAGED_BY, ourMark } from './mark.js';

/** What is made for one resource, in its namespace or of kinds that have none, and for one purpose. */
export interface Part {
  ownerId: string;
  /** The resource. */
  owner: KubeObject;
  /** The purpose, e.g. `proxy`. One name serves one kind of resource. */
  component: string;
}

/** An object as it is to be. */
export interface Desired {
  resource: Resource;
  metadata: ObjectMeta;
  /** All else that we say of it: `{ spec }` or `{ data }`. The same wish has the same fields in the same order. */
  fields: Record<string, unknown>;
}

const COMPONENT = 'app.kubernetes.io/component';
const MADE_FOR = 'sallyport.dev/made-for';
/** Of the resource, on what has no namespace itself. */
const MADE_FOR_NAMESPACE = 'sallyport.dev/made-for-namespace';
export const DIGEST = 'sallyport.dev/digest';

/** Selects what any install has made for any part. */
export const MADE = `${MANAGED_BY}=sallyport,${MADE_FOR}`;

export function partKey({ component, owner }: Pick<Part, 'component' | 'owner'>): string {
  return `${component} ${objectKey(owner.metadata)}`;
}

/** The key of the part that an object was made for by this install; undefined where it isn't ours. */
export function holderOf(object: KubeObject, ownerId: string): string | undefined {
  const { labels = {} } = object.metadata;
  if (!isOurs(object, ownerId)) return undefined;
  const { namespace = labels[MADE_FOR_NAMESPACE] } = object.metadata;
  return `${labels[COMPONENT]} ${namespace}/${labels[MADE_FOR]}`;
}

/**
 * With our marks. Kubernetes deletes the object after the resource; but what has no namespace can't belong to what has
 * one, and is for the resource's finalizer to delete.
 */
export function marked({ resource, metadata, fields }: Desired, { ownerId, owner, component }: Part): Desired {
  const { labels, annotations } = ourMark(metadata, ownerId);
  const { namespace = '', name, uid = '' } = owner.metadata;
  const made = { ...metadata.labels, ...labels, [COMPONENT]: component, [MADE_FOR]: name };
  const whole = resource.namespaced
    ? { ...metadata, labels: made, ownerReferences: [{ apiVersion: owner.apiVersion, kind: owner.kind, name, uid }] }
    : { ...metadata, labels: { ...made, [MADE_FOR_NAMESPACE]: namespace } };
  const digest = createHash('sha256')
    .update(JSON.stringify([whole, fields]))
    .digest('hex')
    .slice(0, 16);
  return {
    resource,
    fields,
    metadata: { ...whole, annotations: { ...metadata.annotations, ...annotations, [DIGEST]: digest } },
  };
}

/** Of what an object was when it was applied last: what it no longer has, server-side apply takes out. */
export function digestOf({ metadata }: Pick<KubeObject, 'metadata'>): string | undefined {
  return metadata.annotations?.[DIGEST];
}

/** Metadata for a merge patch that makes an object nobody's. */
export function unmarked({ metadata }: KubeObject, owner: KubeObject) {
  const { resourceVersion, ownerReferences = [] } = metadata;
  return {
    resourceVersion,
    labels: { [MANAGED_BY]: null, [MADE_FOR]: null, [MADE_FOR_NAMESPACE]: null },
    annotations: { [OWNER_TAG]: null, [DIGEST]: null },
    ownerReferences: ownerReferences.filter(({ uid }) => uid !== owner.metadata.uid),
  };
}
