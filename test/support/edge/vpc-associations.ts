import { type Actions, Refusal } from './call.js';
import { hasVpc, type Vpc, vpcOf, vpcWire } from './hosted-zone.js';
import { answered, type HostedZones, pageOf } from './hosted-zones.js';
import { type Element, elementsAt, textAt } from './xml.js';

/**
 * VPCs of private zones, across accounts.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-associate-vpcs-different-accounts.html
 */
export function vpcAssociationActions(zones: HostedZones): Actions {
  return {
    /** By the zone's account. https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateVPCAssociationAuthorization.html */
    CreateVPCAssociationAuthorization: (call) =>
      zones.change(call, { refusal: 'ConcurrentModification' }, async (zone, body) => {
        const vpc = askedVpc(body);
        if (!hasVpc(zone.authorized, vpc.id)) zone.authorized = [...zone.authorized, vpc];
        return { HostedZoneId: zone.id, VPC: vpcWire(vpc) };
      }),

    /** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListVPCAssociationAuthorizations.html */
    ListVPCAssociationAuthorizations: (call) => {
      const { id, authorized } = zones.zone(call);
      const from = Number(call.input.nexttoken ?? 0);
      const { page, next } = pageOf(authorized.slice(from), call.input.maxresults, 50);
      const NextToken = next && from + page.length;
      return answered(call, { HostedZoneId: id, VPCs: { VPC: page.map(vpcWire) }, NextToken });
    },

    /** What is associated stays so. https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteVPCAssociationAuthorization.html */
    DeleteVPCAssociationAuthorization: (call) =>
      zones.change(call, { refusal: 'ConcurrentModification' }, async (zone, body) => {
        const { id } = askedVpc(body);
        if (!hasVpc(zone.authorized, id)) {
          const message = `The VPC ${id} is not authorized to be associated with the hosted zone ${zone.id}`;
          throw new Refusal(404, 'VPCAssociationAuthorizationNotFound', message);
        }
        zone.authorized = zone.authorized.filter((vpc) => vpc.id !== id);
        return {};
      }),

    /**
     * By the VPC's account, which another's zone must have authorized.
     * https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html
     */
    AssociateVPCWithHostedZone: (call) =>
      zones.change(call, { refusal: 'PriorRequestNotComplete', anyones: true }, async (zone, body) => {
        const vpc = askedVpc(body);
        if (!zone.isPrivate) {
          throw new Refusal(400, 'PublicZoneVPCAssociation', `The hosted zone ${zone.id} is public`);
        }
        await zones.checkOwnVpc(call, vpc);
        if (zone.ownerId !== call.accountId && !hasVpc(zone.authorized, vpc.id)) {
          const message = `The VPC: ${vpc.id} is not authorized to be associated with the hosted zone ${zone.id}.`;
          throw new Refusal(401, 'NotAuthorizedException', message);
        }
        zones.checkNoConflict(zone.name, vpc);
        zone.vpcs = [...zone.vpcs, vpc];
        return { ChangeInfo: await zones.changeInfo(textAt(body, 'Comment')) };
      }),

    /**
     * By either account.
     * https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html
     */
    DisassociateVPCFromHostedZone: (call) =>
      zones.change(call, { refusal: 'PriorRequestNotComplete', anyones: true }, async (zone, body) => {
        const vpc = askedVpc(body);
        if (zone.ownerId !== call.accountId) await zones.checkOwnVpc(call, vpc);
        if (!hasVpc(zone.vpcs, vpc.id)) {
          const message = `The VPC ${vpc.id} is not associated with the hosted zone ${zone.id}`;
          throw new Refusal(404, 'VPCAssociationNotFound', message);
        }
        if (zone.vpcs.length === 1) {
          const message = `The VPC ${vpc.id} is the last one that is associated with the hosted zone ${zone.id}`;
          throw new Refusal(400, 'LastVPCAssociation', message);
        }
        zone.vpcs = zone.vpcs.filter(({ id }) => id !== vpc.id);
        return { ChangeInfo: await zones.changeInfo(textAt(body, 'Comment')) };
      }),
  };
}

function askedVpc(body: Element): Vpc {
  const [vpc] = elementsAt(body, 'VPC').map(vpcOf);
  if (vpc?.id && vpc.region) return vpc;
  throw new Refusal(400, 'InvalidInput', 'A VPC must have an ID and a Region');
}
