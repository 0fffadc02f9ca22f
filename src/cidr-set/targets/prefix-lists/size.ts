import type { Family } from '../../../net/cidr.js';

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-prefix-lists */
export const MAX_ENTRIES = 1000;
/** API_ModifyManagedPrefixList: entries to add and to remove in one call. */
export const MAX_CHANGES = 100;

/** How many entries a list for so many is made to hold: a tenth more, two at least. Each of them weighs in every rule. */
function sizeFor(entries: number): number {
  return Math.min(entries + Math.max(2, Math.ceil(entries / 10)), MAX_ENTRIES);
}

/** The size that a list of `size` should have: it grows when no entry is left free, and shrinks when twice too large. */
export function fittingSize(entries: number, size?: number): number {
  const fitting = sizeFor(entries);
  return size === undefined || entries >= size || size > 2 * fitting ? fitting : size;
}

export function listName(base: string, family: Family): string {
  return `${base}-ipv${family}`;
}

/** The base name of the lists that a set's security groups refer to, and of a `prefixLists` target without `listName`. */
export function baseName(set: string): string {
  return `sallyport-${set}`;
}
