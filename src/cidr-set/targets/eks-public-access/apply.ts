import { TagResourceCommand, UntagResourceCommand, UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import { OWNER_TAG } from '../../../api/marks.js';
import type { AwsResult } from '../../../aws/call.js';
import type { TargetIo } from '../kind.js';
import { SET_TAG } from '../mark.js';
import type { ClusterOperation } from './change.js';
import { noteBegun } from './updates.js';

export async function applyClusterOperation(
  { aws: { eks }, ownerId, eksUpdates }: TargetIo,
  { action, task: { set, cluster }, publicAccessCidrs }: ClusterOperation,
): Promise<AwsResult<unknown>> {
  const { name, arn: resourceArn } = cluster;
  switch (action) {
    case 'TagResource':
      return eks.send(new TagResourceCommand({ resourceArn, tags: { [OWNER_TAG]: ownerId, [SET_TAG]: set } }));
    case 'UpdateClusterConfig': {
      const begun = await eks.send(new UpdateClusterConfigCommand({ name, resourcesVpcConfig: { publicAccessCidrs } }));
      if (begun.ok) noteBegun(eksUpdates, cluster.arn, { id: begun.value.update?.id ?? '', cidrs: publicAccessCidrs });
      return begun;
    }
    case 'UntagResource':
      return eks.send(new UntagResourceCommand({ resourceArn, tagKeys: [OWNER_TAG, SET_TAG] }));
  }
}
