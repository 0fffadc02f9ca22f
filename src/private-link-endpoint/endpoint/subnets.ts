import { cut } from '../../cut.js';
import { isMarked } from '../names.js';
import type { ObservedSubnet } from '../observed.js';
import type { Consumer } from '../wish.js';

export interface SubnetChoice {
  ids: string[];
  /** Why it is none, or not all that were meant. */
  note?: string;
}

/**
 * Zones that have no endpoints of other regions' services.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
const NOT_REMOTE = ['use1-az3', 'usw1-az2', 'apne1-az3', 'apne2-az2', 'apne2-az4'];

/**
 * One subnet a zone, in zones that the service has; those in use stay.
 *
 * @param zones - of the service, in the consumer's names; none: it is in another region
 */
export function chooseSubnets(
  { ids, tags = {} }: Consumer['subnets'],
  vpcId: string,
  subnets: readonly ObservedSubnet[],
  zones: readonly string[],
  used: readonly string[],
): SubnetChoice {
  const meant = subnets
    .filter((each) => each.vpcId === vpcId && (ids ? ids.includes(each.id) : isMarked(each.tags, tags)))
    .sort((a, b) => Number(used.includes(b.id)) - Number(used.includes(a.id)) || a.id.localeCompare(b.id));
  const served = meant.filter(({ zone, zoneId }) =>
    zones.length === 0 ? !NOT_REMOTE.includes(zoneId) : zones.includes(zone),
  );
  const chosen = served.filter(({ zone }, index) => served.findIndex((each) => each.zone === zone) === index);
  const missing = (ids ?? []).filter((id) => !meant.some((each) => each.id === id));
  const notes = [
    missing.length > 0 && `${missing.join(', ')} not found in ${vpcId}`,
    meant.length === 0 && !ids && `no subnet of ${vpcId} has the tags`,
    meant.length > served.length &&
      `the service has no zone ${zoneNames(meant.filter((each) => !served.includes(each)))}`,
    ids &&
      served.length > chosen.length &&
      `one subnet a zone: ${zoneNames(served.filter((each) => !chosen.includes(each)))}`,
  ].filter((note) => typeof note === 'string');
  return { ids: chosen.map(({ id }) => id).sort(), ...(notes.length > 0 && { note: notes.join('; ') }) };
}

function zoneNames(subnets: readonly ObservedSubnet[]): string {
  return cut(
    subnets.map(({ id, zone }) => `${zone} (${id})`),
    5,
  );
}
