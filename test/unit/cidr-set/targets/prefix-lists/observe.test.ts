import {
  DescribeManagedPrefixListsCommand,
  GetManagedPrefixListEntriesCommand,
  type ManagedPrefixList,
} from '@aws-sdk/client-ec2';
import { expect, it } from '@jest/globals';
import { AwsError, type AwsErrorClass } from '../../../../../src/aws/errors.js';
import type { TargetIo } from '../../../../../src/cidr-set/targets/kind.js';
import { observePrefixLists } from '../../../../../src/cidr-set/targets/prefix-lists/observe.js';
import { scope } from '../../resources.js';

const listed = (PrefixListId: string): ManagedPrefixList => ({
  PrefixListId,
  OwnerId: scope.accountId,
  Tags: [
    { Key: 'sallyport.dev/owner', Value: 'owner' },
    { Key: 'sallyport.dev/cidr-set', Value: 'office' },
  ],
});

/** Two lists, of which the entries of the second can't be read. */
function observed(failure: AwsErrorClass) {
  const error = new AwsError(
    { ...scope, service: 'ec2', action: 'GetManagedPrefixListEntries' },
    { class: failure, code: failure, message: '' },
  );
  const all = async (command: () => object) => {
    const asked = command();
    if (asked instanceof DescribeManagedPrefixListsCommand)
      return { ok: true, value: [listed('pl-1'), listed('pl-2')] };
    const fails = asked instanceof GetManagedPrefixListEntriesCommand && asked.input.PrefixListId === 'pl-2';
    return fails ? { ok: false, error } : { ok: true, value: [] };
  };
  const io = { scope, ownerId: 'owner', known: [], aws: { ec2: { all } } } as unknown as TargetIo;
  return observePrefixLists(io, []);
}

it('leaves out a list that is deleted while it is read', async () => {
  expect(await observed('NotFound')).toMatchObject({ ok: true, value: { lists: [{ id: 'pl-1' }] } });
});

it('StillFires: reads nothing where a list can not be read', async () => {
  expect(await observed('Transient')).toMatchObject({ ok: false, error: { class: 'Transient' } });
});
