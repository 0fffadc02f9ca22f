import { createHash } from 'node:crypto';
import {
  CreateManagedPrefixListCommand,
  DeleteManagedPrefixListCommand,
  DeleteTagsCommand,
  ModifyManagedPrefixListCommand,
} from '@aws-sdk/client-ec2';
import {
  AssociateResourceShareCommand,
  CreateResourceShareCommand,
  DeleteResourceShareCommand,
  DisassociateResourceShareCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ram';
import { OWNER_TAG } from '../../../api/marks.js';
import type { AwsResult } from '../../../aws/call.js';
import type { TargetIo } from '../kind.js';
import { SET_TAG } from '../mark.js';
import type { PrefixListChange, PrefixListOperation } from './change.js';

export function applyPrefixListOperation(
  { aws: { ec2, ram }, ownerId }: TargetIo,
  operation: PrefixListOperation,
): Promise<AwsResult<unknown>> {
  const { object, changes } = operation;
  const [added, removed] = [
    changes.filter(({ sign }) => '+~'.includes(sign)),
    changes.filter(({ sign }) => sign === '-'),
  ];
  const PrefixListId = object.id;
  switch (operation.action) {
    case 'CreateManagedPrefixList': {
      const Tags = [
        { Key: OWNER_TAG, Value: ownerId },
        { Key: SET_TAG, Value: operation.set },
      ];
      const input = {
        PrefixListName: object.name,
        AddressFamily: `IPv${operation.family}`,
        MaxEntries: operation.size,
        Entries: entriesOf(added),
        TagSpecifications: [{ ResourceType: 'prefix-list' as const, Tags }],
      };
      return ec2.send(new CreateManagedPrefixListCommand({ ...input, ClientToken: tokenOf(input) }));
    }
    case 'ModifyManagedPrefixList': {
      if (operation.size !== undefined) {
        return ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, MaxEntries: operation.size }));
      }
      const RemoveEntries = removed.map(({ value: Cidr }) => ({ Cidr }));
      const CurrentVersion = operation.version;
      const AddEntries = entriesOf(added);
      return ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, CurrentVersion, AddEntries, RemoveEntries }));
    }
    case 'DeleteManagedPrefixList':
      return ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId }));
    case 'DeleteTags':
      return ec2.send(
        new DeleteTagsCommand({ Resources: [PrefixListId], Tags: [{ Key: OWNER_TAG }, { Key: SET_TAG }] }),
      );
    case 'CreateResourceShare': {
      const tags = [
        { key: OWNER_TAG, value: ownerId },
        { key: SET_TAG, value: operation.set },
      ];
      // Without a token, which would answer with one that was deleted since. Of two, one goes with the next look.
      return ram.send(new CreateResourceShareCommand({ name: operation.name, tags, ...entitiesOf(changes) }));
    }
    case 'AssociateResourceShare':
      return ram.send(new AssociateResourceShareCommand({ resourceShareArn: object.id, ...entitiesOf(added) }));
    case 'DisassociateResourceShare':
      return ram.send(new DisassociateResourceShareCommand({ resourceShareArn: object.id, ...entitiesOf(removed) }));
    case 'DeleteResourceShare':
      return ram.send(new DeleteResourceShareCommand({ resourceShareArn: object.id }));
    case 'UntagResource':
      return ram.send(new UntagResourceCommand({ resourceShareArn: object.id, tagKeys: [OWNER_TAG, SET_TAG] }));
  }
}

function entriesOf(changes: readonly PrefixListChange[]) {
  return changes
    .filter(({ kind }) => kind === 'Entry')
    .map(({ value: Cidr, description: Description }) => ({ Cidr, Description }));
}

function entitiesOf(changes: readonly PrefixListChange[]) {
  const of = (kind: PrefixListChange['kind']) =>
    changes.filter((change) => change.kind === kind).map(({ value }) => value);
  return { principals: of('Principal'), resourceArns: of('SharedList') };
}

const TOKEN_MS = 60_000;

/**
 * The same for the same call within a minute: a restart may come before reads show what was made. For longer AWS would
 * answer with what was deleted since.
 */
function tokenOf(input: object): string {
  const minute = Math.floor(Date.now() / TOKEN_MS);
  return createHash('sha256')
    .update(`${minute} ${JSON.stringify(input)}`)
    .digest('hex');
}
