import { describe, expect, it } from '@jest/globals';
import type { ObservedObject } from '../../../../src/cidr-set/cluster/observed.js';
import { networkPolicies } from '../../../../src/cidr-set/targets/network-policies/kind.js';
import type { SetWish } from '../../../../src/cidr-set/wish.js';
import { map, mapFor, mapTarget, plan, policy, policyFor, policyTarget, texts, wish } from './build.js';

const A = '198.51.100.0/24';
const B = '203.0.113.0/24';
const SIX = '2001:db8::/32';
const target = policyTarget();
const web = policyTarget({ podSelector: { app: 'web' }, ports: ['tcp/443', 'udp/8000-8080'] });

interface Case {
  wish: SetWish;
  seen: ObservedObject;
  plan: string[];
}

const cases: Record<string, Case> = {
  'nothing is written where a policy is as asked for': {
    wish: wish([A, SIX]),
    seen: policyFor(web, policy(web, [A, SIX])),
    plan: [],
  },
  'a policy that is not there is made': {
    wish: wish([A]),
    seen: policyFor(web),
    plan: [`Apply: + NetworkPolicy Ingress tcp/443 udp/8000-8080, pods app=web; + entry ${A}`],
  },
  'what is added and removed is one write': {
    wish: wish([B]),
    seen: policyFor(target, policy(target, [A])),
    plan: [`Apply: + entry ${B}; - entry ${A}`],
  },
  'other ports are a change': {
    wish: wish([A]),
    seen: policyFor(web, policy(policyTarget({ podSelector: { app: 'web' } }), [A])),
    plan: ['Apply: ~ NetworkPolicy Ingress tcp/443 udp/8000-8080, pods app=web'],
  },
  'other pods are a change': {
    wish: wish([A]),
    seen: policyFor(policyTarget({ podSelector: { app: 'web' } }), policy(target, [A])),
    plan: ['Apply: ~ NetworkPolicy Ingress all, pods app=web'],
  },
  'the other direction is a change': {
    wish: wish([A]),
    seen: policyFor(policyTarget({ direction: 'Egress' }), policy(target, [A])),
    plan: ['Apply: ~ NetworkPolicy Egress all, all pods'],
  },
  'nothing is written where an egress policy is as asked for': {
    wish: wish([A]),
    seen: policyFor(policyTarget({ direction: 'Egress' }), policy(policyTarget({ direction: 'Egress' }), [A])),
    plan: [],
  },
  'nothing is written where a set is empty and its policy shuts all out': {
    wish: wish([]),
    seen: policyFor(target, policy(target, [])),
    plan: [],
  },
  'a policy of a set that became empty shuts all out': {
    wish: wish([]),
    seen: policyFor(target, policy(target, [A])),
    plan: [`Apply: - entry ${A}`],
  },
  'a policy that nobody asks for is deleted': {
    wish: wish([]),
    seen: policyFor(undefined, policy(target, [A])),
    plan: [`Delete: - entry ${A}; - NetworkPolicy office`],
  },
  'a deleted set takes its policy along': {
    wish: wish([], { release: 'Delete', mode: 'Plan' }),
    seen: policyFor(undefined, policy(target, [A])),
    plan: [`Delete: - entry ${A}; - NetworkPolicy office`],
  },
  'a set deleted with Retain lets go of it': {
    wish: wish([], { release: 'Retain' }),
    seen: policyFor(undefined, policy(target, [A])),
    plan: ['Release: / NetworkPolicy office'],
  },

  'an incomplete set only adds': {
    wish: wish([B], { complete: false }),
    seen: policyFor(target, policy(target, [A])),
    plan: [`Apply: + entry ${B}`, `- entry ${A} SourcesIncomplete`],
  },
  'an incomplete set changes ports': {
    wish: wish([A], { complete: false }),
    seen: policyFor(web, policy(policyTarget({ podSelector: { app: 'web' } }), [A])),
    plan: ['Apply: ~ NetworkPolicy Ingress tcp/443 udp/8000-8080, pods app=web'],
  },
  'an incomplete set makes no policy, which would shut out what it does not know yet': {
    wish: wish([A], { complete: false }),
    seen: policyFor(target),
    plan: ['+ NetworkPolicy Ingress all, all pods SourcesIncomplete', `+ entry ${A} SourcesIncomplete`],
  },
  'an incomplete set without a target keeps its policy': {
    wish: wish([], { complete: false }),
    seen: policyFor(undefined, policy(target, [A])),
    plan: [`- entry ${A} SourcesIncomplete`, '- NetworkPolicy office SourcesIncomplete'],
  },
  'an incomplete set makes a ConfigMap of what it knows': {
    wish: wish([A], { complete: false }),
    seen: mapFor(mapTarget()),
    plan: [`Apply: + ConfigMap cidrs as Text; + entry ${A}`],
  },
  'an incomplete set that knows nothing makes no ConfigMap': {
    wish: wish([], { complete: false }),
    seen: mapFor(mapTarget()),
    plan: ['+ ConfigMap cidrs as Text SourcesIncomplete'],
  },

  'mode Plan makes nothing': {
    wish: wish([A], { mode: 'Plan' }),
    seen: policyFor(target),
    plan: ['+ NetworkPolicy Ingress all, all pods PlanMode', `+ entry ${A} PlanMode`],
  },
  'mode Plan changes nothing': {
    wish: wish([B], { mode: 'Plan' }),
    seen: policyFor(web, policy(target, [A])),
    plan: [
      '~ NetworkPolicy Ingress tcp/443 udp/8000-8080, pods app=web PlanMode',
      `+ entry ${B} PlanMode`,
      `- entry ${A} PlanMode`,
    ],
  },
  'mode Plan deletes nothing': {
    wish: wish([], { mode: 'Plan' }),
    seen: policyFor(undefined, policy(target, [A])),
    plan: [`- entry ${A} PlanMode`, '- NetworkPolicy office PlanMode'],
  },

  'a ConfigMap is as asked for': {
    wish: wish([A, SIX]),
    seen: mapFor(mapTarget(), map({ cidrs: `${A}\n${SIX}\n`, notes: "somebody's" })),
    plan: [],
  },
  'a ConfigMap has the CIDRs, and not the order': {
    wish: wish([A, SIX]),
    seen: mapFor(mapTarget(), map({ cidrs: `${SIX}\n${A}\n` })),
    plan: ['Apply: ~ ConfigMap cidrs as Text'],
  },
  'a ConfigMap gets JSON': {
    wish: wish([A]),
    seen: mapFor(mapTarget({ format: 'JSON' }), map({ cidrs: `${A}\n` })),
    plan: ['Apply: ~ ConfigMap cidrs as JSON'],
  },
  'a ConfigMap in JSON is as asked for': {
    wish: wish([A, SIX]),
    seen: mapFor(mapTarget({ format: 'JSON' }), map({ cidrs: `[\n  "${A}",\n  "${SIX}"\n]\n` })),
    plan: [],
  },

  'what another set let go of passes to this one': {
    wish: wish([A]),
    seen: policyFor(target, policy(target, [A], 'branches')),
    plan: ['Apply: ~ NetworkPolicy Ingress all, all pods'],
  },
  'an edit is undone': {
    wish: wish([A]),
    seen: { ...policyFor(target, policy(target, [A, B])), written: written([A]) },
    plan: [`Apply: - entry ${B}`],
  },
  'an edit is undone while the set is incomplete': {
    wish: wish([], { complete: false }),
    seen: { ...policyFor(target, policy(target, [B])), written: written([A]) },
    plan: [`Apply: + entry ${A}; - entry ${B}`],
  },
  'a deletion is undone while the set is incomplete': {
    wish: wish([], { complete: false }),
    seen: { ...policyFor(target), written: written([A]) },
    plan: [`Apply: + NetworkPolicy Ingress all, all pods; + entry ${A}`],
  },
};

