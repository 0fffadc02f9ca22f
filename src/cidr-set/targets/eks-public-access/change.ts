import type { Change, Operation } from '../kind.js';
import type { ObservedCluster } from './observed.js';

/** A cluster that something is to be done with, shared by all its changes. */
export interface ClusterTask {
  fate: 'Write' | 'Release';
  set: string;
  cluster: ObservedCluster;
  acceptLockout: boolean;
}

/** `+` and `-` are about CIDRs of the list, `~` and `/` about the mark. */
export interface ClusterChange extends Change {
  task: ClusterTask;
}

export interface ClusterOperation extends Operation {
  action: 'TagResource' | 'UpdateClusterConfig' | 'UntagResource';
  task: ClusterTask;
  changes: ClusterChange[];
  /** What UpdateClusterConfig makes the whole list. */
  publicAccessCidrs: string[];
}
