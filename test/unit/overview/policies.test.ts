import { expect, it } from '@jest/globals';
import { marks } from '../../../src/cidr-set/cluster/mark.js';
import type { NetworkPolicy } from '../../../src/cidr-set/targets/network-policies/kind.js';
import { ourMark } from '../../../src/kube/owned/mark.js';
import { policyLists } from '../../../src/overview/policies.js';
import { wish } from '../cidr-set/build.js';

const ref = { namespace: 'ci', name: 'office' };

function policy(spec: NetworkPolicy['spec'], mark: object = {}): NetworkPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { ...ref, ...mark }, spec };
}

const https = [{ protocol: 'TCP', port: 443 }];
const block = (cidr: string, except?: string[]) => ({ ipBlock: { cidr, ...(except && { except }) } });

/** `Ingress tcp/443 203.0.113.0/24`, and `but 203.0.113.0/25`. */
function rulesOf(spec: NetworkPolicy['spec']): string[] {
  return policyLists([policy(spec)], [], 'me').flatMap(({ rules }) =>
    rules.map(({ direction, ports, peer, except = [] }) =>
      [direction, ports, peer, ...except.map((each) => `but ${each}`)].join(' '),
    ),
  );
}

it.each<[string, NetworkPolicy['spec'], string[]]>([
  ['a CIDR', { ingress: [{ from: [block('203.0.113.0/24')], ports: https }] }, ['Ingress tcp/443 203.0.113.0/24']],
  [
    'a CIDR with a hole, spelled at length',
    { ingress: [{ from: [block('2001:DB8:0::/32', ['2001:DB8:1::/48'])] }] },
    ['Ingress all 2001:db8::/32 but 2001:db8:1::/48'],
  ],
  [
    'several ports, and a range of them',
    {
      ingress: [{ from: [block('203.0.113.0/24')], ports: [...https, { protocol: 'UDP', port: 8000, endPort: 8080 }] }],
    },
    ['Ingress tcp/443 203.0.113.0/24', 'Ingress udp/8000-8080 203.0.113.0/24'],
  ],
  ['no peers: anyone', { ingress: [{ ports: https }] }, ['Ingress tcp/443 0.0.0.0/0', 'Ingress tcp/443 ::/0']],
  ['no rules: nobody', { ingress: [] }, []],
  ['egress', { egress: [{ to: [block('203.0.113.0/24')] }] }, ['Egress all 203.0.113.0/24']],
])('%s', (_, spec, expected) => {
  expect(rulesOf(spec)).toEqual(expected);
});

it('pods are counted as peers, and a policy for pods alone is left out', () => {
  const pods = { podSelector: {} } as never;
  const [list] = policyLists([policy({ ingress: [{ from: [pods, block('203.0.113.0/24')] }] })], [], 'me');
  expect(list).toMatchObject({ id: 'ci/office', peerRules: 1 });
  expect(policyLists([policy({ ingress: [{ from: [pods] }] })], [], 'me')).toEqual([]);
});

it.each([
  ['made for a set', marks(ref, 'office', 'me'), { owned: true, sets: ['office'] }],
  ['made by this install, for no set', ourMark(ref, 'me'), { owned: true, sets: [] }],
  ['made by another install', marks(ref, 'office', 'other'), { owned: false, sets: [] }],
  ['made by hand', {}, { owned: false, sets: [] }],
])('%s', (_, mark, expected) => {
  const [list] = policyLists([policy({ ingress: [{ from: [block('203.0.113.0/24')] }] }, mark)], [], 'me');
  expect(list?.rules[0]).toMatchObject(expected);
});

it('one that a set asks for is told, though it lets nobody in', () => {
  const targets = { networkPolicies: [{ ...ref, direction: 'Ingress' as const }] };
  const [list] = policyLists([policy({ ingress: [] })], [wish('office', [], { targets })], 'me');
  expect(list).toMatchObject({ id: 'ci/office', askedBy: ['office'], rules: [] });
});
