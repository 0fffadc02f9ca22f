import type { KubeObject, ObjectRef } from '../../kube/resource.js';
import { parseCidr } from '../../net/cidr.js';
import type { ClusterKind, ClusterTarget, Fields } from './kind.js';

/** What this process wrote to an object last. */
export interface Written {
  fields: Fields;
  cidrs: readonly string[];
}

/** An object that a set asks for, or that was made for it. */
export interface ObservedObject {
  kind: ClusterKind;
  /** `namespace/name` */
  id: string;
  ref: Required<ObjectRef>;
  /** Absent: the set doesn't ask for it any more. */
  target?: ClusterTarget;
  /** Absent: there is none. */
  object?: KubeObject;
  /** Another set that the object is for, see claimantOf. */
  claimedBy?: string;
  written?: Written;
  /** Somebody has undone it so often that it is not to be written again yet. */
  contested?: boolean;
}

/** Canonical, see net/cidr. */
export function cidrsIn({ kind, object, target }: ObservedObject): string[] {
  return object ? kind.cidrsOf(object, target).map((cidr) => parseCidr(cidr)?.text ?? cidr) : [];
}

/** `NetworkPolicy runners/office` */
export function nameOf({ kind, id }: Pick<ObservedObject, 'kind' | 'id'>): string {
  return `${kind.resource.kind} ${id}`;
}
