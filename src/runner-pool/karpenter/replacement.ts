import { isDeepStrictEqual } from 'node:util';
import type { KarpenterObject } from './objects.js';

/** Fields that would change, such as `EC2NodeClass spec.userData`, by what that does to the nodes there are. */
export interface Replacement {
  /** Each node is replaced. */
  all: string[];
  /** A node is replaced that they don't fit any more. */
  some: string[];
}

/**
 * What Karpenter compares nodes with. Of its hashes, all fields; of the rest, what it resolves or matches for each node.
 * @see https://karpenter.sh/docs/concepts/disruption/#drift
 */
const COMPARED: Readonly<Record<string, Record<keyof Replacement, readonly string[]>>> = {
  EC2NodeClass: {
    all: ['amiFamily', 'role', 'tags', 'userData', 'metadataOptions'],
    some: ['amiSelectorTerms', 'subnetSelectorTerms', 'securityGroupSelectorTerms'],
  },
  NodePool: {
    all: ['metadata.labels', 'spec.taints', 'spec.startupTaints', 'spec.nodeClassRef', 'spec.expireAfter'].map(
      (field) => `template.${field}`,
    ),
    some: ['template.spec.requirements'],
  },
};

/** Which nodes go when the objects are applied. Where there are none yet, none do. */
export function replacement(live: readonly KarpenterObject[], desired: readonly KarpenterObject[]): Replacement {
  const changed = (effect: keyof Replacement) =>
    desired.flatMap((object) => {
      const former = live.find(({ kind }) => kind === object.kind);
      const fields = former ? (COMPARED[object.kind]?.[effect] ?? []) : [];
      return fields
        .filter((field) => !isDeepStrictEqual(fieldOf(former?.spec, field), fieldOf(object.spec, field)))
        .map((field) => `${object.kind} spec.${field}`);
    });
  return { all: changed('all'), some: changed('some') };
}

function fieldOf(spec: object | undefined, field: string): unknown {
  return field.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], spec);
}
