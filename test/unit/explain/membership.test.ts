import { expect, it } from '@jest/globals';
import { memberships } from '../../../src/explain/membership.js';
import { entries, named } from '../overview/build.js';

const company = [
  named('gitlab-access', ['office', 'vpn']),
  named('office', ['berlin']),
  named('berlin'),
  named('vpn'),
  named('everyone', ['gitlab-access', 'berlin']),
];
const own = {
  berlin: entries('203.0.113.0/26 Berlin office', '2001:db8:a::/48'),
  vpn: entries('198.51.100.0/24', '203.0.113.0/24 all of it'),
};

/** `gitlab-access Whole: 203.0.113.0/26 berlin -> office -> gitlab-access`. */
function told(cidr: string, sets = company, entriesOf: typeof own | Record<string, never> = own): string[] {
  return memberships(cidr, sets, entriesOf).map(
    ({ set, extent, entries: found }) =>
      `${set} ${extent}: ${found.map((entry) => `${entry.cidr} ${entry.path.join(' -> ')}`).join('; ')}`,
  );
}

it.each<[string, string[]]>([
  [
    '203.0.113.20/32',
    [
      'gitlab-access Whole: 203.0.113.0/26 berlin -> office -> gitlab-access; 203.0.113.0/24 vpn -> gitlab-access',
      'office Whole: 203.0.113.0/26 berlin -> office',
      'berlin Whole: 203.0.113.0/26 berlin',
      'vpn Whole: 203.0.113.0/24 vpn',
      'everyone Whole: 203.0.113.0/26 berlin -> everyone; 203.0.113.0/24 vpn -> gitlab-access -> everyone',
    ],
  ],
  // Outside of Berlin, inside of the VPN's.
  [
    '203.0.113.200/32',
    [
      'gitlab-access Whole: 203.0.113.0/24 vpn -> gitlab-access',
      'vpn Whole: 203.0.113.0/24 vpn',
      'everyone Whole: 203.0.113.0/24 vpn -> gitlab-access -> everyone',
    ],
  ],
  ['192.0.2.1/32', []],
])('%s', (cidr, expected) => {
  expect(told(cidr)).toEqual(expected);
});

it.each<[string, string, string[]]>([
  ['all of an IPv6 range', '2001:db8:a:1::/64', ['berlin Whole: 2001:db8:a::/48 berlin']],
  ['part of an IPv6 range', '2001:db8::/32', ['berlin Part: 2001:db8:a::/48 berlin']],
  ['an IPv6 address outside', '2001:db8:b::1/128', []],
  ['a range around the entry', '203.0.113.0/24', ['berlin Part: 203.0.113.0/26 berlin']],
])('%s', (_, cidr, expected) => {
  expect(told(cidr, [named('berlin')], own)).toEqual(expected);
});

it('two entries that have a range together have all of it', () => {
  const halves = { berlin: entries('203.0.113.0/25', '203.0.113.128/25') };
  expect(memberships('203.0.113.0/24', [named('berlin')], halves)[0]?.extent).toBe('Whole');
});

it('a circle of includes, and one that leads nowhere, end', () => {
  const sets = [named('a', ['b', 'gone']), named('b', ['a'])];
  expect(told('203.0.113.20/32', sets, { a: entries('203.0.113.0/24') } as never)).toEqual([
    'a Whole: 203.0.113.0/24 a',
    'b Whole: 203.0.113.0/24 a -> b',
  ]);
});
