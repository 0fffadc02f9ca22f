import type { AwsAccount } from '../api/aws-account.gen.js';
import type { CidrSet } from '../api/cidr-set.gen.js';
import type { PrivateLinkEndpoint } from '../api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../api/runner-pool.gen.js';
import type { Change, TargetName } from '../cidr-set/targets/kind.js';
import type { Direction } from '../cidr-set/targets/security-groups/rule.js';
import type { DescribedCidr } from '../net/aggregate.js';
import type { ReadError } from '../plan/report.js';

/** All that an install keeps, as plain values (JSON): the cluster's objects as the API server has them, by name. */
export interface Overview {
  accounts: AwsAccount[];
  sets: CidrSet[];
  endpoints: PrivateLinkEndpoint[];
  pools: RunnerPool[];
  /** What lets addresses in, where that was read too. */
  access?: Access;
}

/** What is in AWS, and in the cluster's NetworkPolicies. */
export interface Access {
  /** What each set has itself, written or discovered, without the sets that it includes; by set. */
  entries: Record<string, SetEntry[]>;
  /** By account, region and name; what is in the cluster is last. */
  lists: AccessList[];
  /** What could not be read: the lists lack what is there. */
  unread: ReadError[];
  /** Prefix lists of others that rules refer to and that could not be read, by id. */
  unreadLists: Record<string, ReadError>;
  /** How much was read. `calls`: to AWS, repeated ones included. */
  read: { accounts: number; scopes: number; calls: number };
}

export interface SetEntry extends DescribedCidr {
  /** Its source gives it no more: when it leaves, in ISO 8601. */
  leavesAt?: string;
}

/** Which list it is. */
export interface AccessListRef {
  target: Exclude<TargetName, 'configMaps'>;
  /** The AwsAccount; absent: in the cluster. */
  account?: string;
  region?: string;
  /** AWS's id or ARN, or `namespace/name`. */
  id: string;
  name: string;
}

/**
 * What lists addresses. A security group, an EKS cluster's public endpoint (where that is open at all) and a NetworkPolicy
 * let in what they list; prefix lists and WAF IP sets are for others to refer to.
 */
export interface AccessList extends AccessListRef {
  /** Sets whose targets select it. */
  askedBy: string[];
  rules: AccessRule[];
  /** How many more rules it has whose peers are security groups or pods, whatever their addresses. */
  peerRules: number;
  /** What the operator would change there now, or holds back. */
  changes: Pick<Change, 'sign' | 'ports' | 'value' | 'sets' | 'held'>[];
}

/** One CIDR or prefix list that a list lets in or out, or holds. */
export interface AccessRule {
  /** Absent in prefix lists and IP sets. */
  direction?: Direction;
  /** `tcp/443`, `tcp/8000-8080`, `icmp` or `all`. Absent in prefix lists and IP sets. */
  ports?: string;
  /** A canonical CIDR (see net/cidr), or the id of a prefix list. */
  peer: string;
  /** Of a NetworkPolicy's peer: canonical CIDRs within it that are left out. */
  except?: string[];
  /** What is in a prefix list that is the peer; absent: that could not be read. */
  entries?: string[];
  description: string;
  /** Whether this install made it. */
  owned: boolean;
  /** Owned: the sets that it says it stands for; empty: it doesn't say. Made by others: those that it serves all the same. */
  sets: string[];
}
