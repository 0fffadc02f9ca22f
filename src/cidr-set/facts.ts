import type { Problem } from '../api/problem.js';
import type { TargetName } from './targets/kind.js';

/** Something made for a set besides rules. */
export interface ObjectFact {
  target: TargetName;
  id: string;
  name: string;
  /** How many CIDRs it holds. */
  entries: number;
}

/** How near something is to a quota. */
export interface QuotaUse {
  /** `sg-0a1b (gitlab-nlb)` */
  object: string;
  used: number;
  quota: number;
  /** `inbound IPv4 rules` */
  what: string;
}

/** What a set has in one scope. */
export interface SetFacts {
  /** How many security groups the set's targets select. */
  groups: number;
  /** How many objects each target selects, by `securityGroups/gitlab`. */
  targets: Record<string, number>;
  /** Wanted rules that exist, whoever made them. */
  rules: number;
  /** Those of them that others made. */
  foreignRules: number;
  /** Rules and entries of this install that stand for the set, of all kinds, wanted or not: what the guard counts by. */
  owned: number;
  objects: ObjectFact[];
  /** The fullest of what the set is in, once the plan is carried out. */
  quotaUse?: QuotaUse;
  problems: Problem[];
  /** What people may want to know though all is well: `gitlab by prefix list: it selects 7 groups`. */
  notes: string[];
}

export function noFacts(): SetFacts {
  return { groups: 0, targets: {}, rules: 0, foreignRules: 0, owned: 0, objects: [], problems: [], notes: [] };
}

/** Keeps the fullest. */
export function noteQuotaUse(facts: SetFacts | undefined, use: QuotaUse): void {
  const { used, quota } = facts?.quotaUse ?? { used: 0, quota: 1 };
  if (facts && use.used * quota > used * use.quota) facts.quotaUse = use;
}
