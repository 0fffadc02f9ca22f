import { expect, it } from '@jest/globals';
import { sorted } from '../../../src/net/sorted.js';

it('sorts by address, IPv4 first, wider first, each once', () => {
  const cidrs = [
    '2001:db8::/32',
    '10.0.0.0/24',
    '9.0.0.0/8',
    '10.0.0.0/8',
    '2001:db8::/48',
    '10.0.0.0/24',
    '100.0.0.0/8',
  ];
  expect(sorted(cidrs)).toEqual([
    '9.0.0.0/8',
    '10.0.0.0/8',
    '10.0.0.0/24',
    '100.0.0.0/8',
    '2001:db8::/32',
    '2001:db8::/48',
  ]);
});
