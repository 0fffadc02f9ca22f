import { expect, it } from '@jest/globals';
import { parseCidr } from '../../../src/net/cidr.js';

it.each<[text: string, canonical: string | undefined]>([
  ['203.0.113.0/24', '203.0.113.0/24'],
  ['203.0.113.9/24', '203.0.113.0/24'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8:0:0::/32', '2001:db8::/32'],
  ['2001:db8:0:1:1:1:1:1/128', '2001:db8:0:1:1:1:1:1/128'],
  ['::/0', '::/0'],
  ['203.0.113.0', undefined],
  ['203.0.113.0/33', undefined],
  ['office', undefined],
  ['', undefined],
])('%s is %s', (text, canonical) => {
  expect(parseCidr(text)?.text).toBe(canonical);
});
