import type { ScopePlan } from '../cidr-set/plan.js';
import { holderOf, type ObservedCluster } from '../cidr-set/targets/eks-public-access/observed.js';
import type { PlanInput } from '../cidr-set/targets/kind.js';
import type { ObservedPrefixList } from '../cidr-set/targets/prefix-lists/observed.js';
import { setsOf, textOf } from '../cidr-set/targets/security-groups/description.js';
import { type GroupWish, wishForGroup } from '../cidr-set/targets/security-groups/desired.js';
import { isPeerRule, type ObservedGroup, type PeerRule } from '../cidr-set/targets/security-groups/observed.js';
import { portsText } from '../cidr-set/targets/security-groups/ports.js';
import { reaches } from '../cidr-set/targets/security-groups/reach.js';
import { isCidr, ruleKey } from '../cidr-set/targets/security-groups/rule.js';
import type { ObservedIpSet } from '../cidr-set/targets/waf-ip-sets/observed.js';
import type { SetWish } from '../cidr-set/wish.js';
import { groupBy } from '../group-by.js';
import type { AccessList, AccessRule } from './overview.js';

export interface PlaceInput extends PlanInput {
  plan: Pick<ScopePlan, 'operations' | 'held'>;
  /** What is in prefix lists, by listKey. */
  entries: ReadonlyMap<string, readonly string[]>;
}

/** `eu-west-1 pl-0123456789abcdef0`: a prefix list has the same id in all accounts that it is shared with. */
export function listKey(region: string, id: string): string {
  return `${region} ${id}`;
}

/** What lists addresses in one account and region, by name. */
export function accessLists(input: PlaceInput): AccessList[] {
  const { account, region } = input.scope;
  const { securityGroups, prefixLists, wafIpSets, eksPublicAccess } = input.observed;
  const { operations, held } = input.plan;
  const all = [...operations.flatMap((operation) => operation.changes), ...held];
  const changes = groupBy(all, ({ target, object }) => `${target} ${object.id}`);
  const lists: Listed[] = [
    ...(securityGroups?.ok ? groupLists(securityGroups.value, input) : []),
    ...(eksPublicAccess?.ok ? eksPublicAccess.value.map((cluster) => clusterList(cluster, input)) : []),
    ...(prefixLists?.ok ? prefixLists.value.lists.flatMap(prefixList) : []),
    ...(wafIpSets?.ok ? wafIpSets.value.flatMap(ipSetList) : []),
  ];
  return lists
    .map((list) => ({
      ...list,
      account,
      region,
      changes: (changes.get(`${list.target} ${list.id}`) ?? []).map(({ sign, ports, value, sets, held }) => ({
        sign,
        value,
        sets,
        ...(ports && { ports }),
        ...(held && { held }),
      })),
    }))
    .sort((a, b) => (`${a.name} ${a.id}` < `${b.name} ${b.id}` ? -1 : 1));
}

type Listed = Omit<AccessList, 'changes'>;

function groupLists(groups: readonly ObservedGroup[], input: PlaceInput): Listed[] {
  const reach = reaches(input);
  const { region } = input.scope;
  return groups.map((group) => {
    const asked = [...input.wishes].flatMap(([set, wish]) => {
      const own = reach.get(set);
      return own ? (wishForGroup(wish, group, own) ?? []) : [];
    });
    const rules = group.rules.filter(isPeerRule);
    return {
      target: 'securityGroups',
      id: group.id,
      name: group.name,
      askedBy: asked.map(({ set }) => set),
      rules: rules.map((rule) => groupRule(rule, asked, input.entries.get(listKey(region, rule.rule.peer)))),
      peerRules: group.rules.length - rules.length,
    };
  });
}

function groupRule(
  { rule, description, owned }: PeerRule,
  asked: readonly GroupWish[],
  entries: readonly string[] | undefined,
): AccessRule {
  const { direction, peer } = rule;
  const wanting = asked.filter(({ rules }) => rules.has(ruleKey(rule))).map(({ set }) => set);
  return {
    direction,
    ports: portsText(rule),
    peer,
    ...(!isCidr(peer) && entries && { entries: [...entries] }),
    description: owned ? textOf(description) : description,
    owned,
    sets: owned ? [...(setsOf(description) ?? [])] : wanting,
  };
}

function clusterList(cluster: ObservedCluster, { wishes, ownerId }: PlaceInput): Listed {
  const { arn, name, publicAccess, publicAccessCidrs } = cluster;
  const holder = holderOf(cluster, ownerId);
  const asks = ({ targets }: SetWish) => targets.eksPublicAccess?.some(({ clusters }) => clusters.includes(name));
  return {
    target: 'eksPublicAccess',
    id: arn,
    name,
    askedBy: [...wishes.values()].filter(asks).map(({ set }) => set),
    rules: publicAccess
      ? publicAccessCidrs.map((cidr) => ({ ...entry(cidr, '', holder), direction: 'Ingress', ports: 'tcp/443' }))
      : [],
    peerRules: 0,
  };
}

/** What others' lists hold is read only where rules refer to them. */
function prefixList({ id, name, set, entries }: ObservedPrefixList): Listed[] {
  if (set === undefined) return [];
  const rules = [...entries].map(([cidr, description]) => entry(cidr, description, set));
  return [{ target: 'prefixLists', id, name, askedBy: [set], rules, peerRules: 0 }];
}

function ipSetList({ arn, name, set, addresses }: ObservedIpSet): Listed[] {
  if (set === undefined) return [];
  const rules = addresses.map((address) => entry(address, '', set));
  return [{ target: 'wafIpSets', id: arn, name, askedBy: [set], rules, peerRules: 0 }];
}

function entry(peer: string, description: string, set: string | undefined): AccessRule {
  return { peer, description, owned: set !== undefined, sets: set === undefined ? [] : [set] };
}
