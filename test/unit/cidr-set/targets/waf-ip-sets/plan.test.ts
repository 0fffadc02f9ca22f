import { describe, expect, it } from '@jest/globals';
import { planScope } from '../../../../../src/cidr-set/plan.js';
import type { Targets } from '../../../../../src/cidr-set/targets/kind.js';
import type { IpSetOperation } from '../../../../../src/cidr-set/targets/waf-ip-sets/change.js';
import type { ObservedIpSet } from '../../../../../src/cidr-set/targets/waf-ip-sets/observed.js';
import type { SetWish } from '../../../../../src/cidr-set/wish.js';
import { planInput, wish } from '../../build.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const V6 = '2001:db8::/32';

type WafTarget = NonNullable<Targets['wafIpSets']>[number];

function target(more: Partial<WafTarget> = {}): Targets {
  return { wafIpSets: [{ name: 'edge', scope: 'REGIONAL', ...more }] };
}

/** A set that asks for `sallyport-<set>-ipv4` and `-ipv6`. */
function asking(set: string, networks: string[], more: Partial<SetWish> = {}): SetWish {
  return wish(set, networks, { targets: target(), ...more });
}

/** One that asks for nothing any more. */
function gone(set: string, more: Partial<SetWish> = {}): SetWish {
  return wish(set, [], { targets: {}, ...more });
}

function ipSet(name: string, set: string | undefined, addresses: string[], more: Partial<ObservedIpSet> = {}) {
  const own = set === undefined ? {} : { set };
  return {
    id: name,
    arn: `arn:${name}`,
    name,
    scope: 'REGIONAL' as const,
    lockToken: 'token',
    addresses,
    ...own,
    ...more,
  };
}

/** The calls in words, what is held and why, and what each set is told. */
function plan(wishes: SetWish[], found: ObservedIpSet[] = [], region = 'eu-west-1') {
  const input = planInput(wishes, []);
  const { operations, held, sets } = planScope({
    ...input,
    scope: { ...input.scope, region },
    observed: { wafIpSets: { ok: true, value: found } },
  });
  return {
    calls: (operations as IpSetOperation[]).map(({ action, object, addresses }) =>
      [action, object.name, ...(action === 'DeleteIPSet' ? [] : addresses)].join(' '),
    ),
    held: held.map(({ sign, value, held }) => `${sign} ${value} ${held}`),
    problems: Object.fromEntries(
      [...sets].flatMap(([set, { problems }]) => (problems[0] ? [[set, problems[0].reason]] : [])),
    ),
    facts: sets,
  };
}

describe('what is written', () => {
  it.each<[string, SetWish[], ObservedIpSet[], string[]]>([
    [
      'one for each family that the set has',
      [asking('office', [A, V6, B])],
      [],
      [`CreateIPSet sallyport-office-ipv4 ${A} ${B}`, `CreateIPSet sallyport-office-ipv6 ${V6}`],
    ],
    ['none for a family without CIDRs', [asking('office', [A])], [], [`CreateIPSet sallyport-office-ipv4 ${A}`]],
    ['nothing where all is there', [asking('office', [A, B])], [ipSet('sallyport-office-ipv4', 'office', [B, A])], []],
    [
      'the whole list where one address is missing and one is too many',
      [asking('office', [A, C])],
      [ipSet('sallyport-office-ipv4', 'office', [A, B])],
      [`UpdateIPSet sallyport-office-ipv4 ${A} ${C}`],
    ],
    [
      'an empty list where the family has none left, for a web ACL may refer to it',
      [asking('office', [A])],
      [ipSet('sallyport-office-ipv4', 'office', [A]), ipSet('sallyport-office-ipv6', 'office', [V6])],
      ['UpdateIPSet sallyport-office-ipv6'],
    ],
    [
      'anywhere as two halves, because WAF takes no /0',
      [asking('all', ['0.0.0.0/0', '::/0'])],
      [],
      ['CreateIPSet sallyport-all-ipv4 0.0.0.0/1 128.0.0.0/1', 'CreateIPSet sallyport-all-ipv6 ::/1 8000::/1'],
    ],
    [
      'the halves of anywhere once',
      [asking('all', ['0.0.0.0/0'])],
      [ipSet('sallyport-all-ipv4', 'all', ['0.0.0.0/1', '128.0.0.0/1'])],
      [],
    ],
    ['a name without dots', [asking('office.eu', [A])], [], [`CreateIPSet sallyport-office_eu-ipv4 ${A}`]],
    [
      'the name that the target gives',
      [asking('office', [A], { targets: target({ ipSetName: 'allow' }) })],
      [],
      [`CreateIPSet allow-ipv4 ${A}`],
    ],
    [
      'once, where two targets of a set name the same',
      [
        asking('office', [A], {
          targets: { wafIpSets: [...(target().wafIpSets ?? []), { name: 'b', scope: 'REGIONAL' }] },
        }),
      ],
      [],
      [`CreateIPSet sallyport-office-ipv4 ${A}`],
    ],
  ])('%s', (_, wishes, found, calls) => {
    expect(plan(wishes, found)).toMatchObject({ calls, held: [], problems: {} });
  });

  it.each([
    ['us-east-1', [`CreateIPSet sallyport-office-ipv4 ${A}`]],
    ['eu-west-1', []],
  ])('for CloudFront in %s: %p', (region, calls) => {
    const cdn = asking('office', [A], { targets: target({ scope: 'CLOUDFRONT' }) });
    expect(plan([cdn], [], region).calls).toEqual(calls);
  });

  it('tells the WAF scopes apart, whose names are apart', () => {
    const both: Targets = {
      wafIpSets: [
        { name: 'a', scope: 'REGIONAL' },
        { name: 'b', scope: 'CLOUDFRONT' },
      ],
    };
    const found = [ipSet('sallyport-office-ipv4', 'office', [A], { scope: 'CLOUDFRONT' })];
    expect(plan([asking('office', [A], { targets: both })], found, 'us-east-1').calls).toEqual([
      `CreateIPSet sallyport-office-ipv4 ${A}`,
    ]);
  });
});

