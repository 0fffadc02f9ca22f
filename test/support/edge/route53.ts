import type { Actions } from './call.js';
import { hostedZoneListActions } from './hosted-zone-lists.js';
import { hostedZoneTagActions } from './hosted-zone-tags.js';
import type { HostedZones } from './hosted-zones.js';
import { recordSetActions } from './record-set-actions.js';
import { vpcAssociationActions } from './vpc-associations.js';

/**
 * Route 53, all of it: moto's zones know no other accounts' VPCs and no changes in progress, its batches are carried
 * out by halves, and what is asked by a name is all that has the name.
 */
export function route53Actions(zones: HostedZones): Actions {
  return {
    ...zones.actions,
    ...hostedZoneListActions(zones),
    ...hostedZoneTagActions(zones),
    ...recordSetActions(zones),
    ...vpcAssociationActions(zones),
  };
}
