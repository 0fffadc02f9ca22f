import type { V1NetworkPolicyEgressRule, V1NetworkPolicyPeer, V1NetworkPolicySpec } from '@kubernetes/client-node';
import { mergeCidr } from 'cidr-tools';
import type { RunnerPool, RunnerPoolSpec } from '../../api/runner-pool.gen.js';
import type { Desired } from '../../kube/owned/part.js';
import { networkPolicies } from '../../kube/owned/resources.js';
import { covers } from '../../net/cover.js';
import { sorted } from '../../net/sorted.js';
import { jobLabels, jobsName } from './names.js';

/** What a pool's policies are made from, besides the pool: what was seen in the cluster. */
export interface NetworkInput {
  /** Addresses of the API server: of its Service, and of its endpoints. */
  apiServer: readonly string[];
  /** Addresses of all nodes: their InternalIPs and ExternalIPs. */
  nodes: readonly string[];
  /** Addresses that jobs ask for names. */
  resolvers: readonly string[];
  /** Labels of the pods of mode JobDNS, in this namespace, where jobs ask them. */
  jobDns?: Record<string, string>;
  /** The CidrSets that network.allow names, by name; what is missing isn't there. */
  sets: ReadonlyMap<string, AllowedSet>;
}

export interface AllowedSet {
  /** Canonical, see net/cidr. */
  cidrs: readonly string[];
  /** False: a source of it could not be read, so that `cidrs` may lack some. */
  complete: boolean;
  /** What the policy for it has now: only read where it isn't complete. */
  live?: V1NetworkPolicySpec;
}

type Allowed = NonNullable<RunnerPoolSpec['network']['allow']>[number];

/** Link-local, which has all of AWS's services on the node, among them the metadata service and Pod Identity's agent. */
const ON_THE_NODE = ['169.254.0.0/16', 'fd00:ec2::/32', 'fe80::/10'];
/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html */
const POD_IDENTITY_AGENT = ['169.254.170.23/32', 'fd00:ec2::23/128'];
/** https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/ */
const NODE_LOCAL_DNS = '169.254.20.10';
const ANYWHERE = ['0.0.0.0/0', '::/0'];

/**
 * Where jobs may go. Policies add up: one for all pools' jobs, and one for each CidrSet, so that what a set lets in is
 * known by itself while a source of it can't be read.
 */
export function jobPolicies(pool: RunnerPool, input: NetworkInput): Desired[] {
  const { allow = [] } = pool.spec.network;
  return [
    policy(pool, jobsName(pool), ['Ingress', 'Egress'], baseEgress(pool.spec, input)),
    ...allow.map((each) => policy(pool, allowName(pool, each.set), ['Egress'], allowEgress(pool.spec, input, each))),
  ];
}

/** The policy for one set. */
export function allowName(pool: RunnerPool, set: string): string {
  return `${jobsName(pool)}-${set}`;
}

function policy(pool: RunnerPool, name: string, policyTypes: string[], egress: V1NetworkPolicyEgressRule[]): Desired {
  const { namespace = '' } = pool.metadata;
  const spec: V1NetworkPolicySpec = { podSelector: { matchLabels: jobLabels(pool) }, policyTypes, egress };
  return { resource: networkPolicies, metadata: { namespace, name }, fields: { spec } };
}

function baseEgress({ aws, network }: RunnerPoolSpec, input: NetworkInput): V1NetworkPolicyEgressRule[] {
  const { resolvers, jobDns } = input;
  const dnsPods: V1NetworkPolicyPeer = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  };
  const dnsPorts = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));
  // A Service's address or its pods', whose port is another: plugins differ in which of them they see.
  const dns: V1NetworkPolicyEgressRule[] = [
    { to: [dnsPods, ...(jobDns ? [{ podSelector: { matchLabels: jobDns } }] : [])] },
    { to: blocks(hosts([...resolvers, NODE_LOCAL_DNS])), ports: dnsPorts },
  ];
  const agent = { to: blocks(POD_IDENTITY_AGENT), ports: [{ protocol: 'TCP', port: 80 }] };
  const reach = network.allow ? opened(network, input) : ANYWHERE;
  const rest = blocks(reach, closed(network, input));
  return [...dns, ...(aws?.credentials === 'PodIdentity' ? [agent] : []), ...(rest.length > 0 ? [{ to: rest }] : [])];
}

function allowEgress({ network }: RunnerPoolSpec, input: NetworkInput, { set, ports }: Allowed) {
  const { cidrs, complete, live } = input.sets.get(set) ?? { cidrs: [], complete: false };
  const kept = complete ? [] : cidrsOf(live);
  const to = blocks(sorted([...cidrs, ...kept]), closed(network, input));
  return to.length > 0 ? [{ to, ...(ports && { ports: ports.map(policyPort) }) }] : [];
}

function cidrsOf({ egress = [] }: V1NetworkPolicySpec = { podSelector: {} }): string[] {
  return egress.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []));
}

/** `tcp/8000-8080`, as the CRD has it. */
function policyPort(text: string) {
  const [protocol = '', ports = ''] = text.split('/');
  const [port = 0, endPort = port] = ports.split('-').map(Number);
  return { protocol: protocol.toUpperCase(), port, ...(endPort !== port && { endPort }) };
}

/** What no rule for CIDRs leads to. */
function closed({ apiServer, nodes }: RunnerPoolSpec['network'], input: NetworkInput): string[] {
  const addresses = [...(apiServer ? [] : input.apiServer), ...(nodes ? [] : input.nodes)];
  return sorted(mergeCidr([...ON_THE_NODE, ...hosts(addresses)]));
}

function opened({ apiServer, nodes }: RunnerPoolSpec['network'], input: NetworkInput): string[] {
  return sorted(mergeCidr(hosts([...(apiServer ? input.apiServer : []), ...(nodes ? input.nodes : [])])));
}

function hosts(addresses: readonly string[]): string[] {
  return sorted(addresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`));
}

/** The API server takes no exception that isn't within its CIDR, nor one that is all of it. */
function blocks(cidrs: readonly string[], but: readonly string[] = []): V1NetworkPolicyPeer[] {
  return cidrs
    .filter((cidr) => !but.some((each) => covers(each, cidr)))
    .map((cidr) => {
      const except = but.filter((each) => covers(cidr, each));
      return { ipBlock: { cidr, ...(except.length > 0 && { except }) } };
    });
}
