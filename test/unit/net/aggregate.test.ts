import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aggregate, type DescribedCidr } from '../../../src/net/aggregate.js';
import { parseCidr } from '../../../src/net/cidr.js';

function described(...lines: string[]): DescribedCidr[] {
  return lines.map((line) => {
    const [text = '', description = ''] = line.split(/ (.*)/);
    const parsed = parseCidr(text);
    if (!parsed) throw new Error(`${text} is no CIDR`);
    return { cidr: parsed.text, family: parsed.family, description };
  });
}

it.each<[what: string, cidrs: string[], fewest: string[]]>([
  ['nothing', [], []],
  ['one', ['203.0.113.9/32 Berlin'], ['203.0.113.9/32 Berlin']],
  ['strangers', ['203.0.113.0/25 Berlin', '198.51.100.0/24 Paris'], ['198.51.100.0/24 Paris', '203.0.113.0/25 Berlin']],
  ['two halves', ['203.0.113.128/25 Berlin', '203.0.113.0/25 Paris'], ['203.0.113.0/24 Paris, Berlin']],
  ['halves of one description', ['203.0.113.128/25 vpn', '203.0.113.0/25 vpn'], ['203.0.113.0/24 vpn']],
  ['neighbours that are no halves', ['203.0.113.64/26', '203.0.113.128/26'], ['203.0.113.64/26', '203.0.113.128/26']],
  ['one in another', ['10.1.2.0/24 Berlin', '10.0.0.0/8 office'], ['10.0.0.0/8 office, Berlin']],
  ['the same twice', ['10.0.0.0/8 b', '10.0.0.0/8 a', '10.0.0.0/8'], ['10.0.0.0/8 a, b']],
  ['steps', ['10.0.0.0/32', '10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/30'], ['10.0.0.0/29']],
  [
    'a row of many',
    ['10.0.0.0/32 a', '10.0.0.1/32 b', '10.0.0.2/32 c', '10.0.0.3/32 d'],
    ['10.0.0.0/30 a, b, c and 1 more'],
  ],
  [
    'both families',
    ['2001:db8:8000::/33 b', '2001:db8::/33 a', '10.0.0.0/8 c'],
    ['10.0.0.0/8 c', '2001:db8::/32 a, b'],
  ],
  ['everything', ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'], ['0.0.0.0/0', '::/0']],
])('%s', (_, cidrs, fewest) => {
  expect(aggregate(described(...cidrs))).toEqual(described(...fewest));
});

/** Networks in two blocks of 256 addresses, so that they meet often and each address can be listed. */
const crowded = fc
  .record({
    six: fc.boolean(),
    last: fc.nat(255),
    hostBits: fc.nat(8),
    description: fc.constantFrom('', 'a', 'b', 'c', 'd'),
  })
  .map(({ six, last, hostBits, description }) => {
    const first = (last >> hostBits) << hostBits;
    const cidr = six ? `2001:db8::${first.toString(16)}/${128 - hostBits}` : `203.0.113.${first}/${32 - hostBits}`;
    return described(`${cidr} ${description}`);
  });

const anywhere = fc
  .oneof(
    fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, prefix]) => `${address}/${prefix}`),
    fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, prefix]) => `${address}/${prefix}`),
  )
  .map((text) => described(text));

const lists = fc.array(fc.oneof(crowded, anywhere), { maxLength: 60 }).map((each) => each.flat());

interface Run {
  family: number;
  first: number;
  size: number;
}

/** `cidr` of a crowded block. */
function runOf({ cidr, family }: DescribedCidr): Run {
  const [, last = '', prefix] = /[.:]([0-9a-f]*)\/(\d+)$/.exec(cidr) ?? [];
  const size = 2 ** ((family === 6 ? 128 : 32) - Number(prefix));
  return { family, first: Number.parseInt(last || '0', family === 6 ? 16 : 10), size };
}

function addresses(cidrs: readonly DescribedCidr[]): Set<string> {
  return new Set(
    cidrs
      .map(runOf)
      .flatMap(({ family, first, size }) => Array.from({ length: size }, (_, i) => `${family} ${first + i}`)),
  );
}

it('covers exactly the same addresses, with none in two CIDRs and no two halves of one', () => {
  fc.assert(
    fc.property(fc.array(crowded, { maxLength: 40 }), (each) => {
      const fewest = aggregate(each.flat());
      expect(addresses(fewest)).toEqual(addresses(each.flat()));
      const runs = fewest.map(runOf);
      expect(runs.reduce((sum, { size }) => sum + size, 0)).toBe(addresses(fewest).size);
      const parents = runs.map(({ family, first, size }) => `${family} ${Math.floor(first / size / 2)} ${size}`);
      expect(new Set(parents).size).toBe(parents.length);
    }),
  );
});

it('says the same in any order and when done twice, in canonical spelling', () => {
  fc.assert(
    fc.property(lists, fc.infiniteStream(fc.nat()), (cidrs, random) => {
      const fewest = aggregate(cidrs);
      const keys = new Map(cidrs.map((cidr) => [cidr, random.next().value]));
      expect(aggregate(cidrs.toSorted((a, b) => Number(keys.get(a)) - Number(keys.get(b))))).toEqual(fewest);
      expect(aggregate(fewest)).toEqual(fewest);
      for (const { cidr, family } of fewest) expect(parseCidr(cidr)).toEqual({ text: cidr, family });
    }),
  );
});
