import type { Change, ChangeAction } from '@aws-sdk/client-route-53';
import type { ObservedDnsName, ObservedRecord, ObservedZone } from '../observed.js';
import type { Hindrance } from '../operation.js';
import type { Wish } from '../wish.js';
import { holderOf, isOwn, ownershipName, ownershipValue } from './ownership.js';

/** What is to change for one name: a record and its TXT record, together or not at all. */
export interface NameChange {
  name: string;
  sign: '+' | '~' | '-';
  changes: Change[];
}

/** Of a plain record. */
const TTL = 60;

/** An alias where there can be one: it follows the endpoint's addresses at no cost. */
export function wantedRecord(name: string, target: ObservedDnsName): ObservedRecord {
  return target.zoneId
    ? { name, type: 'A', values: [], alias: { zoneId: target.zoneId, name: target.name } }
    : { name, type: 'CNAME', ttl: TTL, values: [target.name] };
}

/**
 * What makes a name lead to the endpoint. A record without our TXT record is somebody else's and stays; what is made
 * where nothing was seen is made by CREATE, which AWS refuses where somebody was faster.
 */
export function planName(
  name: string,
  target: ObservedDnsName,
  { identity }: Wish,
  { id, records }: ObservedZone,
): { ready: boolean; change?: NameChange; problem?: Hindrance } {
  const wanted = wantedRecord(name, target);
  const mark = markRecord(wanted, ownershipValue(identity));
  const there = records.filter((each) => each.name === name && ['A', 'AAAA', 'CNAME'].includes(each.type));
  const own = ownedMarks(records, name).filter((each) => isOwn(identity, each));
  const holder = holderOf(name, records);
  if (own.length === 0 && (holder || there.length > 0)) {
    const whose = holder ? `belongs to ${holder.owner} (${holder.resource})` : 'was made by someone else';
    const message = `${name} in ${id} ${whose} and is left alone; take it out, or choose another name`;
    return { ready: false, problem: { reason: 'RecordTaken', message } };
  }
  const [present] = there.filter(({ type }) => type === wanted.type);
  const right = present && isSame(present, wanted) && own.some((each) => each.name === mark.name);
  const other = [
    ...there.filter(({ type }) => type !== wanted.type && type !== 'AAAA'),
    ...own.filter((each) => each.name !== mark.name),
  ];
  if (right && other.length === 0) return { ready: true };
  const fresh = there.length + own.length === 0;
  const action = fresh ? 'CREATE' : 'UPSERT';
  const changes = [...other.map((each) => change('DELETE', each)), change(action, wanted), change(action, mark)];
  return { ready: false, change: { name, sign: fresh ? '+' : '~', changes } };
}

/** Names with our TXT record that aren't wanted. */
export function planStaleNames(hosts: readonly string[], { identity }: Wish, { records }: ObservedZone): NameChange[] {
  const owned = records.filter((each) => each.type === 'TXT' && isOwn(identity, each));
  const names = new Set(owned.map(({ name }) => name.replace(/^(a|cname)-/, '')));
  return [...names]
    .filter((name) => !hosts.includes(name))
    .map((name) => {
      const marks = ownedMarks(owned, name);
      const types = marks.map((mark) => (mark.name.startsWith('cname-') ? 'CNAME' : 'A'));
      const gone = records.filter((each) => each.name === name && types.some((type) => type === each.type));
      return { name, sign: '-' as const, changes: [...gone, ...marks].map((each) => change('DELETE', each)) };
    });
}

/** Names of all records that are not ours and that a zone doesn't have by itself. */
export function foreignNames({ identity }: Wish, { name: zone, records }: ObservedZone): string[] {
  const owned = records.filter((each) => each.type === 'TXT' && isOwn(identity, each));
  const names = new Set(owned.flatMap(({ name }) => [name, name.replace(/^(a|cname)-/, '')]));
  const others = records.filter(({ name, type }) => !(name === zone && /^(NS|SOA)$/.test(type)) && !names.has(name));
  return [...new Set(others.map(({ name }) => name))];
}

function ownedMarks(records: readonly ObservedRecord[], name: string): ObservedRecord[] {
  const names = ['A', 'CNAME'].map((type) => ownershipName(type, name));
  return records.filter((each) => each.type === 'TXT' && names.includes(each.name));
}

function markRecord({ type, name }: ObservedRecord, value: string): ObservedRecord {
  return { name: ownershipName(type, name), type: 'TXT', ttl: 300, values: [value] };
}

function isSame(one: ObservedRecord, other: ObservedRecord): boolean {
  if (one.setIdentifier) return false;
  if (other.alias) return one.alias?.zoneId === other.alias.zoneId && sameName(one.alias.name, other.alias.name);
  return !one.alias && one.values.length === 1 && sameName(one.values[0] ?? '', other.values[0] ?? '');
}

function sameName(one: string, other: string): boolean {
  return one.replace(/\.$/, '').toLowerCase() === other.replace(/\.$/, '').toLowerCase();
}

function change(Action: ChangeAction, { name, type, ttl, values, alias, setIdentifier }: ObservedRecord): Change {
  return {
    Action,
    ResourceRecordSet: {
      Name: name,
      Type: type as 'A' | 'CNAME' | 'TXT',
      ...(setIdentifier && { SetIdentifier: setIdentifier }),
      ...(alias
        ? { AliasTarget: { HostedZoneId: alias.zoneId, DNSName: alias.name, EvaluateTargetHealth: false } }
        : { TTL: ttl, ResourceRecords: values.map((Value) => ({ Value })) }),
    },
  };
}
