import type { RecordSet } from './record-sets.js';
import { type Element, textAt, type Xml } from './xml.js';

export interface Vpc {
  readonly id: string;
  readonly region: string;
}

export interface HostedZone {
  readonly id: string;
  readonly ownerId: string;
  /** With a dot at its end. */
  readonly name: string;
  readonly callerReference: string;
  readonly comment: string | undefined;
  readonly isPrivate: boolean;
  readonly nameServers: readonly string[];
  readonly tags: Map<string, string>;
  vpcs: readonly Vpc[];
  /** VPCs of other accounts that may be associated. */
  authorized: readonly Vpc[];
  /** In the order of lists. */
  records: readonly RecordSet[];
}

export function hasVpc(vpcs: readonly Vpc[], id: string): boolean {
  return vpcs.some((vpc) => vpc.id === id);
}

export function vpcOf(element: Element): Vpc {
  return { id: textAt(element, 'VPCId') ?? '', region: textAt(element, 'VPCRegion') ?? '' };
}

export function nameServersOf(isPrivate: boolean): string[] {
  const tops = ['com', 'net', 'org', 'co.uk'];
  return tops.map((top, index) => `ns-${isPrivate ? 512 * index : 200 + 512 * index}.awsdns-${8 * index}0.${top}`);
}

export function zoneWire({ id, name, callerReference, comment, isPrivate, records }: HostedZone): Xml {
  return {
    Id: `/hostedzone/${id}`,
    Name: name,
    CallerReference: callerReference,
    Config: { Comment: comment, PrivateZone: isPrivate },
    ResourceRecordSetCount: records.length,
  };
}

/** Of public zones only. */
export function delegationWire({ isPrivate, nameServers }: HostedZone) {
  return isPrivate ? {} : { DelegationSet: { NameServers: { NameServer: nameServers } } };
}

export function vpcWire({ id, region }: Vpc): Xml {
  return { VPCRegion: region, VPCId: id };
}

export function tagsWire({ id, tags }: HostedZone): Xml {
  const Tag = [...tags].map(([Key, Value]) => ({ Key, Value }));
  return { ResourceType: 'hostedzone', ResourceId: id, Tags: { Tag } };
}
