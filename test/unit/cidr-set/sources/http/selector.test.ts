import { expect, it } from '@jest/globals';
import { select, selectorProblem } from '../../../../../src/cidr-set/sources/http/selector.js';

it.each<[selector: string]>([
  ['@'],
  ['actions'],
  ['[addresses, ipv6_addresses]'],
  ["prefixes[?service=='S3' && region=='eu-west-1'].ip_prefix"],
  ['hubPrefixes[?!contains(@, `":"`)]'],
])('%s is a selector', (selector) => {
  expect(selectorProblem(selector)).toBeUndefined();
});

it.each<[selector: string, says: RegExp]>([
  ['', /EOF/],
  ['prefixes[?service', /EOF/],
  ['prefixes ip_prefix', /ip_prefix/],
  ["prefixes[?service=='S3' and region=='eu-west-1']", /and|Rbracket/],
  ["prefixes[?service='S3'].ip_prefix", /write ==/],
  ["prefixes[?region=='eu-west-1' && service='S3'].ip_prefix", /write ==/],
])('%s is none', (selector, says) => {
  const problem = { reason: 'InvalidSelector', message: expect.stringMatching(says) };
  expect(selectorProblem(selector)).toEqual(problem);
  expect(() => select('{"prefixes":[{"service":"EC2","ip_prefix":"192.0.2.0/24"}]}', selector)).toThrow(
    expect.objectContaining(problem),
  );
});

it('names a function that there is not', () => {
  expect(() => select('{}', 'addresses(@)')).toThrow(
    expect.objectContaining({ reason: 'InvalidSelector', message: expect.stringContaining('addresses()') }),
  );
});

it('does not quote a document that is not JSON', () => {
  expect(() => select('<html>secret</html>', '@')).toThrow(
    expect.objectContaining({ reason: 'InvalidDocument', message: expect.not.stringContaining('secret') }),
  );
});
