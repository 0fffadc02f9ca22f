import { parseDocument, stringify } from 'yaml';
import type { RunnerPool, RunnerPoolSpec } from '../../api/runner-pool.gen.js';
import { labelsOf, taintsOf } from '../pool.js';
import { KARPENTER_RELEASE } from './karpenter-bottlerocket.js';
import type { Part } from './mime.js';
import { type Problem, USER_DATA } from './result.js';

const TYPE = 'application/node.eks.aws';
/** nodeadm's. */
const YAML = { version: '1.1', sortMapEntries: true, lineWidth: 0 } as const;

/** What Karpenter's own NodeConfig says; it comes last and so wins. */
const WRITTEN_BY_KARPENTER = ['spec.cluster', 'spec.kubelet.config.clusterDNS', 'spec.kubelet.config.maxPods'];

/** The labels and taints that Karpenter would write. */
export function ownNodeConfig(pool: RunnerPool): Part {
  const labels = Object.entries(labelsOf(pool)).map(([key, value]) => `${key}=${value}`);
  const kubelet = {
    config: { registerWithTaints: taintsOf(pool) },
    flags: [`--node-labels=${labels.sort().join(',')}`],
  };
  const config = { apiVersion: 'node.eks.aws/v1alpha1', kind: 'NodeConfig', spec: { kubelet } };
  return { type: TYPE, content: stringify(config, YAML) };
}

/**
 * The user's part, a NodeConfig with its keys in order; or what it says in vain.
 * @see https://github.com/aws/karpenter-provider-aws/blob/v1.14.1/pkg/providers/amifamily/bootstrap/nodeadm.go
 */
export function checkedPart(
  part: Part,
  provisioner: RunnerPoolSpec['nodes']['provisioner'],
): { part: Part; problems: Problem[] } {
  if (!part.type.startsWith(TYPE)) return { part, problems: [] };
  const document = parseDocument(part.content, YAML);
  const [error] = document.errors;
  if (error) return { part, problems: [problem('', error.message.split('\n', 1)[0] ?? '')] };
  const has = (path: string) => document.hasIn(path.split('.'));
  const taints = 'spec.kubelet.config.registerWithTaints';
  const problems = [
    ...(has(taints) ? [problem(taints, 'is overwritten; write spec.nodes.taints instead')] : []),
    ...WRITTEN_BY_KARPENTER.filter((path) => provisioner === 'Karpenter' && has(path)).map((path) =>
      problem(path, `Karpenter ${KARPENTER_RELEASE} overwrites it; take it out`),
    ),
  ];
  return { part: { ...part, content: stringify(document.toJS(), YAML) }, problems };
}

function problem(path: string, message: string): Problem {
  return { path: `${USER_DATA}: NodeConfig${path && `, ${path}`}`, message };
}