function written(cidrs: string[]) {
  return { cidrs, fields: networkPolicies.fields(target, cidrs) };
}

it.each(Object.entries(cases))('%s', (_name, { wish: set, seen, plan: expected }) => {
  expect(texts(plan(set, seen))).toEqual(expected);
});

describe('problems', () => {
  it('leaves alone what others made', () => {
    const theirs = policy(target, [B]);
    theirs.metadata.labels = {};
    const { operations, facts } = plan(wish([A]), policyFor(target, theirs));
    expect(operations).toEqual([]);
    expect(facts.problems).toEqual([
      {
        reason: 'NotOurs',
        message: expect.stringMatching(/^NetworkPolicy runners\/office was not made by this install/),
      },
    ]);
  });

  it('takes a copy of what it made for what others made', () => {
    const copy = policy(target, [A]);
    copy.metadata.namespace = 'elsewhere';
    const seen = {
      ...policyFor(target, copy),
      id: 'elsewhere/office',
      ref: { namespace: 'elsewhere', name: 'office' },
    };
    expect(plan(wish([B]), seen).facts.problems).toMatchObject([{ reason: 'NotOurs' }]);
  });

  it('leaves alone what is for another set', () => {
    const { operations, facts } = plan(wish([A]), { ...policyFor(target, policy(target, [B])), claimedBy: 'vpn' });
    expect(operations).toEqual([]);
    expect(facts.problems).toEqual([
      { reason: 'ClaimedBy', message: expect.stringMatching(/^NetworkPolicy runners\/office is for CidrSet vpn/) },
    ]);
  });

  it('refuses what a ConfigMap has no room for, with numbers', () => {
    const cidrs = Array.from({ length: 65_536 }, (_, i) => `100.100.${i >> 8}.${i & 255}/32`);
    const { operations, held, facts } = plan(wish(cidrs), mapFor(mapTarget()));
    expect(operations).toEqual([]);
    expect(held.every((change) => change.held === 'QuotaExceeded')).toBe(true);
    expect(facts.problems).toEqual([
      {
        reason: 'QuotaExceeded',
        message: expect.stringMatching(/with 65536 CIDRs it would hold 1188864 bytes; a ConfigMap takes 1048576/),
      },
    ]);
    expect(plan(wish(cidrs.slice(0, 50_000)), mapFor(mapTarget())).operations).toHaveLength(1);
  });

  it('waits where somebody keeps undoing it, and names them', () => {
    const edited = policy(target, [A, B]);
    edited.metadata.managedFields = [
      { manager: 'sallyport', time: '2' },
      { manager: 'kubectl-edit', time: '1' },
    ];
    const seen = { ...policyFor(target, edited), written: written([A]), contested: true };
    const { operations, facts, held } = plan(wish([A]), seen);
    expect(operations).toEqual([]);
    expect(held).toMatchObject([{ held: 'Waiting' }]);
    expect(facts.problems).toEqual([{ reason: 'Contested', message: expect.stringContaining('by kubectl-edit') }]);
    // What the set itself asks for is no contest.
    expect(texts(plan(wish([A, B, SIX]), seen))).toEqual([`Apply: + entry ${SIX}`]);
  });
});

