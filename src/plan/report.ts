import type { Problem } from '../api/problem.js';
import type { QuotaUse } from '../cidr-set/facts.js';
import type { HoldReason, Sign, TargetName } from '../cidr-set/targets/kind.js';
import type { Preview } from '../runner-pool/nodes/guard.js';

/** What `sallyport plan --output json` prints. */
export interface PlanReport {
  /** Of this shape: fields may be added to it, none is taken away or gets another meaning. */
  version: 1;
  summary: PlanSummary;
  read: ReadCounts;
  /** Those where there is something to tell, by account and region; what is in the cluster is last. */
  scopes: ScopeEntry[];
  /** What is wrong with a set wherever it is written to. */
  problems: SetProblem[];
  /** PrivateLinkEndpoints that are not as declared even when the changes are made, or leave something behind. */
  privateLinkEndpoints: EndpointEntry[];
  /** RunnerPools that something is wrong with, or whose nodes are replaced; absent where there are none. */
  runnerPools?: PoolEntry[];
  /** PrivateLinkEndpoints and RunnerPools that come to something in the cluster, where none is looked at. */
  withoutCluster?: string[];
  /** What could not be read: the plan lacks what depends on it. */
  errors: ReadError[];
}

/** How many changes. Held ones are not among those to add, change and remove, but for those that wait for a first step. */
export interface PlanSummary {
  add: number;
  change: number;
  remove: number;
  held: number;
  /** Security groups that would exceed a quota, and are left as they are. */
  groupsOverQuota: number;
  /** Whether what the sets and PrivateLinkEndpoints ask for differs from what is there. */
  differs: boolean;
}

export interface ReadCounts {
  accounts: number;
  scopes: number;
  groups: number;
  /** Rules of this install in these groups. */
  rules: number;
  /** What else this install has made, by target: `{ "prefixLists": 2 }`. */
  objects: Partial<Record<ObjectKind, number>>;
  /** To AWS, repeated ones included. */
  calls: number;
}

/** One account and region, or without them the cluster. */
export interface ScopeEntry {
  account?: string;
  accountId?: string;
  /** Absent too: what is the same in all of the account's regions, as Route 53. */
  region?: string;
  objects: ObjectEntry[];
  problems: SetProblem[];
}

/** What sets write to, and what is made for PrivateLinkEndpoints and RunnerPools: `clusterObjects` is any kind. */
export type ObjectKind =
  | TargetName
  | 'endpointServices'
  | 'endpoints'
  | 'hostedZones'
  | 'loadBalancers'
  | 'clusterObjects';

export interface ObjectEntry {
  target: ObjectKind;
  /** AWS's, or `namespace/name`; the name where it isn't made yet. */
  id: string;
  name: string;
  changes: ChangeEntry[];
  /** Entries that stay; of a security group its rules in the directions concerned, and how many of them others made. */
  kept: number;
  foreign?: number;
  /** Of a security group, once the plan is carried out: what it has rules of. */
  quotas: QuotaUse[];
}

export interface ChangeEntry {
  /** `/` lets go of it, and leaves it there. */
  sign: Sign;
  /** `rule`, `egress rule`, `entry`, `line`, or what is made or removed as a whole: `Deployment`. */
  noun: string;
  ports?: string;
  value: string;
  description?: string;
  /** Those that want it, or for a removal those that let it go. */
  sets: string[];
  /** The one that it is for, `namespace/name`, where it is for no set. */
  privateLinkEndpoint?: string;
  runnerPool?: string;
  /** Why it is not made now. */
  held?: HoldReason;
  /** Its sets are being deleted. */
  final?: boolean;
}

export interface SetProblem extends Problem {
  set: string;
}

export interface EndpointEntry {
  /** `namespace/name` */
  name: string;
  problems: EndpointProblem[];
  /** What stays, and why. */
  left: string[];
}

export interface EndpointProblem extends Problem {
  consumer?: string;
  /** For AWS or a step before, and not for a person. */
  waits?: boolean;
}

export interface PoolEntry {
  /** `namespace/name` */
  name: string;
  problems: Problem[];
  /** What becomes of the nodes there are, as status.nodes.replacement. */
  replacement?: Preview;
}

export interface ReadError {
  /** An AwsAccount, with or without a region (`team-b/eu-west-1`), a source, or `cluster`. */
  where: string;
  message: string;
  /** The IAM action that is missing. */
  permission?: string;
  accountId?: string;
}

/** Whether it is made, now or when the step that it waits for is done. */
export function isToBeMade({ held }: Pick<ChangeEntry, 'held'>): boolean {
  return held === undefined || held === 'Waiting';
}

const ENTRIES = ['rule', 'egress rule', 'entry', 'address'];

/** Whether it is about one of the things that an object holds, and not about the object as a whole. */
export function isEntry({ noun }: Pick<ChangeEntry, 'noun'>): boolean {
  return ENTRIES.includes(noun);
}
