import type { CidrSet } from '../api/cidr-set.gen.js';
import type { Access, AccessList, Overview } from '../overview/overview.js';
import { plural } from '../plural.js';
import type { AccountItem, Grant, MapData, TargetItem } from './data.js';
import { CidrLists, grantsOf } from './grants.js';
import { placeId } from './ids.js';
import { inOrder } from './in-order.js';
import { endpointItem, poolItem } from './resource-items.js';
import { troublesOf } from './troubles.js';

export interface MapInput {
  overview: Overview & { access: Access };
  ownerId: string;
  readAt: Date;
}

/** Pure: what the page shows of all that was read. */
export function mapData({ overview, ownerId, readAt }: MapInput): MapData {
  const { sets, pools, endpoints, access } = overview;
  const lists = new CidrLists();
  return {
    owner: ownerId,
    readAt: readAt.toISOString(),
    troubles: troublesOf(overview),
    sets: sets.map(({ metadata: { name }, spec }) => ({
      id: `set/${name}`,
      name,
      ...(spec.mode === 'Plan' && { planOnly: true }),
      entries: (access.entries[name] ?? []).map(({ cidr, description }) => ({ cidr, description })),
      includes: spec.include ?? [],
    })),
    pools: pools.map(poolItem),
    endpoints: endpoints.map(endpointItem),
    accounts: [...accountItems(overview), ...clusterItem(access)],
    targets: inOrder(access.lists, (list) => [placeId(list), list.name, list.id]).flatMap((list) => {
      const grants = grantsOf(list, lists);
      const isConcerned = grants.length > 0 || list.askedBy.length > 0 || list.changes.length > 0;
      return isConcerned ? [targetItem(list, grants)] : [];
    }),
    cidrs: lists.all,
  };
}

function targetItem(list: AccessList, grants: Grant[]): TargetItem {
  const { target, id, name } = list;
  const place = placeId(list);
  return { id: `${place}/${target}/${id}`, place, target, key: id, name, grants, notes: notesOf(list) };
}

function notesOf({ peerRules, changes }: AccessList): string[] {
  const held = changes.filter((change) => change.held);
  const reasons = new Set(held.map((change) => change.held));
  const due = changes.length - held.length;
  return [
    ...(peerRules > 0 ? [`${plural(peerRules, 'more rule')} for security groups or pods`] : []),
    ...(due > 0 ? [`${plural(due, 'change')} to come`] : []),
    ...(held.length > 0 ? [`${plural(held.length, 'change')} held: ${[...reasons].join(', ')}`] : []),
  ];
}

function accountItems({ accounts, sets, access: { unread } }: MapInput['overview']): AccountItem[] {
  return accounts.map(({ metadata: { name }, spec: { accountId, regions } }) => ({
    id: `account/${name}`,
    name,
    accountId,
    regions: [...regions].sort().map((region) => {
      const failed = unread.find(({ where }) => where === name || where === `${name}/${region}`);
      return {
        id: placeId({ account: name, region }),
        name: region,
        ...(failed && { unread: failed.message }),
        told: failed ? toldOf(sets, name, region) : [],
      };
    }),
  }));
}

function clusterItem({ lists }: Access): AccountItem[] {
  if (lists.every(({ account }) => account)) return [];
  return [{ id: 'cluster', name: 'this cluster', regions: [{ id: placeId({}), name: 'NetworkPolicies', told: [] }] }];
}

function toldOf(sets: readonly CidrSet[], account: string, region: string): { set: string; groups: number }[] {
  return sets.flatMap(({ metadata, status }) => {
    const scope = status?.scopes?.find((scope) => scope.account === account && scope.region === region);
    return scope && scope.groups > 0 ? [{ set: metadata.name, groups: scope.groups }] : [];
  });
}
