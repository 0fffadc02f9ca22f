import { type Cluster, DescribeClusterCommand } from '@aws-sdk/client-eks';
import type { AwsResult } from '../../../aws/call.js';
import { parseCidr } from '../../../net/cidr.js';
import type { SetWish } from '../../wish.js';
import type { TargetIo } from '../kind.js';
import type { ObservedCluster } from './observed.js';
import { withUpdate } from './updates.js';

/** The clusters that sets name or are known to hold; those that are not there are left out. A call for each. */
export async function observeClusters(
  { aws, known, eksUpdates }: TargetIo,
  wishes: readonly SetWish[],
): Promise<AwsResult<ObservedCluster[]>> {
  const named = wishes.flatMap(({ targets }) => targets.eksPublicAccess?.flatMap(({ clusters }) => clusters) ?? []);
  const held = known.filter(({ target }) => target === 'eksPublicAccess').map(({ name }) => name);
  const names = [...new Set([...named, ...held])];
  const described = await Promise.all(names.map((name) => aws.eks.send(new DescribeClusterCommand({ name }))));
  const found: ObservedCluster[] = [];
  for (const each of described) {
    if (!each.ok && each.error.class === 'NotFound') continue;
    if (!each.ok) return each;
    if (each.value.cluster) found.push(await withUpdate(aws.eks, observedCluster(each.value.cluster), eksUpdates));
  }
  return { ok: true, value: found };
}

/** Endpoints of IPv6 clusters made since October 2024: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html */
const DUAL_STACK = /\.api\.(aws|amazonwebservices\.com\.cn)$/;

function observedCluster(cluster: Cluster): ObservedCluster {
  const { name = '', arn = '', status = '', endpoint = '', resourcesVpcConfig, tags = {} } = cluster;
  const {
    endpointPublicAccess = true,
    endpointPrivateAccess = false,
    publicAccessCidrs = [],
  } = resourcesVpcConfig ?? {};
  return {
    name,
    arn,
    status,
    publicAccess: endpointPublicAccess,
    privateAccess: endpointPrivateAccess,
    dualStack: DUAL_STACK.test(endpoint),
    publicAccessCidrs: publicAccessCidrs.map((text) => parseCidr(text)?.text ?? text),
    tags,
  };
}
