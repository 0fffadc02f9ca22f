import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Route53Client } from '@aws-sdk/client-route-53';
import type { Edge } from '../edge/edge.js';
import { makeHostedZone } from './hosted-zone.js';
import { type MadeLoadBalancer, makeLoadBalancer } from './load-balancer.js';
import { enableDnsHostnames, makeSubnets, makeVpc } from './network.js';

/** Where a provider or consumer is, and its VPC there. */
export interface Network {
  accountId: string;
  region: string;
  vpcId: string;
  /** In the account's zones a, b and c. */
  subnetIds: [string, string, string];
}

export interface Provider extends Network {
  /** In the zones a and b, with a security group and the tag `app: gitlab`. */
  loadBalancer: MadeLoadBalancer;
  /** Of example.com. */
  publicZoneId: string;
}

/**
 * What people had before there was Sallyport: a provider, and consumers in three accounts and two regions, all of the
 * same CIDR. The load balancer's zones are other ones' under their names: in eu-west-1, team-a has a and c of it; from
 * us-east-1, team-b's b can't be used.
 */
export interface PrivateLinkCompany {
  provider: Provider;
  consumers: Record<'shared' | 'teamA' | 'teamB', Network>;
}

export async function makePrivateLinkCompany(edge: Edge): Promise<PrivateLinkCompany> {
  const home = await makeNetwork(edge, '111111111111', 'eu-west-1', { app: 'gitlab' });
  const { accountId, region, vpcId: VpcId } = home;
  const { GroupId = '' } = await edge
    .clientFor(accountId, region)
    .send(new CreateSecurityGroupCommand({ GroupName: 'gitlab-nlb', Description: 'made by hand', VpcId }));
  const loadBalancer = await makeLoadBalancer(edge.client(ElasticLoadBalancingV2Client, accountId, region), {
    name: 'gitlab',
    subnetIds: home.subnetIds.slice(0, 2),
    groupIds: [GroupId],
    tags: { app: 'gitlab' },
  });
  const publicZoneId = await makeHostedZone(edge.client(Route53Client, accountId, region), { name: 'example.com' });
  const runners = { role: 'runners' };
  return {
    provider: { ...home, loadBalancer, publicZoneId },
    consumers: {
      shared: await makeNetwork(edge, '111111111111', 'eu-west-1', runners),
      teamA: await makeNetwork(edge, '222222222222', 'eu-west-1', runners),
      teamB: await makeNetwork(edge, '333333333333', 'us-east-1', runners),
    },
  };
}

/** A VPC with a subnet in each of the zones a, b and c, all with these tags, that private DNS can be enabled in. */
export async function makeNetwork(
  edge: Edge,
  accountId: string,
  region: string,
  tags: Record<string, string>,
): Promise<Network> {
  const ec2 = edge.clientFor(accountId, region);
  const cidr = '10.1.0.0/16';
  const vpcId = await makeVpc(ec2, { cidrs: [cidr], tags });
  await enableDnsHostnames(ec2, vpcId);
  const [a = '', b = '', c = ''] = await makeSubnets(ec2, { vpcId, cidr, zones: ['a', 'b', 'c'], tags });
  return { accountId, region, vpcId, subnetIds: [a, b, c] };
}
