import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Written } from '../../../../src/cidr-set/cluster/observed.js';
import { type NetworkPolicy, networkPolicies } from '../../../../src/cidr-set/targets/network-policies/kind.js';
import type { KubeObject } from '../../../../src/kube/resource.js';
import { plan, policy, policyFor, policyTarget, wish } from './build.js';

const ours = ['10.0.0.0/24', '10.0.1.0/24', '192.0.2.7/32', '2001:db8::/48', '2001:db8:1::/48'];
const evil = ['0.0.0.0/0', '203.0.113.0/24', '::/0'];
const targets = [policyTarget(), policyTarget({ ports: ['tcp/443'] }), policyTarget({ direction: 'Egress' })];

/** The set as it is now known, or what a person makes of the policy: its entries, no policy, or one that lets all in. */
type Step =
  | { by: 'set'; cidrs: string[]; complete: boolean; target: number }
  | { by: 'person'; entries: string[] | 'deleted' | 'open' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    by: fc.constant('set' as const),
    cidrs: fc.subarray(ours),
    complete: fc.boolean(),
    target: fc.nat({ max: targets.length - 1 }),
  }),
  fc.record({
    by: fc.constant('person' as const),
    entries: fc.oneof(fc.subarray([...ours, ...evil]), fc.constant('deleted' as const), fc.constant('open' as const)),
  }),
);

it('a policy never lets in an address that the set never had, and keeps what the set has and may have', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      let object: KubeObject | undefined;
      let written: Written | undefined;
      let set = { cidrs: [] as string[], complete: false, target: 0 };
      for (const next of steps) {
        const target = targets[set.target] ?? policyTarget();
        if (next.by === 'set') set = next;
        else if (object) object = edited(target, next.entries);

        const asked = targets[set.target] ?? policyTarget();
        const seen = { ...policyFor(asked, object), ...(written && { written }) };
        const { operations } = plan(wish(set.cidrs, { complete: set.complete }), seen);
        for (const operation of operations) {
          written = operation.written;
          object = policy(asked, [...(written?.cidrs ?? [])]);
        }

        if (!object) {
          expect(set.complete).toBe(false);
          continue;
        }
        const { spec } = object as NetworkPolicy;
        const lists = networkPolicies.cidrsOf(object as NetworkPolicy, asked);
        expect(ours).toEqual(expect.arrayContaining(lists));
        expect(lists).toEqual(expect.arrayContaining(set.cidrs));
        if (set.complete) expect(lists).toHaveLength(set.cidrs.length);
        const rules = [...(spec.ingress ?? []), ...(spec.egress ?? [])];
        for (const { from, to } of rules) expect(from ?? to).not.toHaveLength(0);
        expect(spec.policyTypes).toEqual([asked.direction]);
      }
    }),
    { numRuns: 500 },
  );
});

it('an incomplete set loses nothing that its policy had, whatever this process remembers', () => {
  fc.assert(
    fc.property(fc.subarray(ours), fc.subarray(ours), fc.boolean(), (had, known, remembered) => {
      const target = policyTarget();
      const object = policy(target, had);
      const written = { cidrs: had, fields: networkPolicies.fields(target, had) };
      const seen = { ...policyFor(target, object), ...(remembered && { written }) };
      const { operations } = plan(wish(known, { complete: false }), seen);
      const after = operations[0]?.written?.cidrs ?? had;
      expect(after).toEqual(expect.arrayContaining([...had, ...known]));
    }),
  );
});

function edited(target: (typeof targets)[number], entries: string[] | 'deleted' | 'open'): KubeObject | undefined {
  if (entries === 'deleted') return undefined;
  const object = policy(target, entries === 'open' ? [] : entries) as NetworkPolicy;
  if (entries === 'open') object.spec.ingress = [{ from: [] }];
  return object;
}
