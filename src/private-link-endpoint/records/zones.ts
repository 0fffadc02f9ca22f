import { GLOBAL } from '../../aws/places.js';
import { clientToken, nameOf, zoneReference } from '../names.js';
import type { AccountZones, ObservedZone } from '../observed.js';
import type { Operation } from '../operation.js';
import type { ConsumerWish, Wish } from '../wish.js';
import { type NameChange, planStaleNames } from './records.js';

/** A zone that the names are in, or were. */
export interface ZoneRef {
  account: string;
  zoneId: string;
}

/** By the last status: the zone that the names are in, and those that they were in before. */
export function knownZones({ known, account }: ConsumerWish): ZoneRef[] {
  const { zoneId, zoneAccount = account, formerZones = [] } = known ?? {};
  return zoneId ? [{ account: zoneAccount, zoneId }, ...formerZones] : formerZones;
}

/** Accounts that have a zone for the consumer, or may, and zones that are known by id. Made ones are known by their mark. */
export function zonesOf(consumer: ConsumerWish): { accounts: string[]; ids: string[] } {
  const { declared, account } = consumer;
  const known = knownZones(consumer);
  const wanted = declared ? (declared.dns?.account ?? account) : account;
  const accounts = known.length > 0 && !declared ? [] : [wanted];
  return {
    accounts: [...new Set([...accounts, ...known.map((each) => each.account)])],
    ids: [...known.map(({ zoneId }) => zoneId), ...(declared?.dns?.zoneId ? [declared.dns.zoneId] : [])],
  };
}

export function isMade(
  { identity }: Wish,
  { name }: ConsumerWish,
  { reference }: Pick<ObservedZone, 'reference'>,
): boolean {
  return reference.startsWith(zoneReference(identity, name));
}

/** AWS's names that records of ours lead to. */
export function ledTo(wish: Wish, accounts: readonly AccountZones[]): Set<string> {
  const names = accounts.flatMap(({ zones }) =>
    zones.flatMap((zone) => {
      const own = new Set(planStaleNames([], wish, zone).map(({ name }) => name));
      return zone.records.filter(({ name }) => own.has(name)).flatMap(({ alias, values }) => alias?.name ?? values);
    }),
  );
  return new Set(names.map((name) => name.replace(/\.$/, '')));
}

export function nameOperation(
  { name, sign, changes: Changes }: NameChange,
  { id }: ObservedZone,
  account: string,
  consumer: ConsumerWish,
): Operation {
  return {
    lane: `zone ${id}`,
    chain: name,
    place: { account, region: GLOBAL },
    sign,
    what: `record ${name} in ${id}, of ${consumer.name}`,
    done: sign === '-' ? 'RecordsDeleted' : 'RecordsChanged',
    consumer: consumer.name,
    request: { action: 'ChangeResourceRecordSets', input: { HostedZoneId: id, ChangeBatch: { Changes } } },
  };
}

export function createZone(wish: Wish, consumer: ConsumerWish, VPCId: string): Operation {
  const { identity, zone = '' } = wish;
  const token = clientToken(identity, consumer.name, zone, VPCId, consumer.known?.zoneId).slice(0, 32);
  return {
    lane: `zone of ${consumer.name}`,
    place: { account: consumer.account, region: GLOBAL },
    sign: '+',
    what: `private zone ${zone} in ${VPCId}, of ${consumer.name}`,
    done: 'ZoneCreated',
    consumer: consumer.name,
    request: {
      action: 'CreateHostedZone',
      input: {
        Name: zone,
        VPC: { VPCId, VPCRegion: consumer.region as never },
        CallerReference: `${zoneReference(identity, consumer.name)}-${token}`,
        HostedZoneConfig: { Comment: `${nameOf(identity, consumer.name)}, made by Sallyport`, PrivateZone: true },
      },
    },
  };
}
