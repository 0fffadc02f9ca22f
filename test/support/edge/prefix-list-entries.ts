import { Refusal } from './call.js';
import { canonicalCidr } from './cidr.js';
import { structures } from './ec2-wire.js';
import type { Entry, PrefixList } from './prefix-list.js';

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-prefix-lists */
const MAX_SIZE = 1000;
/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html has it for either list; the
 * message of the error speaks of both in one breath, so they count together here.
 */
const MAX_CHANGES = 100;

export function entriesOf(asked: Record<string, string>[]): Entry[] {
  return asked.map(({ Cidr = '', Description }) => ({ cidr: canonicalCidr(Cidr), description: Description }));
}

export function checkSize(size: number, entries: number): void {
  if (!(size >= 1 && size <= MAX_SIZE)) throw invalid(`Must specify a max size between 1 and ${MAX_SIZE}`);
  if (size < entries) throw tooMany();
}

export function checkEntries(entries: Entry[], family: 'IPv4' | 'IPv6'): void {
  if (entries.length > MAX_CHANGES) throw tooManyChanges();
  if (new Set(entries.map(({ cidr }) => cidr)).size < entries.length) throw invalid('The CIDRs must be unique');
  for (const { cidr, description = '' } of entries) {
    if (cidr.includes(':') !== (family === 'IPv6')) throw invalid(`${cidr} is not of the address family ${family}`);
    if (description.length > 255) throw invalid('A description may have up to 255 characters');
  }
}

/**
 * The entries after AddEntry and RemoveEntry, or undefined where there are none. To add one that is there changes its
 * description: that isn't documented, but there is no other way to change one (below), and the console can.
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_managed_prefix_list.go
 * https://github.com/hashicorp/terraform-provider-aws/issues/29204
 */
export function changedEntries(list: PrefixList, params: URLSearchParams): Entry[] | undefined {
  const added = entriesOf(structures(params, 'AddEntry'));
  const removed = entriesOf(structures(params, 'RemoveEntry')).map(({ cidr }) => cidr);
  if (added.length + removed.length === 0) return undefined;
  if (added.length + removed.length > MAX_CHANGES) throw tooManyChanges();
  const version = params.get('CurrentVersion');
  if (version === null) throw new Refusal(400, 'MissingParameter', 'The request must contain CurrentVersion');
  if (Number(version) !== list.versions.length) {
    throw new Refusal(400, 'PrefixListVersionMismatch', 'The prefix list has the incorrect version number.');
  }
  checkEntries(added, list.family);
  const entries = new Map(list.versions.at(-1)?.map((entry) => [entry.cidr, entry]));
  for (const cidr of removed) {
    if (added.some((entry) => entry.cidr === cidr)) {
      throw invalid(`Request cannot contain Cidr ${cidr} in both AddPrefixListEntries and RemovePrefixListEntries`);
    }
    if (!entries.delete(cidr)) throw badChange(`An entry with the CIDR (${cidr}) does not exist.`);
  }
  for (const entry of added) {
    const { cidr, description } = entry;
    const there = entries.get(cidr);
    if (there && there.description === description) {
      throw badChange(`An entry with the CIDR (${cidr}) and description (${description}) already exists.`);
    }
    entries.set(cidr, entry);
  }
  if (entries.size > list.weight) throw tooMany();
  return [...entries.values()];
}

function badChange(message: string): Refusal {
  return new Refusal(400, 'InvalidPrefixListModification', message);
}

function tooMany(): Refusal {
  const message = "You've reached the maximum number of entries for the prefix list.";
  return new Refusal(400, 'PrefixListMaxEntriesExceeded', message);
}

function tooManyChanges(): Refusal {
  return invalid(`Request cannot contain more than ${MAX_CHANGES} entry additions or removals`);
}

function invalid(message: string): Refusal {
  return new Refusal(400, 'InvalidParameterValue', message);
}
