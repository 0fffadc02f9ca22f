import {
  GetHostedZoneCommand,
  type HostedZone,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListVPCAssociationAuthorizationsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { AwsResult } from '../../aws/call.js';
import type { Route53Scope } from '../../aws/services.js';
import type { ObservedRecord, ObservedZone } from '../observed.js';

/** All of an account, without what is in them. */
export async function listZones(route53: Route53Scope): Promise<AwsResult<ObservedZone[]>> {
  return route53.all(
    (Marker) => new ListHostedZonesCommand({ Marker }),
    (page) => page.HostedZones?.map(observedZone),
  );
}

/** Fills in a zone's records, and its VPCs where somebody needs them. */
export async function observeZone(
  route53: Route53Scope,
  zone: ObservedZone,
  withVpcs: boolean,
): Promise<AwsResult<ObservedZone>> {
  const HostedZoneId = zone.id;
  const nothing = { ok: true as const, value: [] };
  const [records, vpcs, authorized] = await Promise.all([
    route53.all(
      (start) => new ListResourceRecordSetsCommand({ HostedZoneId, ...(start ? JSON.parse(start) : {}) }),
      (page) => page.ResourceRecordSets?.map(observedRecord),
      (page) =>
        page.IsTruncated
          ? JSON.stringify({
              StartRecordName: page.NextRecordName,
              StartRecordType: page.NextRecordType,
              StartRecordIdentifier: page.NextRecordIdentifier,
            })
          : undefined,
    ),
    withVpcs ? route53.send(new GetHostedZoneCommand({ Id: HostedZoneId })) : undefined,
    withVpcs
      ? route53.all(
          (NextToken) => new ListVPCAssociationAuthorizationsCommand({ HostedZoneId, NextToken }),
          (page) => page.VPCs,
        )
      : nothing,
  ]);
  if (!records.ok) return records;
  if (vpcs && !vpcs.ok) return vpcs;
  if (!authorized.ok) return authorized;
  return {
    ok: true,
    value: {
      ...zone,
      records: records.value,
      vpcIds: (vpcs?.value.VPCs ?? []).flatMap(({ VPCId }) => VPCId ?? []),
      authorizedVpcIds: authorized.value.flatMap(({ VPCId }) => VPCId ?? []),
    },
  };
}

/** One record, whatever else its zone holds. */
export async function observeRecord(
  route53: Route53Scope,
  HostedZoneId: string,
  name: string,
): Promise<AwsResult<ObservedRecord | undefined>> {
  const answer = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName: name, StartRecordType: 'TXT', MaxItems: 1 }),
  );
  if (!answer.ok) return answer;
  const [record] = (answer.value.ResourceRecordSets ?? []).map(observedRecord);
  return { ok: true, value: record?.name === name && record.type === 'TXT' ? record : undefined };
}

function observedZone({ Id = '', Name = '', CallerReference = '', Config }: HostedZone): ObservedZone {
  return {
    id: Id.replace('/hostedzone/', ''),
    name: plainName(Name),
    private: Config?.PrivateZone ?? false,
    reference: CallerReference,
    vpcIds: [],
    authorizedVpcIds: [],
    records: [],
  };
}

function observedRecord({
  Name = '',
  Type,
  TTL,
  ResourceRecords = [],
  AliasTarget,
  SetIdentifier,
}: ResourceRecordSet): ObservedRecord {
  return {
    name: plainName(Name),
    type: Type ?? '',
    ...(TTL !== undefined && { ttl: TTL }),
    values: ResourceRecords.flatMap(({ Value }) => Value ?? []),
    ...(AliasTarget && {
      alias: { zoneId: AliasTarget.HostedZoneId ?? '', name: plainName(AliasTarget.DNSName ?? '') },
    }),
    ...(SetIdentifier && { setIdentifier: SetIdentifier }),
  };
}

function plainName(name: string): string {
  return name.replace(/\.$/, '');
}
