import type { Actions } from './call.js';
import { type HostedZone, zoneWire } from './hosted-zone.js';
import { answered, type HostedZones, pageOf } from './hosted-zones.js';
import { canonicalName, orderOf } from './record-sets.js';

/** How zones are found. */
export function hostedZoneListActions(zones: HostedZones): Actions {
  return {
    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html */
    ListHostedZones: (call) => {
      const { marker = '', maxitems, hostedzonetype } = call.input;
      const found = zones
        .own(call)
        .filter((zone) => !hostedzonetype || zone.isPrivate)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .filter(({ id }) => id >= String(marker));
      const { page, next } = pageOf(found, maxitems, 100);
      return answered(call, {
        HostedZones: { HostedZone: page.map(zoneWire) },
        IsTruncated: next !== undefined,
        NextMarker: next?.id,
        MaxItems: page.length,
      });
    },

    /**
     * Beginning with a name, not only those of it.
     * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
     */
    ListHostedZonesByName: (call) => {
      const { dnsname, hostedzoneid = '', maxitems } = call.input;
      const key = ({ name, id }: Pick<HostedZone, 'name' | 'id'>) => `${orderOf(name)} ${id}`;
      const from = dnsname ? key({ name: canonicalName(String(dnsname)), id: String(hostedzoneid) }) : '';
      const found = zones
        .own(call)
        .sort((one, other) => (key(one) < key(other) ? -1 : 1))
        .filter((zone) => key(zone) >= from);
      const { page, next } = pageOf(found, maxitems, 100);
      return answered(call, {
        HostedZones: { HostedZone: page.map(zoneWire) },
        DNSName: dnsname === undefined ? undefined : String(dnsname),
        IsTruncated: next !== undefined,
        NextDNSName: next?.name,
        NextHostedZoneId: next?.id,
        MaxItems: page.length,
      });
    },

    /** Of all owners. https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html */
    ListHostedZonesByVPC: async (call) => {
      const { vpcid, vpcregion, maxitems, nexttoken = 0 } = call.input;
      await zones.checkOwnVpc(call, { id: String(vpcid), region: String(vpcregion) });
      const from = Number(nexttoken);
      const { page, next } = pageOf(zones.ofVpc(String(vpcid)).slice(from), maxitems, 100);
      const HostedZoneSummary = page.map(({ id, name, ownerId }) => ({
        HostedZoneId: id,
        Name: name,
        Owner: { OwningAccount: ownerId },
      }));
      return answered(call, {
        HostedZoneSummaries: { HostedZoneSummary },
        MaxItems: page.length,
        NextToken: next && from + page.length,
      });
    },
  };
}
