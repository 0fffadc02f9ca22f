import type { Family } from '../../../net/cidr.js';

/** A managed prefix list that this install made, or that a rule of the scope refers to. */
export interface ObservedPrefixList {
  id: string;
  arn: string;
  name: string;
  family: Family;
  /** What a rule that refers to it weighs. */
  maxEntries: number;
  version: number;
  /** EC2's: `create-complete`, `modify-in-progress` ... */
  state: string;
  stateMessage: string;
  /** The set that it is for; absent where it isn't ours. */
  set?: string;
  entries: { cidr: string; description: string }[];
}