describe('guard', () => {
  const guarded = (cidrs: string[], percent: number, confirmed: string[] = []) =>
    wish(cidrs, { maxRemovalPercent: percent, confirmed });
  const four = ['10.0.0.0/32', '10.0.0.2/32', '10.0.0.4/32', '10.0.0.6/32'];

  it('holds removals that are too many, and adds all the same', () => {
    const { operations, held, facts } = plan(guarded([A], 50), policyFor(target, policy(target, four)));
    expect(texts({ operations, held, facts })).toEqual([
      `Apply: + entry ${A}`,
      ...four.map((cidr) => `- entry ${cidr} RemovalGuard`),
    ]);
    const [, fingerprint = ''] = /confirm-removal=(\w+)/.exec(facts.problems[0]?.message ?? '') ?? [];
    const confirmed = plan(guarded([A], 50, [fingerprint]), policyFor(target, policy(target, four)));
    expect(confirmed.held).toEqual([]);
  });

  it('lets go what it allows', () => {
    expect(plan(guarded(four.slice(1), 20), policyFor(target, policy(target, four))).held).toEqual([]);
    expect(plan(guarded([], 100), policyFor(undefined, policy(target, four))).held).toEqual([]);
  });

  it('does not count what somebody else put in', () => {
    const [first = '', ...others] = four;
    const seen = { ...policyFor(target, policy(target, four)), written: written([first]) };
    expect(texts(plan(guarded([first], 0), seen))).toEqual([
      `Apply: ${others.map((cidr) => `- entry ${cidr}`).join('; ')}`,
    ]);
  });
});
