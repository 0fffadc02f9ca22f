import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { givenBy, MAX_CIDRS, type Memory, remember } from '../../../../src/cidr-set/sources/memory.js';
import { type SourceRef, type SourceState, sourceText } from '../../../../src/cidr-set/sources/source.js';
import { denied, described, github, HOUR_OF_GRACE, MINUTE, read, remembered, runners, START, words } from './build.js';

const A = '203.0.113.1/32';
const B = '203.0.113.2/32';

it.each<[what: string, looks: Parameters<typeof remembered>[0], memory: string[]]>([
  ['what was found', [[0, read(runners, [B, A])]], [`natGateways/runners in team-a/eu-west-1: ${A}, ${B}`]],
  ['nothing of a source that gave nothing', [[0, read(runners, [])]], []],
  [
    'what is no longer found',
    [
      [0, read(runners, [A, B])],
      [10, read(runners, [B])],
    ],
    [`natGateways/runners in team-a/eu-west-1: ${A} missing since 10, ${B}`],
  ],
  [
    'since when it is not found, however often it is missed',
    [
      [0, read(github, [A, B])],
      [10, read(github, [B])],
      [69, read(github, [B])],
    ],
    [`http/github: ${A} missing since 10, ${B}`],
  ],
  [
    'no longer what is missing for the whole grace',
    [
      [0, read(github, [A, B])],
      [10, read(github, [B])],
      [70, read(github, [B])],
    ],
    [`http/github: ${B}`],
  ],
  [
    'as found what comes back in time',
    [
      [0, read(github, [A])],
      [10, read(github, [])],
      [20, read(github, [A])],
    ],
    [`http/github: ${A}`],
  ],
  [
    'all of a source that fails, whatever was missing and for how long',
    [
      [0, read(runners, [A, B])],
      [10, read(runners, [B])],
      [500, denied(runners)],
    ],
    [`natGateways/runners in team-a/eu-west-1 failing: ${A} missing since 10, ${B}`],
  ],
  [
    'all of a source that was not read since the operator started',
    [
      [0, read(runners, [A, B])],
      [10, read(runners, [B])],
      [500, { ref: runners }],
    ],
    [`natGateways/runners in team-a/eu-west-1: ${A} missing since 10, ${B}`],
  ],
  [
    'nothing of a source that was taken out',
    [
      [0, read(runners, [A]), read(github, [B])],
      [1, read(github, [B])],
    ],
    [`http/github: ${B}`],
  ],
  [
    'a time of now where the clock was put back',
    [
      [0, read(github, [A, B])],
      [500, read(github, [B])],
      [20, read(github, [B])],
    ],
    [`http/github: ${A} missing since 20, ${B}`],
  ],
])('remembers %s', (_what, looks, memory) => {
  expect(words(remembered(looks))).toEqual(memory);
});

it('knows since when a source fails, and when it was read last', () => {
  const failing = (...looks: Parameters<typeof remembered>[0]) => [...remembered(looks).values()][0]?.failing;
  expect(failing([0, read(github, [A])], [10, denied(github, START)], [20, denied(github)])).toEqual({
    since: START + 10 * MINUTE,
    lastRead: START,
  });
  expect(failing([0, denied(github)])).toEqual({ since: START });
  expect(failing([0, denied(github)], [5, read(github, [A])])).toBeUndefined();
});

it('takes the same of two descriptions of one CIDR, in whichever order they come', () => {
  const texts = [`${A} vpc-1`, `${A} vpc-2`];
  const descriptionOf = (cidrs: string[]) => givenBy(remembered([[0, read(github, cidrs)]]), 0)[0]?.description;
  expect(descriptionOf(texts)).toBe('vpc-1');
  expect(descriptionOf(texts.toReversed())).toBe('vpc-1');
});

it('lets go of a CIDR that is wider than allowed, as soon as it is no longer allowed', () => {
  const memory = remembered([[0, read(github, ['10.0.0.0/7', A])]], { allowAnywhere: true });
  expect(words(memory)).toEqual([`http/github: 10.0.0.0/7, ${A}`]);
  const { memory: after } = remember(memory, [denied(github)], { ...HOUR_OF_GRACE, now: START });
  expect(words(after)).toEqual([`http/github failing: ${A}`]);
});

