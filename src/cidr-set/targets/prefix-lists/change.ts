import type { Family } from '../../../net/cidr.js';
import type { Change, Operation } from '../kind.js';

/** A change of a list: of the whole of it, its size, or an entry. */
export interface ListChange extends Change {
  kind: 'List' | 'Size' | 'Entry';
  set: string;
  /** The size that the list is to have; absent for entries and for a list that goes. */
  size?: number;
  /** The list's, where it is to be made. */
  family?: Family;
}

/** A change of what lists are shared with whom: of the whole share, an account or organization, or a list. */
export interface ShareChange extends Change {
  kind: 'Share' | 'Principal' | 'SharedList';
  set: string;
}

export type PrefixListChange = ListChange | ShareChange;

export function isListChange(change: PrefixListChange): change is ListChange {
  return change.kind === 'List' || change.kind === 'Size' || change.kind === 'Entry';
}

type Step =
  | { action: 'CreateManagedPrefixList'; set: string; family: Family; size: number }
  | { action: 'ModifyManagedPrefixList'; version: number; size?: never }
  | { action: 'ModifyManagedPrefixList'; size: number }
  | { action: 'DeleteManagedPrefixList' | 'DeleteTags' }
  | { action: 'CreateResourceShare'; set: string; name: string }
  | { action: 'AssociateResourceShare' | 'DisassociateResourceShare' | 'DeleteResourceShare' | 'UntagResource' };

/** One call. */
export type PrefixListOperation = Omit<Operation, 'action' | 'changes'> & Step & { changes: PrefixListChange[] };

/** The call that makes `changes`, of which there is at least one, all of the same object. */
export function stepOn(step: Step, done: string, changes: PrefixListChange[]): PrefixListOperation {
  const [{ object }] = changes as [PrefixListChange];
  return { target: 'prefixLists', done, object, ...step, changes, begins: step.action.endsWith('ManagedPrefixList') };
}
