import { GROUP_TAG_PREFIX } from '../../api/marks.js';
import type { Request } from '../calls.js';
import { awsTags, type Identity, isMarked, marksOf, nameOf, type Tags } from '../names.js';
import type { ObservedGroup, VpcReading } from '../observed.js';
import type { Consumer } from '../wish.js';
import { type EndpointInput, type Op, retag } from './endpoint.js';

/**
 * What a made group is told apart and filled by: a CidrSet that its tag names writes its rules into it, as into any
 * group that is tagged so.
 */
export function groupTags(identity: Identity, { name, tags = {}, securityGroups }: Consumer): Tags {
  const sets = (securityGroups.allowFrom ?? []).map(({ set, ports }) => [GROUP_TAG_PREFIX + set, ports.join(' ')]);
  return { ...tags, ...marksOf(identity, name), ...Object.fromEntries(sets) };
}

/** `ids`: absent while the group isn't made. */
export function planGroup({ wish, consumer, reading }: EndpointInput, vpcId: string, op: Op) {
  const { declared, name } = consumer;
  if (declared.securityGroups.ids) return { ids: declared.securityGroups.ids, operations: [] };
  const { identity } = wish;
  const tags = groupTags(identity, declared);
  const group = groupOf(identity, name, vpcId, reading);
  if (!group) {
    const GroupName = nameOf(identity, name);
    const request: Request = {
      action: 'CreateSecurityGroup',
      input: {
        GroupName,
        Description: `Who may connect to the endpoint of ${name}, made by Sallyport`,
        VpcId: vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: awsTags({ Name: GroupName, ...tags }) }],
      },
    };
    return { operations: [op('+', `security group in ${vpcId}`, 'GroupCreated', request, 'group')] };
  }
  const operations = retag(group.id, group.tags, tags, op, 'group');
  const stale = staleGroupTags(group, tags).map((Key) => ({ Key }));
  if (stale.length > 0) {
    const input = { Resources: [group.id], Tags: stale };
    operations.push(op('~', `tags on ${group.id}`, 'TagsChanged', { action: 'DeleteTags', input }, 'group'));
  }
  return { ids: [group.id], made: group.id, operations };
}

/** The group that was made for a consumer. */
function groupOf(
  identity: Identity,
  consumer: string,
  vpcId: string,
  { groups }: VpcReading,
): ObservedGroup | undefined {
  const marks = marksOf(identity, consumer);
  return groups.find((group) => group.vpcId === vpcId && isMarked(group.tags, marks));
}

/** Tags of sets that are no longer let in. */
function staleGroupTags(group: ObservedGroup, wanted: Tags): string[] {
  return Object.keys(group.tags).filter((key) => key.startsWith(GROUP_TAG_PREFIX) && wanted[key] === undefined);
}
