import type { Family } from '../../../net/cidr.js';

export interface ObservedIpSet {
  id: string;
  arn: string;
  name: string;
  scope: 'REGIONAL' | 'CLOUDFRONT';
  family: Family;
  lockToken: string;
  /** The set that it is for; absent where it isn't ours. */
  set?: string;
  addresses: string[];
}
