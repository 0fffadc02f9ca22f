/** metadata of an object, as the API server's JSON has it: times are RFC 3339 strings. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  /** When all of them are gone, Kubernetes deletes the object too. */
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[];
  creationTimestamp?: string;
  deletionTimestamp?: string;
  managedFields?: { manager?: string; time?: string; subresource?: string }[];
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** Where a kind is served, and which type its objects have here. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** '' is the core group. */
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  /** Never set: it ties T to the value. */
  readonly type?: T;
}

/** Any object's metadata is one. */
export type ObjectRef = Pick<ObjectMeta, 'namespace' | 'name'>;

/** `namespace/name`, or `name` where the object has no namespace. */
export function objectKey({ namespace, name }: ObjectRef): string {
  return namespace ? `${namespace}/${name}` : name;
}

export function typeOf({ group, version, kind }: Resource): Pick<KubeObject, 'apiVersion' | 'kind'> {
  return { apiVersion: group ? `${group}/${version}` : version, kind };
}

export interface Location {
  resource: Resource;
  /** An object. Absent: all of them, or those of `namespace`. */
  ref?: ObjectRef;
  namespace?: string | undefined;
  subresource?: string | undefined;
}

/** Of the URL, e.g. `/apis/sallyport.dev/v1alpha1/cidrsets/office/status`. */
export function pathOf({ resource, ref, namespace = ref?.namespace, subresource }: Location): string {
  const { group, version, plural } = resource;
  const root = group ? ['apis', group, version] : ['api', version];
  const path = [...root, ...(namespace ? ['namespaces', namespace] : []), plural, ref?.name, subresource];
  return `/${path
    .filter((part) => part !== undefined)
    .map(encodeURIComponent)
    .join('/')}`;
}
