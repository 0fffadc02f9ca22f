import type { VPCRegion } from '@aws-sdk/client-route-53';
import type { Request } from '../calls.js';
import type { ObservedZone } from '../observed.js';
import type { Operation } from '../operation.js';
import { type ConsumerWish, GLOBAL } from '../wish.js';

/** A VPC that a zone is to answer in. */
export interface ZoneVpc {
  account: string;
  region: string;
  vpcId: string;
}

/**
 * What brings a zone into VPCs, and out of those that it was brought into and that are no longer declared. A VPC of
 * another account is authorized by the zone's account, associated by its own, and the authorization taken back: left
 * there, it would let the association be made anew behind our back.
 */
export function planAssociations(
  zone: ObservedZone,
  zoneAccount: string,
  wanted: readonly ZoneVpc[],
  known: readonly ZoneVpc[],
  consumer: ConsumerWish,
): Operation[] {
  const zoneId = zone.id;
  const unwanted = known.filter(
    ({ vpcId }) => !wanted.some((each) => each.vpcId === vpcId) && zone.vpcIds.includes(vpcId),
  );
  const operations = wanted.flatMap((vpc): Operation[] => {
    const { account, region, vpcId } = vpc;
    const there = zone.vpcIds.includes(vpcId);
    const authorized = zone.authorizedVpcIds.includes(vpcId);
    const foreign = account !== zoneAccount;
    const input = { HostedZoneId: zoneId, VPC: { VPCId: vpcId, VPCRegion: region as VPCRegion } };
    const op = (place: string, sign: Operation['sign'], what: string, done: string, request: Request): Operation => ({
      lane: `zone ${zoneId}`,
      chain: vpcId,
      place: { account: place, region: GLOBAL },
      sign,
      what: `${what} of ${vpcId} with zone ${zoneId}`,
      done,
      consumer: consumer.name,
      request,
    });
    return [
      foreign &&
        !there &&
        !authorized &&
        op(zoneAccount, '+', 'authorization', 'AssociationAuthorized', {
          action: 'CreateVPCAssociationAuthorization',
          input,
        }),
      !there && op(account, '+', 'association', 'ZoneAssociated', { action: 'AssociateVPCWithHostedZone', input }),
      foreign &&
        (!there || authorized) &&
        op(zoneAccount, '-', 'authorization', 'AuthorizationDeleted', {
          action: 'DeleteVPCAssociationAuthorization',
          input,
        }),
    ].filter((each) => typeof each === 'object');
  });
  return [...operations, ...unwanted.map((vpc) => disassociation(zoneId, zoneAccount, vpc, consumer))];
}

export function disassociation(
  zoneId: string,
  zoneAccount: string,
  { region, vpcId }: ZoneVpc,
  consumer: ConsumerWish,
): Operation {
  return {
    lane: `zone ${zoneId}`,
    chain: vpcId,
    place: { account: zoneAccount, region: GLOBAL },
    sign: '-',
    what: `association of ${vpcId} with zone ${zoneId}`,
    done: 'ZoneDisassociated',
    consumer: consumer.name,
    request: {
      action: 'DisassociateVPCFromHostedZone',
      input: { HostedZoneId: zoneId, VPC: { VPCId: vpcId, VPCRegion: region as VPCRegion } },
    },
  };
}
