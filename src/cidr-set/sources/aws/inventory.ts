import { DescribeAddressesCommand, DescribeNatGatewaysCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import type { AwsResult } from '../../../aws/call.js';
import type { Ec2Scope } from '../../../aws/services.js';
import type { AwsSourceKind } from '../source.js';
import { elasticIp, type Found, natGateway, vpc } from './found.js';

/** What was read of one scope, whoever selects it. Kinds that nobody asks for are absent. */
export type Inventory = Map<AwsSourceKind, AwsResult<Found[]>>;

/** EC2 API reference: both paged reads take 5 to 1000. */
const MaxResults = 1000;

const readers: Record<AwsSourceKind, (ec2: Ec2Scope) => Promise<AwsResult<Found[]>>> = {
  natGateways: (ec2) =>
    ec2.all(
      (NextToken) => new DescribeNatGatewaysCommand({ MaxResults, NextToken }),
      (page) => page.NatGateways?.map(natGateway),
    ),
  async elasticIps(ec2) {
    // The one answer has them all.
    const answer = await ec2.send(new DescribeAddressesCommand({}));
    return answer.ok ? { ok: true, value: (answer.value.Addresses ?? []).map(elasticIp) } : answer;
  },
  vpcs: (ec2) =>
    ec2.all(
      (NextToken) => new DescribeVpcsCommand({ MaxResults, NextToken }),
      (page) => page.Vpcs?.map(vpc),
    ),
};

/** One read a kind. Sets choose from it in memory: a filter for each would be a read for each. */
export async function readInventory(ec2: Ec2Scope, kinds: readonly AwsSourceKind[]): Promise<Inventory> {
  return new Map(await Promise.all(kinds.map(async (kind) => [kind, await readers[kind](ec2)] as const)));
}
