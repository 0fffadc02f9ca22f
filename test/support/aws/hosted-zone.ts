import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
  type Route53Client,
  type VPCRegion,
} from '@aws-sdk/client-route-53';

export interface SeedHostedZone {
  name: string;
  /** None: it is public. */
  vpc?: { id: string; region: string };
  tags?: Record<string, string>;
  records?: ResourceRecordSet[];
}

/** A zone with its records, and its id without `/hostedzone/`. */
export async function makeHostedZone(
  route53: Route53Client,
  { name, vpc, tags = {}, records = [] }: SeedHostedZone,
): Promise<string> {
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({
      Name: name,
      CallerReference: `${name} of ${vpc?.id ?? 'all'}`,
      ...(vpc && { VPC: { VPCId: vpc.id, VPCRegion: vpc.region as VPCRegion } }),
    }),
  );
  const id = HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
  const AddTags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (AddTags.length > 0) {
    await route53.send(new ChangeTagsForResourceCommand({ ResourceType: 'hostedzone', ResourceId: id, AddTags }));
  }
  const Changes = records.map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet }));
  if (Changes.length > 0) {
    await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch: { Changes } }));
  }
  return id;
}