describe('whose it is', () => {
  const name = 'sallyport-office-ipv4';
  const shared = target({ ipSetName: 'allow' });

  it.each<[string, SetWish[], ObservedIpSet[], object]>([
    [
      'somebody else’s is left alone',
      [asking('office', [A])],
      [ipSet(name, undefined, [])],
      { calls: [], problems: { office: 'NotOurs' } },
    ],
    [
      'ours is written',
      [asking('office', [A])],
      [ipSet(name, 'office', [])],
      { calls: [`UpdateIPSet ${name} ${A}`], problems: {} },
    ],
    [
      'of two sets the one whose mark it has',
      [asking('office', [A], { targets: shared }), asking('vpn', [B], { targets: shared })],
      [ipSet('allow-ipv4', 'vpn', [])],
      { calls: [`UpdateIPSet allow-ipv4 ${B}`], problems: { office: 'ClaimedBy' } },
    ],
    [
      'of two sets the first where it is not made yet',
      [asking('office', [A], { targets: shared }), asking('vpn', [B], { targets: shared })],
      [],
      { calls: [`CreateIPSet allow-ipv4 ${A}`], problems: { vpn: 'ClaimedBy' } },
    ],
  ])('%s', (_, wishes, found, expected) => {
    expect(plan(wishes, found)).toMatchObject({ held: [], ...expected });
  });
});

describe('what goes', () => {
  const found = [ipSet('sallyport-office-ipv4', 'office', [A, B])];

  it.each<[string, SetWish[], ObservedIpSet[], string[], string[]]>([
    ['goes when the set asks no more', [gone('office')], found, ['DeleteIPSet sallyport-office-ipv4'], []],
    [
      'goes when it is empty',
      [gone('office')],
      [ipSet('sallyport-office-ipv4', 'office', [])],
      ['DeleteIPSet sallyport-office-ipv4'],
      [],
    ],
    ['goes with the set', [gone('office', { release: 'Delete' })], found, ['DeleteIPSet sallyport-office-ipv4'], []],
    [
      'stays, without the mark, for Retain: the tags last, as the role may write only what has them',
      [gone('office', { release: 'Retain' })],
      found,
      [`UpdateIPSet sallyport-office-ipv4 ${A} ${B}`, `UntagResource sallyport-office-ipv4 ${A} ${B}`],
      [],
    ],
    [
      'is without tags in the end, when whoever let go of its description ended there',
      [gone('office', { release: 'Retain' })],
      [ipSet('sallyport-office-ipv4', 'office', [], { isLeft: true })],
      ['UntagResource sallyport-office-ipv4'],
      [],
    ],
    [
      'goes under the old name when the target has another',
      [asking('office', [A], { targets: target({ ipSetName: 'allow' }) })],
      found,
      [`CreateIPSet allow-ipv4 ${A}`, 'DeleteIPSet sallyport-office-ipv4'],
      [],
    ],
    ['stays while nothing is known of its set', [], found, [], [`- ${A} SetUnknown`, `- ${B} SetUnknown`]],
    [
      'stays while the set is planned only',
      [gone('office', { mode: 'Plan' })],
      found,
      [],
      [`- ${A} PlanMode`, `- ${B} PlanMode`],
    ],
    ['of others stays', [gone('office')], [ipSet('sallyport-office-ipv4', undefined, [])], [], []],
  ])('%s', (_, wishes, there, calls, held) => {
    expect(plan(wishes, there)).toMatchObject({ calls, held });
  });
});

