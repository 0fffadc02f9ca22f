import type { Family } from '../../../net/cidr.js';

/** A managed prefix list that the scope's account owns. */
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
  /** The set that it is for; absent where this install didn't make it: then its entries are not read. */
  set?: string;
  /** Descriptions by CIDR, in its canonical spelling, see net/cidr. */
  entries: ReadonlyMap<string, string>;
  /** Ids of what refers to it, in any account; absent where the list is sure to be asked for. */
  referrers?: string[];
}

/** A resource share of AWS RAM that this install made. */
export interface ObservedShare {
  arn: string;
  name: string;
  set: string;
  /** Accounts, organizations and units of them. */
  principals: string[];
  /** ARNs of lists. */
  resources: string[];
}

export interface ObservedPrefixLists {
  lists: ObservedPrefixList[];
  /** Empty where nothing is known to be shared, or asked to be. */
  shares: ObservedShare[];
}

export function isSettling({ state }: ObservedPrefixList): boolean {
  return state.endsWith('-in-progress');
}
