import type { ManagedPrefixList } from '@aws-sdk/client-ec2';
import { expect, it } from '@jest/globals';
import { weightOfList } from '../../../../../src/cidr-set/targets/prefix-lists/weight.js';

it.each<[ManagedPrefixList, Record<4 | 6, number>]>([
  [
    { AddressFamily: 'IPv4', MaxEntries: 40, PrefixListName: 'office' },
    { 4: 40, 6: 0 },
  ],
  [
    { AddressFamily: 'IPv6', MaxEntries: 5, PrefixListName: 'office' },
    { 4: 0, 6: 5 },
  ],
  [
    { AddressFamily: 'IPv4', PrefixListName: 'com.amazonaws.global.cloudfront.origin-facing' },
    { 4: 55, 6: 0 },
  ],
  [
    { AddressFamily: 'IPv6', PrefixListName: 'com.amazonaws.eu-west-1.ipv6.vpc-lattice' },
    { 4: 0, 6: 10 },
  ],
  [
    { AddressFamily: 'IPv4', PrefixListName: 'com.amazonaws.eu-west-1.s3' },
    { 4: 1, 6: 0 },
  ],
  [
    { AddressFamily: 'IPv4', PrefixListName: 'com.amazonaws.eu-west-1.unheard-of' },
    { 4: 1, 6: 0 },
  ],
])('%j', (list, weight) => {
  expect(weightOfList(list)).toEqual(weight);
});
