import { type Actions, Refusal } from './call.js';
import { answered, type HostedZones, pageOf } from './hosted-zones.js';
import { canonicalName, changedRecords, placeOf, recordWire } from './record-sets.js';
import { elementsAt, textAt } from './xml.js';

export function recordSetActions(zones: HostedZones): Actions {
  return {
    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html */
    ChangeResourceRecordSets: (call) =>
      zones.change(call, { refusal: 'PriorRequestNotComplete' }, async (zone, body) => {
        zone.records = changedRecords(zone, elementsAt(body, 'ChangeBatch', 'Changes', 'Change'));
        return { ChangeInfo: await zones.changeInfo(textAt(body, 'ChangeBatch', 'Comment')) };
      }),

    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html */
    ListResourceRecordSets: (call) => {
      const { name, type = '', identifier = '', maxitems } = call.input;
      if (type && !name) throw new Refusal(400, 'InvalidInput', 'A type needs a name');
      const start = { name: canonicalName(String(name)), type: String(type), setId: String(identifier) };
      const records = zones.zone(call).records.filter((record) => !name || placeOf(record) >= placeOf(start));
      const { page, next } = pageOf(records, maxitems, 300);
      return answered(call, {
        ResourceRecordSets: { ResourceRecordSet: page.map(recordWire) },
        IsTruncated: next !== undefined,
        NextRecordName: next?.name,
        NextRecordType: next?.type,
        NextRecordIdentifier: next?.setId,
        MaxItems: Number(maxitems ?? 300),
      });
    },
  };
}
