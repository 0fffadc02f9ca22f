import { type Identity, resourceOf } from '../names.js';
import type { ObservedRecord } from '../observed.js';

/**
 * Whose a record is, as external-dns writes it (its docs/registry/txt.md): a TXT record beside it, named after the
 * record's type and name. external-dns leaves alone what another owner's name is on, and so do we.
 */
export function ownershipName(type: string, name: string): string {
  return `${type.toLowerCase()}-${name}`;
}

/** The value of the TXT record, in the quotes that Route 53 wants. */
export function ownershipValue(identity: Identity): string {
  const labels = [`external-dns/owner=${ownerOf(identity)}`, `external-dns/resource=${labelOf(identity)}`];
  return `"heritage=external-dns,${labels.join(',')}"`;
}

/** Who the record is by its TXT record of either type; undefined where there is none. */
export function holderOf(
  name: string,
  records: readonly ObservedRecord[],
): { owner: string; resource: string } | undefined {
  const names = ['a', 'cname'].map((type) => ownershipName(type, name));
  for (const { values } of records.filter((each) => each.type === 'TXT' && [...names, name].includes(each.name))) {
    const [value = ''] = values;
    if (!value.startsWith('"heritage=')) continue;
    const label = (key: string) => new RegExp(`external-dns/${key}=([^,"]*)`).exec(value)?.[1] ?? '';
    return { owner: label('owner'), resource: label('resource') };
  }
  return undefined;
}

export function isOwn(identity: Identity, { values }: ObservedRecord): boolean {
  return values.length === 1 && values[0] === ownershipValue(identity);
}

/** What an owner is called in a TXT record of ours. */
function ownerOf({ ownerId }: Identity): string {
  return `sallyport-${ownerId}`;
}

function labelOf(identity: Identity): string {
  return `privatelinkendpoint/${resourceOf(identity)}`;
}
