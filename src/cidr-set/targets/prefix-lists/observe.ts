import {
  DescribeManagedPrefixListsCommand,
  GetManagedPrefixListAssociationsCommand,
  GetManagedPrefixListEntriesCommand,
  type ManagedPrefixList,
} from '@aws-sdk/client-ec2';
import {
  GetResourceShareAssociationsCommand,
  GetResourceSharesCommand,
  type ResourceShareAssociation,
  type ResourceShareAssociationType,
} from '@aws-sdk/client-ram';
import pMap from 'p-map';
import { OWNER_TAG } from '../../../api/marks.js';
import type { AwsResult } from '../../../aws/call.js';
import type { Ec2Scope, RamScope } from '../../../aws/services.js';
import { parseCidr } from '../../../net/cidr.js';
import type { SetWish } from '../../wish.js';
import type { KnownObject, TargetIo } from '../kind.js';
import { SET_TAG } from '../mark.js';
import { certainNames, shareWishes } from './desired.js';
import type { ObservedPrefixList, ObservedPrefixLists, ObservedShare } from './observed.js';
import { isShareLabel } from './share.js';

/** EC2 API reference: the three reads take up to 100, or more. */
const MaxResults = 100;
const CONCURRENCY = 8;

/**
 * The prefix lists of a scope's own account: a paged read, and for each list of ours its entries, and what refers to it
 * where it may have to go. Shares are read only where some are asked for or known.
 */
export async function observePrefixLists(
  { aws, scope, ownerId, known }: TargetIo,
  wishes: readonly SetWish[],
): Promise<AwsResult<ObservedPrefixLists>> {
  const isShare = ({ target, name }: KnownObject) => target === 'prefixLists' && isShareLabel(name);
  const sharing = shareWishes(wishes).length > 0 || known.some(isShare);
  const found = await aws.ec2.all(
    (NextToken) => new DescribeManagedPrefixListsCommand({ MaxResults, NextToken }),
    (page) => page.PrefixLists,
  );
  if (!found.ok) return found;
  const own = found.value
    .filter(({ OwnerId }) => OwnerId === scope.accountId)
    .map((list) => observedList(list, ownerId));
  const certain = new Set(wishes.flatMap((wish) => certainNames(wish).map((name) => `${wish.set} ${name}`)));
  const isCertain = ({ set, name }: ObservedPrefixList) => certain.has(`${set} ${name}`);
  const read = await pMap(own, (list) => readList(aws.ec2, list, isCertain(list)), { concurrency: CONCURRENCY });
  const lists: ObservedPrefixList[] = [];
  for (const list of read) {
    // Deleted since it was described.
    if (!list.ok && list.error.class === 'NotFound') continue;
    if (!list.ok) return list;
    lists.push(list.value);
  }
  const shares = sharing ? await readShares(aws.ram, ownerId) : { ok: true as const, value: [] };
  return shares.ok ? { ok: true, value: { lists, shares: shares.value } } : shares;
}

function observedList(list: ManagedPrefixList, ownerId: string): ObservedPrefixList {
  const tags = new Map(list.Tags?.map(({ Key, Value }) => [Key, Value]));
  const set = tags.get(SET_TAG);
  return {
    id: list.PrefixListId ?? '',
    arn: list.PrefixListArn ?? '',
    name: list.PrefixListName ?? '',
    family: list.AddressFamily === 'IPv6' ? 6 : 4,
    maxEntries: list.MaxEntries ?? 0,
    version: list.Version ?? 0,
    state: list.State ?? '',
    stateMessage: list.StateMessage ?? '',
    ...(tags.get(OWNER_TAG) === ownerId && set !== undefined && { set }),
    entries: new Map(),
  };
}

async function readList(
  ec2: Ec2Scope,
  list: ObservedPrefixList,
  certain: boolean,
): Promise<AwsResult<ObservedPrefixList>> {
  if (list.set === undefined) return { ok: true, value: list };
  const PrefixListId = list.id;
  const entries = await ec2.all(
    (NextToken) => new GetManagedPrefixListEntriesCommand({ PrefixListId, MaxResults, NextToken }),
    (page) => page.Entries,
  );
  if (!entries.ok) return entries;
  const known = entries.value.map(
    ({ Cidr = '', Description = '' }) => [parseCidr(Cidr)?.text ?? Cidr, Description] as const,
  );
  const value = { ...list, entries: new Map(known) };
  if (certain) return { ok: true, value };
  const referrers = await ec2.all(
    (NextToken) => new GetManagedPrefixListAssociationsCommand({ PrefixListId, MaxResults, NextToken }),
    (page) => page.PrefixListAssociations,
  );
  if (!referrers.ok) return referrers;
  return { ok: true, value: { ...value, referrers: referrers.value.map(({ ResourceId = '' }) => ResourceId) } };
}

/** Of this install, with who and what is in each or about to be. */
async function readShares(ram: RamScope, ownerId: string): Promise<AwsResult<ObservedShare[]>> {
  const tagFilters = [{ tagKey: OWNER_TAG, tagValues: [ownerId] }];
  const shares = await ram.all(
    (nextToken) =>
      new GetResourceSharesCommand({ resourceOwner: 'SELF', resourceShareStatus: 'ACTIVE', tagFilters, nextToken }),
    (page) => page.resourceShares,
  );
  if (!shares.ok || shares.value.length === 0) return shares.ok ? { ok: true, value: [] } : shares;
  const resourceShareArns = shares.value.flatMap(({ resourceShareArn }) => resourceShareArn ?? []);
  const read = (associationType: ResourceShareAssociationType) =>
    ram.all(
      (nextToken) => new GetResourceShareAssociationsCommand({ associationType, resourceShareArns, nextToken }),
      (page) => page.resourceShareAssociations?.filter(({ status = '' }) => /^ASSOCIAT(ED|ING)$/.test(status)),
    );
  const [principals, resources] = await Promise.all([read('PRINCIPAL'), read('RESOURCE')]);
  if (!principals.ok) return principals;
  if (!resources.ok) return resources;
  const entities = (of: ResourceShareAssociation[], arn: string) =>
    of.flatMap(({ resourceShareArn, associatedEntity }) => (resourceShareArn === arn ? (associatedEntity ?? []) : []));
  return {
    ok: true,
    value: shares.value.map(({ resourceShareArn: arn = '', name = '', tags = [] }) => ({
      arn,
      name,
      set: tags.find(({ key }) => key === SET_TAG)?.value ?? '',
      principals: entities(principals.value, arn),
      resources: entities(resources.value, arn),
    })),
  };
}
