import { holderOf } from '../cidr-set/cluster/mark.js';
import type { NetworkPolicy } from '../cidr-set/targets/network-policies/kind.js';
import type { SetWish } from '../cidr-set/wish.js';
import { isOurs } from '../kube/owned/mark.js';
import { objectKey } from '../kube/resource.js';
import { parseCidr } from '../net/cidr.js';
import type { AccessList, AccessRule } from './overview.js';

type PolicyRule = NonNullable<NetworkPolicy['spec']['ingress']>[number];
type Peer = NonNullable<PolicyRule['from']>[number];
type Port = NonNullable<PolicyRule['ports']>[number];

const ANYWHERE: Peer[] = [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }];

/** NetworkPolicies that let addresses in or out, by name. @param wishes what sets ask of the cluster */
export function policyLists(
  policies: readonly NetworkPolicy[],
  wishes: readonly SetWish[],
  ownerId: string,
): AccessList[] {
  return policies
    .map((policy) => policyList(policy, wishes, ownerId))
    .filter(({ rules, askedBy }) => rules.length + askedBy.length > 0)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function policyList(policy: NetworkPolicy, wishes: readonly SetWish[], ownerId: string): AccessList {
  const id = objectKey(policy.metadata);
  const holder = holderOf(policy, ownerId);
  const { ingress = [], egress = [] } = policy.spec;
  const mark = { description: '', owned: isOurs(policy, ownerId), sets: holder === undefined ? [] : [holder] };
  const sides = [
    ...ingress.map(({ from, ports }) => ({ direction: 'Ingress' as const, peers: from, ports })),
    ...egress.map(({ to, ports }) => ({ direction: 'Egress' as const, peers: to, ports })),
  ];
  const blocks = sides.flatMap(({ direction, peers = [], ports }) => {
    return (peers.length > 0 ? peers : ANYWHERE).map(({ ipBlock }) => ({ direction, ports, ipBlock }));
  });
  const asks = ({ targets: { networkPolicies = [] } }: SetWish) =>
    networkPolicies.some((target) => objectKey(target) === id);
  return {
    target: 'networkPolicies',
    id,
    name: policy.metadata.name,
    askedBy: wishes.filter(asks).map(({ set }) => set),
    rules: blocks.flatMap(({ direction, ports, ipBlock }): AccessRule[] => {
      if (!ipBlock) return [];
      const { cidr, except = [] } = ipBlock;
      const rule = {
        ...mark,
        direction,
        peer: canonical(cidr),
        ...(except.length > 0 && { except: except.map(canonical) }),
      };
      return portTexts(ports).map((text) => ({ ...rule, ports: text }));
    }),
    peerRules: blocks.filter(({ ipBlock }) => !ipBlock).length,
    changes: [],
  };
}

/** `tcp/443`, `tcp/8000-8080`; without any `all`. A port may go by its name in the pod. */
function portTexts(ports: readonly Partial<Port>[] = []): string[] {
  if (ports.length === 0) return ['all'];
  return ports.map(({ protocol = 'TCP', port, endPort }) =>
    [protocol.toLowerCase(), port === undefined ? undefined : endPort ? `${port}-${endPort}` : port]
      .filter((part) => part !== undefined)
      .join('/'),
  );
}

function canonical(cidr: string): string {
  return parseCidr(cidr)?.text ?? cidr;
}
