import { expect, it } from '@jest/globals';
import { cidrsOf, type Item, itemsOfSelection, itemsOfText } from '../../../../../src/cidr-set/sources/http/cidrs.js';

function texts(items: Iterable<Item>, allowAnywhere = false): string[] {
  return cidrsOf(items, 'vendor', allowAnywhere).map(({ cidr }) => cidr);
}

it('reads a text line by line, with comments, blank lines and any line ends', () => {
  const text = '# ranges\n\n192.0.2.0/24 # Berlin\r\n 198.51.100.7\r2001:DB8:0::/32\n2001:db8::9';
  expect(texts(itemsOfText(text))).toEqual(['192.0.2.0/24', '198.51.100.7/32', '2001:db8::/32', '2001:db8::9/128']);
});

it('takes lists of lists, and a single string', () => {
  expect(texts(itemsOfSelection([['192.0.2.0/24'], [[], ['198.51.100.7']]]))).toEqual([
    '192.0.2.0/24',
    '198.51.100.7/32',
  ]);
  expect(texts(itemsOfSelection('192.0.2.0/24'))).toEqual(['192.0.2.0/24']);
});

it('has each CIDR once, described by the source', () => {
  expect(cidrsOf(itemsOfText('192.0.2.0/24\n2001:DB8::/32\n192.0.2.0/24\n2001:db8:0::/32'), 'vendor', false)).toEqual([
    { cidr: '192.0.2.0/24', family: 4, description: 'vendor' },
    { cidr: '2001:db8::/32', family: 6, description: 'vendor' },
  ]);
});

it.each<[value: unknown]>([
  ['192.0.2.1/24'],
  ['2001:db8::1/32'],
  ['192.0.2.0/33'],
  ['010.0.0.0/8'],
  ['192.0.2'],
  ['192.0.2.0/24,198.51.100.0/24'],
  ['ranges.example'],
  [''],
  [null],
  [167772160],
  [true],
  [{ cidr: '192.0.2.0/24' }],
])('refuses a whole document for %j', (value) => {
  const shown = JSON.stringify(value);
  expect(() => texts(itemsOfSelection(['192.0.2.0/24', value, 'also wrong']))).toThrow(
    expect.objectContaining({
      reason: 'InvalidDocument',
      message: expect.stringContaining(`item 2 of what select gives: ${shown}`),
    }),
  );
});

it('counts all lines of a text, comments too', () => {
  expect(() => texts(itemsOfText('# one\n192.0.2.0/24\n\nwrong'))).toThrow(/^line 4: "wrong"/);
});

it('shows no more than the start of a long value', () => {
  expect(() => texts(itemsOfText('x'.repeat(500)))).toThrow(/^line 1: "x{49}\.\.\. /);
});

it.each<[what: string, items: Iterable<Item>]>([
  ['text of comments', itemsOfText('# nothing\n\n')],
  ['list', itemsOfSelection([[], []])],
])('takes an empty %s for a mistake', (_, items) => {
  expect(() => texts(items)).toThrow(expect.objectContaining({ reason: 'EmptyDocument' }));
});

it.each<[wide: string, asWideAsMayBe: string]>([
  ['0.0.0.0/0', '10.0.0.0/8'],
  ['10.0.0.0/7', '11.0.0.0/8'],
  ['::/0', '2001::/16'],
  ['2000::/15', '2002::/16'],
])('refuses %s unless anywhere is allowed', (wide, asWideAsMayBe) => {
  expect(() => texts(itemsOfText(wide))).toThrow(expect.objectContaining({ reason: 'InvalidDocument' }));
  expect(texts(itemsOfText(wide), true)).toEqual([wide]);
  expect(texts(itemsOfText(asWideAsMayBe))).toEqual([asWideAsMayBe]);
});

it('takes 20,000 CIDRs and no more', () => {
  const many = Array.from({ length: 20_001 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  expect(texts(itemsOfSelection(many.slice(1)))).toHaveLength(20_000);
  expect(() => texts(itemsOfSelection(many))).toThrow(expect.objectContaining({ reason: 'TooLarge' }));
});
