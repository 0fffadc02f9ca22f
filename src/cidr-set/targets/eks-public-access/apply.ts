import { TagResourceCommand, UntagResourceCommand, UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import type { AwsResult } from '../../../aws/call.js';
import type { TargetIo } from '../kind.js';
import { OWNER_TAG, SET_TAG } from '../mark.js';
import type { ClusterOperation } from './change.js';

export function applyClusterOperation(
  { aws: { eks }, ownerId }: TargetIo,
  { action, task: { set, cluster }, publicAccessCidrs }: ClusterOperation,
): Promise<AwsResult<unknown>> {
  const { name, arn: resourceArn } = cluster;
  switch (action) {
    case 'TagResource':
      return eks.send(new TagResourceCommand({ resourceArn, tags: { [OWNER_TAG]: ownerId, [SET_TAG]: set } }));
    case 'UpdateClusterConfig':
      return eks.send(new UpdateClusterConfigCommand({ name, resourcesVpcConfig: { publicAccessCidrs } }));
    case 'UntagResource':
      return eks.send(new UntagResourceCommand({ resourceArn, tagKeys: [OWNER_TAG, SET_TAG] }));
  }
}
