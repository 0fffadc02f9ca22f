import type { Address, NatGateway, Tag, Vpc } from '@aws-sdk/client-ec2';
import { type Scope, scopeKey } from '../../../aws/scope.js';
import type { DescribedCidr } from '../../../net/aggregate.js';
import { parseCidr } from '../../../net/cidr.js';

/** Something in AWS that has addresses. */
export interface Found {
  id: string;
  tags: Record<string, string>;
  /** As AWS spells them; a single address has no prefix length. */
  cidrs: string[];
}

/**
 * EC2 API reference, NatGateway: `failed` and `deleted` ones carry nothing; a `pending` one has its address before it
 * carries traffic, and a `deleting` one serves open connections on. An address that failed to attach stays listed.
 */
export function natGateway({ NatGatewayId = '', Tags, State, NatGatewayAddresses = [] }: NatGateway): Found {
  const carries = State === 'available' || State === 'pending' || State === 'deleting';
  const attached = NatGatewayAddresses.filter(({ Status }) => Status !== 'failed');
  // One with connectivity type private has no public addresses.
  const cidrs = carries ? attached.flatMap(({ PublicIp }) => PublicIp ?? []) : [];
  return { id: NatGatewayId, tags: tagsOf(Tags), cidrs };
}

/** Addresses at a carrier or of one's own network (Wavelength, Outposts) have no public one. */
export function elasticIp({ AllocationId, PublicIp, Tags }: Address): Found {
  return { id: AllocationId ?? PublicIp ?? '', tags: tagsOf(Tags), cidrs: PublicIp ? [PublicIp] : [] };
}

/** EC2 API reference, VpcCidrBlockState: a block that is `disassociating` may still be in use. */
export function vpc({ VpcId = '', Tags, CidrBlockAssociationSet = [], Ipv6CidrBlockAssociationSet = [] }: Vpc): Found {
  const ipv4 = CidrBlockAssociationSet.map(({ CidrBlock: cidr, CidrBlockState: state }) => ({ cidr, state }));
  const ipv6 = Ipv6CidrBlockAssociationSet.map(({ Ipv6CidrBlock: cidr, Ipv6CidrBlockState: state }) => ({
    cidr,
    state,
  }));
  const used = [...ipv4, ...ipv6].filter(
    ({ state }) => state?.State === 'associated' || state?.State === 'disassociating',
  );
  return { id: VpcId, tags: tagsOf(Tags), cidrs: used.flatMap(({ cidr }) => cidr ?? []) };
}

function tagsOf(tags: Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** The CIDRs of what has all of `tags`. */
export function selectCidrs(
  found: readonly Found[],
  tags: Readonly<Record<string, string>>,
  scope: Pick<Scope, 'account' | 'region'>,
): DescribedCidr[] {
  const wanted = Object.entries(tags);
  return found
    .filter((each) => wanted.every(([key, value]) => each.tags[key] === value))
    .flatMap((each) => each.cidrs.flatMap((text) => describe(text, each, scope) ?? []));
}

function describe(text: string, found: Found, scope: Pick<Scope, 'account' | 'region'>): DescribedCidr | undefined {
  const cidr = parseCidr(text.includes('/') ? text : `${text}/32`);
  return cidr && { cidr: cidr.text, family: cidr.family, description: describeFound(found, scope) };
}

/** As long as a set's own descriptions may be. */
const MAX_LENGTH = 120;

/** `nat-0a1b runners-a (team-a/eu-west-1)`, in the characters that EC2 takes in a rule's description. */
export function describeFound(
  { id, tags }: Pick<Found, 'id' | 'tags'>,
  scope: Pick<Scope, 'account' | 'region'>,
): string {
  const where = ` (${scopeKey(scope)})`;
  const name = (tags.Name ?? '').replace(/[^a-zA-Z0-9 ._:/()#,@[\]+=&;{}!$*-]/g, '_');
  return `${id} ${name}`.slice(0, MAX_LENGTH - where.length).trimEnd() + where;
}
