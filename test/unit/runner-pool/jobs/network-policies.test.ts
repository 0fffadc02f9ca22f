import { BlockList } from 'node:net';
import { expect, it } from '@jest/globals';
import type { V1NetworkPolicySpec } from '@kubernetes/client-node';
import type { RunnerPoolSpec } from '../../../../src/api/runner-pool.gen.js';
import { jobPolicies, type NetworkInput } from '../../../../src/runner-pool/jobs/network-policies.js';
import { runnerPool } from '../../../support/runner-pools.js';

const ROLE = 'arn:aws:iam::111111111111:role/ci-jobs';
const METADATA = ['169.254.169.254', 'fd00:ec2::254'];
const AGENT = ['169.254.170.23', 'fd00:ec2::23'];
const API_SERVER = ['10.96.0.1', '10.0.1.10'];
const NODES = ['10.0.2.20', '10.0.2.21', '2001:db8::20'];
const ELSEWHERE = ['198.51.100.7', '2001:db8:ffff::7', '10.0.2.22'];

const input: NetworkInput = {
  apiServer: API_SERVER,
  nodes: NODES,
  resolvers: ['10.96.0.10'],
  sets: new Map([
    ['gitlab', { cidrs: ['203.0.113.0/24'], complete: true }],
    ['vpc', { cidrs: ['10.0.0.0/16'], complete: true }],
  ]),
};

type Spec = Partial<Pick<RunnerPoolSpec, 'aws' | 'network'>>;

function policies(spec: Spec = {}, seen: Partial<NetworkInput> = {}): Record<string, V1NetworkPolicySpec> {
  const made = jobPolicies(runnerPool(spec), { ...input, ...seen });
  return Object.fromEntries(made.map(({ metadata, fields }) => [metadata.name, fields.spec as V1NetworkPolicySpec]));
}

/** As a network plugin would answer: whether one of the policies lets a job out to the address at the port. */
function reaches(all: Record<string, V1NetworkPolicySpec>, address: string, at = 'tcp/443'): boolean {
  const [protocol = '', port] = at.toUpperCase().split('/');
  const number = Number(port);
  return Object.values(all).some(({ egress = [] }) =>
    egress.some(
      ({ to = [], ports = [{ protocol, port: number }] }) =>
        ports.some((each) => {
          const first = Number(each.port);
          return each.protocol === protocol && first <= number && number <= (each.endPort ?? first);
        }) &&
        to.some(({ ipBlock: { cidr, except = [] } = { cidr: '' } }) => {
          return has(cidr, address) && !except.some((each) => has(each, address));
        }),
    ),
  );
}

function has(cidr: string, address: string): boolean {
  const [network = '', prefix] = cidr.split('/');
  // The list takes an IPv4 address for one of ::/0.
  if (!network || network.includes(':') !== address.includes(':')) return false;
  const family = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family(network));
  return list.check(address, family(address));
}

const irsa: Spec = { aws: { roleArn: ROLE, credentials: 'IRSA' } };
const podIdentity: Spec = {
  aws: { roleArn: ROLE, credentials: 'PodIdentity', cluster: { account: 'ci', region: 'eu-west-1', name: 'ci' } },
};
const allow: Spec = {
  network: {
    allow: [{ set: 'gitlab', ports: ['tcp/443', 'udp/3478-3481'] }, { set: 'vpc' }],
    apiServer: false,
    nodes: false,
  },
};

