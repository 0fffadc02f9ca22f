import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planScope } from '../../../src/cidr-set/plan.js';
import type { RuleOperation } from '../../../src/cidr-set/targets/security-groups/change.js';
import type { ObservedGroup, ObservedRule } from '../../../src/cidr-set/targets/security-groups/observed.js';
import { ruleKey } from '../../../src/cidr-set/targets/security-groups/rule.js';
import type { SetWish } from '../../../src/cidr-set/wish.js';
import { foreign, group, planInput, wish } from './build.js';

const CIDRS = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'];
const SETS = ['office', 'vpn', 'nat'];

/** EC2 in memory, with the rules that it keeps: no rule twice, and an operation is done whole or not at all. */
function carryOut(groups: ObservedGroup[], { kind, object: { id }, changes }: RuleOperation): void {
  const target = groups.find((each) => each.id === id);
  if (!target) return;
  for (const { rule, ruleId, description, weight } of changes) {
    const existing = target.rules.find((each) => each.rule && ruleKey(each.rule) === ruleKey(rule));
    if (kind === 'Authorize') {
      if (existing) throw new Error(`InvalidPermission.Duplicate: ${ruleKey(rule)}`);
      target.rules.push({
        id: `sgr-${ruleKey(rule)}`,
        direction: rule.direction,
        rule,
        description,
        owned: true,
        weight,
      });
    } else if (existing?.id !== ruleId || !existing) {
      throw new Error(`no such rule: ${ruleId}`);
    } else if (!existing.owned) {
      throw new Error(`${kind} of a rule made by others: ${ruleKey(rule)}`);
    } else if (kind === 'UpdateDescription') existing.description = description;
    else if (kind === 'Disown') existing.owned = false;
    else target.rules.splice(target.rules.indexOf(existing), 1);
  }
}

const keysOf = (rules: readonly ObservedRule[]) => new Set(rules.flatMap(({ rule }) => (rule ? [ruleKey(rule)] : [])));
const keyOf = (cidr: string) => `Ingress tcp 443 443 ${cidr}`;

interface SetStep {
  /** What the set's people mean. */
  cidrs: string[];
  /** What is known of it, where some source can't be read. */
  known?: string[];
  mode: SetWish['mode'];
}

/** What people do between two looks: what every set asks for, and a rule made or removed by hand. */
interface Step {
  sets: SetStep[];
  byHand?: { cidr: string; remove: boolean };
  /** Operations carried out before the operator is killed. */
  crashAfter: number;
}

const step: fc.Arbitrary<Step> = fc.record(
  {
    sets: fc.array(
      fc.record(
        {
          cidrs: fc.subarray(CIDRS),
          known: fc.subarray(CIDRS),
          mode: fc.constantFrom('Enforce' as const, 'Enforce' as const, 'Plan' as const),
        },
        { requiredKeys: ['cidrs', 'mode'] },
      ),
      { minLength: SETS.length, maxLength: SETS.length },
    ),
    byHand: fc.record({ cidr: fc.constantFrom(...CIDRS), remove: fc.boolean() }),
    crashAfter: fc.nat({ max: 8 }),
  },
  { requiredKeys: ['sets', 'crashAfter'] },
);

function wishesOf({ sets }: Step): SetWish[] {
  return sets.map(({ cidrs, known, mode }, i) => {
    const networks = known ? cidrs.filter((cidr) => known.includes(cidr)) : cidrs;
    return wish(SETS[i] ?? '', networks, { complete: known === undefined, mode });
  });
}

function plan(step: Step, groups: ObservedGroup[]): RuleOperation[] {
  return planScope(planInput(wishesOf(step), groups)).operations as RuleOperation[];
}

it('converges through any edits and crashes, touches no rule of others, and never lacks what was and is wanted', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const groups = [group([]), group([], undefined, 'sg-2')];
      /** Of each set: what it meant when all that it meant was in place, and has meant ever since. */
      const settled = SETS.map(() => new Set<string>());
      for (const [at, each] of steps.entries()) {
        if (each.byHand) {
          editByHand(groups, each.byHand);
          // With the rule went the note of the sets that it stood for.
          if (each.byHand.remove) for (const keys of settled) keys.delete(keyOf(each.byHand.cidr));
        }
        for (const [i, { cidrs }] of each.sets.entries()) {
          for (const key of settled[i] ?? []) if (!cidrs.map(keyOf).includes(key)) settled[i]?.delete(key);
        }
        const mustStay = new Set(settled.flatMap((keys) => [...keys]));
        const before = groups.map(({ rules }) => ({
          all: keysOf(rules),
          foreign: keysOf(rules.filter(({ owned }) => !owned)),
        }));

        const operations = plan(each, groups);
        const last = at === steps.length - 1;
        for (const operation of last ? operations : operations.slice(0, each.crashAfter)) {
          carryOut(groups, operation);
          for (const [i, { rules }] of groups.entries()) {
            const missing = [...(before[i]?.all ?? [])].filter((key) => !keysOf(rules).has(key));
            expect(missing.filter((key) => mustStay.has(key) || before[i]?.foreign.has(key))).toEqual([]);
          }
        }
        if (!last && operations.length > each.crashAfter) continue;
        for (const [i, { cidrs, known, mode }] of each.sets.entries()) {
          if (!known && mode === 'Enforce') settled[i] = new Set(cidrs.map(keyOf));
        }
      }

      const end = steps.at(-1) as Step;
      expect(plan(end, groups)).toEqual([]);
      const enforced = end.sets
        .filter(({ mode }) => mode === 'Enforce')
        .flatMap(({ cidrs, known = cidrs }) => cidrs.filter((cidr) => known.includes(cidr)));
      const certain = end.sets.every(({ known, mode }) => !known && mode === 'Enforce');
      for (const { rules } of groups) {
        expect(keysOf(rules)).toEqual(new Set([...keysOf(rules), ...enforced.map(keyOf)]));
        if (certain)
          expect(new Set(enforced.map(keyOf))).toEqual(
            new Set([...enforced.map(keyOf), ...keysOf(rules.filter(({ owned }) => owned))]),
          );
      }
    }),
    { numRuns: 1000 },
  );
});

function editByHand(groups: ObservedGroup[], { cidr, remove }: { cidr: string; remove: boolean }): void {
  for (const target of groups) {
    const index = target.rules.findIndex(({ rule }) => rule && ruleKey(rule) === keyOf(cidr));
    if (remove && index >= 0) target.rules.splice(index, 1);
    if (!remove && index < 0) target.rules.push(foreign(`tcp/443 ${cidr}`));
  }
}