describe('what is held', () => {
  const found = [ipSet('sallyport-office-ipv4', 'office', [A, B])];

  it.each<[string, Partial<SetWish>, string[], string[]]>([
    ['nothing by itself', {}, [`UpdateIPSet sallyport-office-ipv4 ${A} ${C}`], []],
    [
      'removals while sources are incomplete: the call adds',
      { complete: false },
      [`UpdateIPSet sallyport-office-ipv4 ${A} ${B} ${C}`],
      [`- ${B} SourcesIncomplete`],
    ],
    [
      'removals that the guard stops: the call adds',
      { maxRemovalPercent: 20 },
      [`UpdateIPSet sallyport-office-ipv4 ${A} ${B} ${C}`],
      [`- ${B} RemovalGuard`],
    ],
    ['nothing that the guard allows', { maxRemovalPercent: 50 }, [`UpdateIPSet sallyport-office-ipv4 ${A} ${C}`], []],
    ['all while the set is planned only', { mode: 'Plan' }, [], [`+ ${C} PlanMode`, `- ${B} PlanMode`]],
  ])('%s', (_, more, calls, held) => {
    expect(plan([asking('office', [A, C], more)], found)).toMatchObject({ calls, held });
  });

  it('the guard counts addresses, for an IP set that goes too', () => {
    const { calls, facts } = plan([gone('office', { maxRemovalPercent: 50 })], found);
    expect(calls).toEqual([]);
    expect(facts.get('office')?.problems[0]?.message).toMatch(/^2 of 2 entries would go at once \(100 %, guard 50 %\)/);
  });
});

describe('the quota of 10,000 addresses', () => {
  const many = (count: number, network = 10) =>
    Array.from({ length: count }, (_, n) => `${network}.${n >> 14}.${(n >> 6) & 255}.${(n & 63) * 4}/31`);

  it('is written to the last', () => {
    const { calls, problems, facts } = plan([asking('big', many(10_000))]);
    expect(calls[0]?.split(' ')).toHaveLength(10_002);
    expect(problems).toEqual({});
    const quotaUse = { object: 'sallyport-big-ipv4', used: 10_000, quota: 10_000, what: 'addresses' };
    expect(facts.get('big')).toMatchObject({ quotaUse });
  });

  it('is never exceeded: nothing is half-written, and the arithmetic is told', () => {
    const found = [ipSet('sallyport-big-ipv4', 'big', many(9_000))];
    const { calls, facts, held } = plan([asking('big', [...many(8_999), ...many(1_002, 11)])], found);
    expect(calls).toEqual([]);
    expect(new Set(held.map((line) => line.split(' ').at(-1)))).toEqual(new Set(['QuotaExceeded']));
    expect(facts.get('big')?.problems[0]?.message).toBe(
      'IP set sallyport-big-ipv4 would hold 10001 addresses: 9000 now, 1002 to add, 1 to remove; AWS WAF takes 10000. ' +
        'It is left as it is: let in fewer or wider CIDRs, or divide the set into several',
    );
  });
});

it('lists what it has, and what it is about to make, so that it is found again', () => {
  const { facts } = plan([asking('office', [A, V6])], [ipSet('sallyport-office-ipv4', 'office', [A, B])]);
  expect(facts.get('office')).toMatchObject({
    owned: 2,
    targets: { 'wafIpSets/edge': 2 },
    objects: [
      { target: 'wafIpSets', id: 'arn:sallyport-office-ipv4', name: 'sallyport-office-ipv4', entries: 2 },
      { target: 'wafIpSets', id: 'sallyport-office-ipv6', name: 'sallyport-office-ipv6', entries: 1 },
    ],
  });
});
