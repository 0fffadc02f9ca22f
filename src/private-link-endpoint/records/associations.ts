import type { VPCRegion } from '@aws-sdk/client-route-53';
import { GLOBAL } from '../../aws/places.js';
import type { Action } from '../calls.js';
import type { ObservedZone } from '../observed.js';
import type { Operation } from '../operation.js';
import type { ConsumerWish } from '../wish.js';

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
  const former = known.filter(({ vpcId }) => !wanted.some((each) => each.vpcId === vpcId));
  const operations = wanted.flatMap((vpc): Operation[] => {
    const there = zone.vpcIds.includes(vpc.vpcId);
    const authorized = zone.authorizedVpcIds.includes(vpc.vpcId);
    const foreign = vpc.account !== zoneAccount;
    const authorize = operationOn(zone.id, zoneAccount, vpc, consumer, {
      sign: '+',
      what: 'authorization',
      done: 'AssociationAuthorized',
      action: 'CreateVPCAssociationAuthorization',
    });
    const associate = operationOn(zone.id, vpc.account, vpc, consumer, {
      sign: '+',
      what: 'association',
      done: 'ZoneAssociated',
      action: 'AssociateVPCWithHostedZone',
    });
    return [
      ...(foreign && !there && !authorized ? [authorize] : []),
      ...(there ? [] : [associate]),
      ...(foreign && (!there || authorized) ? [deauthorization(zone.id, zoneAccount, vpc, consumer)] : []),
    ];
  });
  const authorized = former.filter(({ vpcId }) => zone.authorizedVpcIds.includes(vpcId));
  const associated = former.filter(({ vpcId }) => zone.vpcIds.includes(vpcId));
  return [
    ...operations,
    ...authorized.map((vpc) => deauthorization(zone.id, zoneAccount, vpc, consumer)),
    ...associated.map((vpc) => disassociation(zone.id, zoneAccount, vpc, consumer)),
  ];
}

export function disassociation(zoneId: string, account: string, vpc: ZoneVpc, consumer: ConsumerWish): Operation {
  return operationOn(zoneId, account, vpc, consumer, {
    sign: '-',
    what: 'association',
    done: 'ZoneDisassociated',
    action: 'DisassociateVPCFromHostedZone',
  });
}

function deauthorization(zoneId: string, account: string, vpc: ZoneVpc, consumer: ConsumerWish): Operation {
  return operationOn(zoneId, account, vpc, consumer, {
    sign: '-',
    what: 'authorization',
    done: 'AuthorizationDeleted',
    action: 'DeleteVPCAssociationAuthorization',
  });
}

interface Step extends Pick<Operation, 'sign' | 'what' | 'done'> {
  action: `${string}VPC${string}` & Action;
}

/** `account`: who makes the call. */
function operationOn(
  zoneId: string,
  account: string,
  { region, vpcId }: ZoneVpc,
  consumer: ConsumerWish,
  { sign, what, done, action }: Step,
): Operation {
  const input = { HostedZoneId: zoneId, VPC: { VPCId: vpcId, VPCRegion: region as VPCRegion } };
  return {
    lane: `zone ${zoneId}`,
    chain: vpcId,
    place: { account, region: GLOBAL },
    sign,
    what: `${what} of ${vpcId} with zone ${zoneId}`,
    done,
    consumer: consumer.name,
    request: { action, input },
  };
}