it.each<{ what: string; spec: Spec; to: string[]; at?: string; reach: boolean }>([
  { what: 'anywhere else', spec: {}, to: ELSEWHERE, reach: true },
  { what: 'no metadata service', spec: {}, to: METADATA, at: 'tcp/80', reach: false },
  { what: 'no metadata service with a role', spec: irsa, to: METADATA, at: 'tcp/80', reach: false },
  { what: 'no agent without Pod Identity', spec: irsa, to: AGENT, at: 'tcp/80', reach: false },
  { what: 'the agent with Pod Identity', spec: podIdentity, to: AGENT, at: 'tcp/80', reach: true },
  { what: 'no other port of the agent', spec: podIdentity, to: AGENT, at: 'tcp/2703', reach: false },
  { what: 'no metadata service with Pod Identity', spec: podIdentity, to: METADATA, at: 'tcp/80', reach: false },
  { what: 'no API server', spec: {}, to: API_SERVER, reach: false },
  { what: 'no node', spec: {}, to: NODES, reach: false },
  {
    what: 'the API server where allowed',
    spec: { network: { apiServer: true, nodes: false } },
    to: API_SERVER,
    reach: true,
  },
  {
    what: 'no node where the API server is',
    spec: { network: { apiServer: true, nodes: false } },
    to: NODES,
    reach: false,
  },
  { what: 'nodes where allowed', spec: { network: { apiServer: false, nodes: true } }, to: NODES, reach: true },
  { what: 'sets where named', spec: allow, to: ['203.0.113.9', '10.0.9.9'], reach: true },
  { what: 'a set at a range of ports', spec: allow, to: ['203.0.113.9'], at: 'udp/3480', reach: true },
  { what: 'a set at no other port', spec: allow, to: ['203.0.113.9'], at: 'tcp/22', reach: false },
  { what: 'nowhere else where sets are named', spec: allow, to: ['198.51.100.7', '2001:db8:ffff::7'], reach: false },
  { what: 'no node in a set', spec: allow, to: ['10.0.2.20', '10.0.1.10'], reach: false },
  {
    what: 'nothing where none is named',
    spec: { network: { allow: [], apiServer: false, nodes: false } },
    to: ELSEWHERE,
    reach: false,
  },
  {
    what: 'nodes besides sets',
    spec: { network: { allow: [], apiServer: false, nodes: true } },
    to: NODES,
    reach: true,
  },
  { what: 'the resolver', spec: allow, to: ['10.96.0.10', '169.254.20.10'], at: 'udp/53', reach: true },
  { what: 'nothing else of the resolver', spec: allow, to: ['10.96.0.10'], at: 'tcp/443', reach: false },
])('lets jobs go to $what', ({ spec, to, at, reach }) => {
  const all = policies(spec);
  expect(to.filter((address) => reaches(all, address, at) !== reach)).toEqual([]);
});

it('selects the job pods of the pool, and lets nobody in', () => {
  const all = Object.values(policies(allow));
  expect(all.map(({ podSelector }) => podSelector)).toEqual(
    all.map(() => ({ matchLabels: { 'sallyport.dev/runner-pool': 'ci.builders' } })),
  );
  expect(all.flatMap(({ ingress = [] }) => ingress)).toEqual([]);
  expect(all[0]?.policyTypes).toEqual(['Ingress', 'Egress']);
});

it('asks pods for names that are behind another port than their Service', () => {
  const jobDns = { 'app.kubernetes.io/instance': 'gitlab-dns' };
  const [{ to = [] } = {}] = policies(allow, { jobDns })['builders-jobs']?.egress ?? [];
  expect(to).toEqual([
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
    { podSelector: { matchLabels: jobDns } },
  ]);
});

it.each<{ what: string; gitlab?: { cidrs: string[]; complete: boolean }; kept: boolean }>([
  {
    what: 'keeps what a set let in while a source of it can not be read',
    gitlab: { cidrs: ['203.0.113.0/25'], complete: false },
    kept: true,
  },
  { what: 'keeps what a set let in that is gone', kept: true },
  {
    what: 'takes out what a set that was read whole has no more',
    gitlab: { cidrs: ['203.0.113.0/25'], complete: true },
    kept: false,
  },
])('$what', ({ gitlab, kept }) => {
  const live = policies(allow)['builders-jobs-gitlab'];
  const sets = new Map([['gitlab', { cidrs: [], complete: false, ...gitlab, ...(live && { live }) }]]);
  const all = policies(allow, { sets });
  expect(reaches(all, '203.0.113.200')).toBe(kept);
  expect(reaches(all, '203.0.113.1')).toBe(true);
});

it('lets a set go that is named no more, whatever is known of the others', () => {
  const sets = new Map([['vpc', { cidrs: [], complete: false }]]);
  const named = policies({ network: { allow: [{ set: 'vpc' }], apiServer: false, nodes: false } }, { sets });
  expect(Object.keys(named)).toEqual(['builders-jobs', 'builders-jobs-vpc']);
});

it('is the same whichever way nodes are listed', () => {
  expect(policies({}, { nodes: [...NODES].reverse(), apiServer: [...API_SERVER].reverse() })).toEqual(policies());
});
