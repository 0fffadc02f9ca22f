import type { RunnerPool, RunnerPoolSpec } from '../../api/runner-pool.gen.js';
import type { KubeObject, Resource } from '../../kube/resource.js';
import { labelsOf, poolId, startupTaintsOf, taintsOf } from '../pool.js';

export const ec2nodeclasses: Resource = {
  group: 'karpenter.k8s.aws',
  version: 'v1',
  plural: 'ec2nodeclasses',
  kind: 'EC2NodeClass',
  namespaced: false,
};

export const nodepools: Resource = {
  group: 'karpenter.sh',
  version: 'v1',
  plural: 'nodepools',
  kind: 'NodePool',
  namespaced: false,
};

type Nodes = RunnerPoolSpec['nodes'];
type Karpenter = NonNullable<Nodes['karpenter']>;
export type KarpenterObject = KubeObject & { spec: object };

/** Whose user data Karpenter writes: that of EKS's images for Ubuntu is AL2's. */
const FAMILIES = { Bottlerocket: 'Bottlerocket', AL2023: 'AL2023', Ubuntu: 'AL2', Custom: 'Custom' } satisfies Record<
  Nodes['os'],
  string
>;

/**
 * What Karpenter starts nodes by: all fields that are ours, and no others. Its user data is part of what nodes are compared
 * with, so that another byte replaces them.
 * @see https://karpenter.sh/docs/concepts/nodeclasses/
 */
export function karpenterObjects(pool: RunnerPool, userData: string): KarpenterObject[] {
  const { nodes } = pool.spec;
  const { karpenter } = nodes;
  return karpenter ? [nodeClass(pool, nodes.os, karpenter, userData), nodePool(pool, karpenter)] : [];
}

function nodeClass(pool: RunnerPool, os: Nodes['os'], karpenter: Karpenter, userData: string): KarpenterObject {
  const { ami, role, subnets, securityGroups, tags } = karpenter;
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name: poolId(pool) },
    spec: {
      amiFamily: FAMILIES[os],
      amiSelectorTerms: [ami],
      role,
      subnetSelectorTerms: terms(subnets),
      securityGroupSelectorTerms: terms(securityGroups),
      ...(tags && { tags }),
      ...(userData && { userData }),
      // One hop ends on the node: what a pod asks for goes one further.
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpProtocolIPv6: 'disabled',
        httpPutResponseHopLimit: 1,
        httpTokens: 'required',
      },
    },
  };
}

/** Any of them will do. */
function terms({ ids, tags }: Karpenter['subnets']): object[] {
  return ids ? ids.map((id) => ({ id })) : [{ tags }];
}

function nodePool(
  pool: RunnerPool,
  { requirements = [], limits, disruption, expireAfter }: Karpenter,
): KarpenterObject {
  // What its RuntimeClass selects nodes by; else Karpenter would start none for such pods.
  const sysbox = pool.spec.isolation.type === 'Sysbox' && { 'sysbox-runtime': 'running' };
  const { consolidateAfter = '5m', budgets } = disruption ?? {};
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: poolId(pool) },
    spec: {
      template: {
        metadata: { labels: { ...labelsOf(pool), ...sysbox } },
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: poolId(pool) },
          taints: taintsOf(pool),
          startupTaints: startupTaintsOf(pool),
          requirements,
          expireAfter,
        },
      },
      ...(limits && { limits }),
      // A job can't be moved to another node.
      disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter, ...(budgets && { budgets }) },
    },
  };
}
