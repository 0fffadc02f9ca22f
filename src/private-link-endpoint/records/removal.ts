import { GLOBAL } from '../../aws/places.js';
import { cut } from '../../cut.js';
import { plural } from '../../plural.js';
import type { ObservedZone } from '../observed.js';
import type { Operation } from '../operation.js';
import type { ConsumerWish, Wish } from '../wish.js';
import { disassociation } from './associations.js';
import { foreignNames, type NameChange, planStaleNames } from './records.js';
import { isMade, nameOperation } from './zones.js';

export interface ZoneRemoval {
  operations: Operation[];
  /** What stays behind and why. */
  left: string[];
  /** Nothing is left that is ours. */
  gone: boolean;
}

/** How what is ours leaves a zone: names first, then the zone itself if we made it and nobody else uses it. */
export function planZoneRemoval(wish: Wish, consumer: ConsumerWish, zone: ObservedZone, account: string): ZoneRemoval {
  const names = planStaleNames([], wish, zone);
  if (wish.release === 'Retain') {
    const operations = names.map((each) => markRemoval(each, zone, account, consumer));
    return { operations, left: [], gone: names.length === 0 };
  }
  if (names.length > 0) {
    return { operations: names.map((each) => nameOperation(each, zone, account, consumer)), left: [], gone: false };
  }
  if (!isMade(wish, consumer, zone)) {
    const known = consumer.known?.associations ?? [];
    const own = zone.vpcIds.length > 1 ? known.filter(({ vpcId }) => zone.vpcIds.includes(vpcId)) : [];
    const operations = own.map((vpc) => disassociation(zone.id, account, vpc, consumer));
    return { operations, left: [], gone: own.length === 0 };
  }
  const foreign = foreignNames(wish, zone);
  if (foreign.length > 0) {
    const what = `zone ${zone.id} (${zone.name}) of ${account} stays: it has ${plural(foreign.length, 'name')} of others, ${cut(foreign, 3)}`;
    return { operations: [], left: [what], gone: true };
  }
  const operation: Operation = {
    lane: `zone ${zone.id}`,
    place: { account, region: GLOBAL },
    sign: '-',
    what: `private zone ${zone.name} (${zone.id}), of ${consumer.name}`,
    done: 'ZoneDeleted',
    consumer: consumer.name,
    request: { action: 'DeleteHostedZone', input: { Id: zone.id } },
  };
  return { operations: [operation], left: [], gone: false };
}

/** The record stays, and is no longer ours. */
function markRemoval(change: NameChange, zone: ObservedZone, account: string, consumer: ConsumerWish): Operation {
  const changes = change.changes.filter(({ ResourceRecordSet }) => ResourceRecordSet?.Type === 'TXT');
  const what = `mark of ${change.name} in ${zone.id}, of ${consumer.name}`;
  return { ...nameOperation({ ...change, changes }, zone, account, consumer), what, done: 'RecordsReleased' };
}
