import { expect, it } from '@jest/globals';
import { rangeOf, resolveHost } from '../../../../../src/cidr-set/sources/http/host.js';

it.each<[address: string]>([['140.82.121.3'], ['8.8.8.8'], ['2606:4700::1111'], ['64:ff9b::8c52:7903']])(
  '%s is public',
  (address) => {
    expect(rangeOf(address)).toBe('unicast');
  },
);

it.each<[address: string, range: string]>([
  ['0.0.0.0', 'unspecified'],
  ['10.1.2.3', 'private'],
  ['100.64.0.1', 'carrierGradeNat'],
  ['127.0.0.1', 'loopback'],
  ['169.254.169.254', 'linkLocal'],
  ['169.254.170.23', 'linkLocal'],
  ['172.31.0.2', 'private'],
  ['192.0.0.192', 'reserved'],
  ['192.168.1.1', 'private'],
  ['198.18.0.1', 'reserved'],
  ['203.0.113.1', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::127.0.0.1', 'ipv4Mapped'],
  ['::7f00:1', 'reserved'],
  ['::ffff:140.82.121.3', 'ipv4Mapped'],
  ['::ffff:a9fe:a9fe', 'ipv4Mapped'],
  ['64:ff9b::a9fe:a9fe', 'linkLocal'],
  ['64:ff9b::a00:1', 'private'],
  ['64:ff9b:1::1', 'rfc6052'],
  ['100::1', 'discard'],
  ['2001::1', 'teredo'],
  ['2001:db8::1', 'reserved'],
  ['2002:a9fe:a9fe::', '6to4'],
  ['4000::1', 'reserved'],
  ['fd00:ec2::254', 'uniqueLocal'],
  ['fe80::1%eth0', 'linkLocal'],
  ['fec0::1', 'deprecatedSiteLocal'],
  ['ff02::1', 'multicast'],
])('%s is %s', (address, range) => {
  expect(rangeOf(address)).toBe(range);
});

it.each<[host: string, address: string]>([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['localhost', '127.0.0.1'],
])('%s stands for %s', async (host, address) => {
  expect(await resolveHost(host)).toContainEqual(expect.objectContaining({ address, range: 'loopback' }));
});