it('keeps what it had when sources give more than a set can hold', () => {
  const many = Array.from({ length: MAX_CIDRS + 1 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`);
  const full = read(github, many.slice(1));
  const memory = remembered([[0, full]]);
  expect(memory.get('http/github')?.cidrs.size).toBe(MAX_CIDRS);

  const over = remember(memory, [read(github, many)], { ...HOUR_OF_GRACE, now: START });
  expect(over.memory).toBe(memory);
  expect(over.problem?.reason).toBe('TooManyCidrs');
  expect(over.problem?.message).toMatch(/^10001 CIDRs are found, and a set takes 10000; what was found before stays/);
  // The same one from two sources is one.
  expect(remember(memory, [full, read(runners, ['10.0.0.1/32'])], { ...HOUR_OF_GRACE, now: START }).problem).toBe(
    undefined,
  );
});

const refs: SourceRef[] = [runners, { ...runners, region: 'us-east-1' }, github];
const cidrs = fc.subarray(Array.from({ length: 6 }, (_, i) => `203.0.113.${i}/32`));
/** One look: what is known of each source then. */
const look = fc.record({
  afterMinutes: fc.nat(50),
  states: fc.tuple(
    ...refs.map((ref) =>
      fc.oneof(
        cidrs.map((found) => read(ref, found)),
        fc.constant<SourceState>(denied(ref)),
        fc.constant<SourceState>({ ref }),
      ),
    ),
  ),
});

it('lets go of nothing but what a source that could be read lacked for the whole grace', () => {
  fc.assert(
    fc.property(fc.array(look, { minLength: 2, maxLength: 12 }), (looks) => {
      let memory: Memory = new Map();
      let now = START;
      /** Since when a source that could be read last lacks a CIDR; gone when it gives it again. */
      const lacking = new Map<string, number>();
      for (const { afterMinutes, states } of looks) {
        now += afterMinutes * MINUTE;
        const after = remember(memory, states, { ...HOUR_OF_GRACE, now }).memory;
        for (const { ref, reading } of states) {
          const key = sourceText(ref);
          const found = new Set(reading?.ok ? reading.value.map(({ cidr }) => cidr) : []);
          for (const cidr of memory.get(key)?.cidrs.keys() ?? []) {
            const id = `${key} ${cidr}`;
            const isLacked = reading?.ok && !found.has(cidr);
            if (isLacked) lacking.set(id, lacking.get(id) ?? now);
            const goes = isLacked && now - (lacking.get(id) ?? now) >= HOUR_OF_GRACE.graceMs;
            expect(after.get(key)?.cidrs.has(cidr) ?? false).toBe(!goes);
          }
          for (const cidr of found) {
            lacking.delete(`${key} ${cidr}`);
            expect(after.get(key)?.cidrs.get(cidr)?.missingSince).toBeUndefined();
          }
        }
        memory = after;
      }
    }),
  );
});

it('comes to the same whatever the order of sources and of what they give, and looking again changes nothing', () => {
  fc.assert(
    fc.property(look, look, fc.infiniteStream(fc.nat()), (first, second, random) => {
      const shuffled = <T>(items: readonly T[]) =>
        items
          .map((item) => [random.next().value, item] as const)
          .sort(([a], [b]) => a - b)
          .map(([, item]) => item);
      const mixed = (states: readonly SourceState[]) =>
        shuffled(states).map((state) =>
          state.reading?.ok ? { ...state, reading: { ...state.reading, value: shuffled(state.reading.value) } } : state,
        );
      const memory = remembered([
        [0, ...first.states],
        [30, ...second.states],
      ]);
      expect(
        remembered([
          [0, ...mixed(first.states)],
          [30, ...mixed(second.states)],
          [30, ...mixed(second.states)],
        ]),
      ).toEqual(memory);
      expect([...memory.keys()]).toEqual([...memory.keys()].sort());
    }),
  );
});

it('tells of each CIDR when it leaves', () => {
  const memory = remembered([
    [0, read(github, [A, `${B} kept`])],
    [10, read(github, [`${B} kept`])],
  ]);
  const [a, b] = described(A, `${B} kept`);
  expect(givenBy(memory, 60 * MINUTE)).toEqual([{ ...a, leavesAt: START + 70 * MINUTE }, b]);
});
