import type { Scope as WafScope } from '@aws-sdk/client-wafv2';
import type { Family } from '../../../net/cidr.js';
import type { Change, Operation } from '../kind.js';
import type { ObservedIpSet } from './observed.js';

/** An IP set that something is to be done with, shared by all its changes. */
export interface IpSetTask {
  fate: 'Write' | 'Delete' | 'Release';
  set: string;
  name: string;
  scope: WafScope;
  /** Absent where it is only to go. */
  family?: Family;
  /** Absent where it is not made yet. */
  found?: ObservedIpSet;
}

export interface IpSetChange extends Change {
  task: IpSetTask;
}

export interface IpSetOperation extends Operation {
  action: 'CreateIPSet' | 'UpdateIPSet' | 'DeleteIPSet' | 'UntagResource';
  task: IpSetTask;
  changes: IpSetChange[];
  /** What CreateIPSet and UpdateIPSet make the whole list. */
  addresses: string[];
}
