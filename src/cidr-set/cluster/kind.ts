import type { KubeObject, Resource } from '../../kube/resource.js';
import type { Targets } from '../targets/kind.js';

export type ClusterTargetName = 'networkPolicies' | 'configMaps';
export type ClusterTarget<Name extends ClusterTargetName = ClusterTargetName> = NonNullable<Targets[Name]>[number];

/** What we say of an object besides its metadata: `{ spec }` or `{ data }`. Equal wishes have equal fields. */
export type Fields = Record<string, unknown>;

/** A kind of object in this cluster: each is made for one set, and wholly ours. */
export interface ClusterKind<T extends ClusterTarget = ClusterTarget, O extends KubeObject = KubeObject> {
  readonly name: ClusterTargetName;
  readonly resource: Resource<O>;
  /** Whether what the object doesn't list loses access as soon as it exists. */
  readonly closes: boolean;
  /** The CIDRs that the object holds for `target`, or for any, in any order and spelling. */
  cidrsOf(object: O, target: T | undefined): string[];
  /** The object as `target` describes it, with these CIDRs, see net/sorted. */
  fields(target: T, cidrs: readonly string[]): Fields;
  /** The same part of an object that is there. */
  fieldsOf(object: O, target: T): Fields;
  /** Everything about the target but its CIDRs, for people. */
  describe(target: T): string;
  /** What is wrong with fields that the API server would not take. */
  excess?(fields: Fields): string | undefined;
}
