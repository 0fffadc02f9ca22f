import {
  CreateLoadBalancerCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';

export interface SeedLoadBalancer {
  name: string;
  /** One a zone. */
  subnetIds: string[];
  /** None: it never has any. */
  groupIds?: string[];
  tags?: Record<string, string>;
}

export interface MadeLoadBalancer {
  arn: string;
  /** What a Kubernetes Service shows as its address. */
  dnsName: string;
}

/** An internal network load balancer. */
export async function makeLoadBalancer(
  elb: ElasticLoadBalancingV2Client,
  { name, subnetIds, groupIds = [], tags = {} }: SeedLoadBalancer,
): Promise<MadeLoadBalancer> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { LoadBalancers: [made] = [] } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: name,
      Type: 'network',
      Scheme: 'internal',
      Subnets: subnetIds,
      ...(groupIds.length > 0 && { SecurityGroups: groupIds }),
      ...(Tags.length > 0 && { Tags }),
    }),
  );
  return { arn: made?.LoadBalancerArn ?? '', dnsName: made?.DNSName ?? '' };
}
