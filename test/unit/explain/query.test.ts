import { expect, it } from '@jest/globals';
import { addressText, parseQuery } from '../../../src/explain/query.js';

it.each([
  ['203.0.113.20', '203.0.113.20/32', '203.0.113.20'],
  ['203.0.113.0/24', '203.0.113.0/24', '203.0.113.0/24'],
  ['203.0.113.20/32', '203.0.113.20/32', '203.0.113.20'],
  ['2001:DB8::1', '2001:db8::1/128', '2001:db8::1'],
  ['2001:db8:0::/48', '2001:db8::/48', '2001:db8::/48'],
  ['0.0.0.0/0', '0.0.0.0/0', '0.0.0.0/0'],
])('%s is asked for as %s and told as %s', (text, cidr, told) => {
  expect(parseQuery(text)).toBe(cidr);
  expect(addressText(parseQuery(text))).toBe(told);
});

it.each([
  ['gitlab', /is no address; write one like/],
  ['10.1', /is no address/],
  ['0x0a.0.0.1', /is no address/],
  ['203.0.113.0/33', /is no address/],
  ['203.0.113.0/', /is no address/],
  ['', /is no address/],
  ['203.0.113.20/24', /host bits set; write 203\.0\.113\.0\/24, or 203\.0\.113\.20 for one address/],
  ['2001:db8::1/48', /host bits set; write 2001:db8::\/48, or 2001:db8::1 for one address/],
])('%s is refused', (text, message) => {
  expect(() => parseQuery(text)).toThrow(message);
});
