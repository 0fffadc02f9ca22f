import {
  CreateIPSetCommand,
  DeleteIPSetCommand,
  UntagResourceCommand,
  UpdateIPSetCommand,
} from '@aws-sdk/client-wafv2';
import { OWNER_TAG } from '../../../api/marks.js';
import type { AwsResult } from '../../../aws/call.js';
import type { TargetIo } from '../kind.js';
import { SET_TAG } from '../mark.js';
import type { IpSetOperation } from './change.js';
import { markOf, releasedMark } from './mark.js';

export function applyIpSetOperation(
  { aws: { wafv2 }, ownerId }: TargetIo,
  { action, task, addresses: Addresses }: IpSetOperation,
): Promise<AwsResult<unknown>> {
  const { name: Name, scope: Scope, set, family, found, fate } = task;
  const there = { Name, Scope, Id: found?.id, LockToken: found?.lockToken };
  const mark = markOf(ownerId, set);
  switch (action) {
    case 'CreateIPSet': {
      const Tags = [
        { Key: OWNER_TAG, Value: ownerId },
        { Key: SET_TAG, Value: set },
      ];
      const IPAddressVersion = family === 6 ? 'IPV6' : 'IPV4';
      return wafv2.send(new CreateIPSetCommand({ Name, Scope, Description: mark, IPAddressVersion, Addresses, Tags }));
    }
    case 'UpdateIPSet': {
      // The call replaces all that an IP set can be changed in.
      const Description = fate === 'Release' ? releasedMark(set) : mark;
      return wafv2.send(new UpdateIPSetCommand({ ...there, Description, Addresses }));
    }
    case 'DeleteIPSet':
      return wafv2.send(new DeleteIPSetCommand(there));
    case 'UntagResource':
      return wafv2.send(new UntagResourceCommand({ ResourceARN: found?.arn, TagKeys: [OWNER_TAG, SET_TAG] }));
  }
}
