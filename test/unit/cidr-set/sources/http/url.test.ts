import { expect, it } from '@jest/globals';
import { checkServer, httpsUrl, shownUrl } from '../../../../../src/cidr-set/sources/http/url.js';

const from = new URL('https://ranges.example/list?token=hidden');

it.each<[text: string, from: URL | undefined, url: string]>([
  ['https://ranges.example/v2', undefined, 'https://ranges.example/v2'],
  ['/v2', from, 'https://ranges.example/v2'],
  ['//other.example/v2', from, 'https://other.example/v2'],
])('%s leads on', (text, base, url) => {
  expect(httpsUrl(text, base).href).toBe(url);
});

it.each<[text: string]>([
  ['http://ranges.example/'],
  ['ftp://ranges.example/'],
  ['file:///etc/passwd'],
  ['https://'],
  ['https://user:hidden@ranges.example/'],
  ['https://hidden@ranges.example/'],
])('%s is refused, and not repeated', (text) => {
  const message = expect.not.stringContaining('hidden');
  expect(() => httpsUrl(text)).toThrow(expect.objectContaining({ reason: 'InvalidUrl', message }));
  expect(() => httpsUrl(text, from)).toThrow(expect.objectContaining({ reason: 'RedirectRefused', message }));
});

it('shows no query', () => {
  expect(shownUrl(from)).toBe('https://ranges.example/list');
});

const host = (range: string) => ({ address: 'a', family: 4, range });

it.each<[ranges: string[], redirected: boolean, allowPrivate: boolean, refused: string | undefined]>([
  [['unicast'], false, false, undefined],
  [['unicast'], true, false, undefined],
  [['private'], false, false, 'AddressRefused'],
  [['private'], false, true, undefined],
  [['private'], true, true, 'RedirectRefused'],
  [['uniqueLocal', 'carrierGradeNat', 'loopback'], false, true, undefined],
  [['linkLocal'], false, true, 'AddressRefused'],
  [['ipv4Mapped'], false, true, 'AddressRefused'],
  [['unicast', 'private'], false, false, 'AddressRefused'],
  [['unicast', 'linkLocal'], false, true, 'AddressRefused'],
  [['unicast', 'loopback'], true, true, 'RedirectRefused'],
])('%j, redirected: %s, private allowed: %s: %s', (ranges, redirected, allowPrivate, refused) => {
  const check = () => checkServer(from, ranges.map(host), { redirected, allowPrivate });
  if (refused) expect(check).toThrow(expect.objectContaining({ reason: refused }));
  else expect(check).not.toThrow();
});
