import type { KubeObject } from '../../../kube/resource.js';
import type { ClusterKind, ClusterTarget } from '../../cluster/kind.js';
import { type Ports, parsePorts } from '../security-groups/ports.js';

type Target = ClusterTarget<'networkPolicies'>;

interface Peer {
  ipBlock?: { cidr: string; except?: string[] };
}

interface PolicyRule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol: string; port: number; endPort?: number }[];
}

export interface NetworkPolicy extends KubeObject {
  spec: {
    podSelector?: { matchLabels?: Record<string, string> };
    policyTypes?: string[];
    ingress?: PolicyRule[];
    egress?: PolicyRule[];
  };
}

/** NetworkPolicies (networking.k8s.io/v1). Several that select a pod add up; none that does lets everybody in. */
export const networkPolicies: ClusterKind<Target, NetworkPolicy> = {
  name: 'networkPolicies',
  resource: {
    group: 'networking.k8s.io',
    version: 'v1',
    plural: 'networkpolicies',
    kind: 'NetworkPolicy',
    namespaced: true,
  },
  closes: true,

  cidrsOf({ spec: { ingress = [], egress = [] } }) {
    const peers = [...ingress, ...egress].flatMap(({ from = [], to = [] }) => [...from, ...to]);
    return peers.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []);
  },

  fields({ podSelector = {}, direction, ports }, cidrs) {
    const peers: Peer[] = cidrs.map((cidr) => ({ ipBlock: { cidr } }));
    const rule: PolicyRule = { [direction === 'Ingress' ? 'from' : 'to']: peers, ...policyPorts(ports) };
    // A rule without peers lets everybody in; no rule lets nobody in.
    const rules = peers.length > 0 ? [rule] : [];
    return {
      spec: {
        podSelector: Object.keys(podSelector).length > 0 ? { matchLabels: podSelector } : {},
        policyTypes: [direction],
        ingress: direction === 'Ingress' ? rules : [],
        egress: direction === 'Egress' ? rules : [],
      },
    };
  },

  // The API server leaves empty lists out.
  fieldsOf: ({ spec: { podSelector = {}, policyTypes, ingress = [], egress = [] } }) => ({
    spec: { podSelector, policyTypes, ingress, egress },
  }),

  describe({ podSelector = {}, direction, ports = ['all'] }) {
    const labels = Object.entries(podSelector).map(([key, value]) => `${key}=${value}`);
    return `${direction} ${ports.join(' ')}, ${labels.length > 0 ? `pods ${labels.join(',')}` : 'all pods'}`;
  },
};

/** Without ports, or with `all`, a rule is for all of them. */
function policyPorts(texts: readonly string[] = ['all']): Pick<PolicyRule, 'ports'> {
  if (texts.includes('all')) return {};
  return {
    ports: texts
      .map(parsePorts)
      .filter((ports) => ports !== undefined)
      .map(policyPort),
  };
}

function policyPort({ protocol, fromPort, toPort }: Ports) {
  return { protocol: protocol.toUpperCase(), port: fromPort, ...(toPort > fromPort && { endPort: toPort }) };
}
