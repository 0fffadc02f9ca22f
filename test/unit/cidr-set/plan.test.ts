import { describe, expect, it } from '@jest/globals';
import { planScope } from '../../../src/cidr-set/plan.js';
import type { Change } from '../../../src/cidr-set/targets/kind.js';
import type { RuleChange } from '../../../src/cidr-set/targets/security-groups/change.js';
import type { ObservedGroup } from '../../../src/cidr-set/targets/security-groups/observed.js';
import { ruleText } from '../../../src/cidr-set/targets/security-groups/rule.js';
import type { SetWish } from '../../../src/cidr-set/wish.js';
import { foreign, group, owned, planInput, securityGroupTarget, wish } from './build.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';

function plan(wishes: SetWish[], groups: ObservedGroup[], rulesPerSecurityGroup = 60) {
  const { operations, held, sets } = planScope(planInput(wishes, groups, rulesPerSecurityGroup));
  const line = (change: Change) => {
    const { kind, rule, description } = change as RuleChange;
    return `${kind} ${ruleText(rule)}${kind === 'Authorize' || kind === 'UpdateDescription' ? ` "${description}"` : ''}`;
  };
  return {
    done: operations.flatMap(({ changes }) => changes.map(line)),
    held: held.map((change) => `${change.held}: ${line(change)}`),
    problems: [...sets.values()].flatMap(({ problems }) =>
      problems.map(({ reason, message }) => `${reason}: ${message}`),
    ),
    sets,
    calls: operations.length,
  };
}

interface Case {
  name: string;
  wishes: SetWish[];
  groups: ObservedGroup[];
  done?: string[];
  held?: string[];
  quota?: number;
}

const egress = securityGroupTarget({ name: 'out', ports: ['all'], direction: 'Egress' });

function tagged(...allowedPorts: string[]): SetWish['targets'] {
  return { taggedSecurityGroups: { allowedPorts } };
}

describe('a plan', () => {
  it.each<Case>([
    {
      name: 'adds what is wanted and lacking',
      wishes: [wish('office', [A])],
      groups: [group([])],
      done: [`Authorize tcp/443 ${A} "[office]"`],
    },
    {
      name: 'NoDiff: what is wanted is there',
      wishes: [wish('office', [A])],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
    },
    {
      name: 'NoDiff: somebody else made it; it serves and is left alone',
      wishes: [wish('office', [A])],
      groups: [group([foreign(`tcp/443 ${A}`)])],
    },
    {
      name: 'StillFires: the same CIDR at another port is another rule',
      wishes: [wish('office', [A])],
      groups: [group([foreign(`tcp/22 ${A}`)])],
      done: [`Authorize tcp/443 ${A} "[office]"`],
    },
    {
      name: 'NoDiff: IPv6 and ICMP as EC2 spells them',
      wishes: [wish('office', ['2001:DB8:0::/32'], { targets: { securityGroups: [{ ...egress, ports: ['icmp'] }] } })],
      groups: [group([owned('egress icmp 2001:db8::/32', '[office]')])],
    },
    {
      name: 'adds before it removes',
      wishes: [wish('office', [B])],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      done: [`Authorize tcp/443 ${B} "[office]"`, `Revoke tcp/443 ${A}`],
    },
    {
      name: 'never removes a rule that it did not make',
      wishes: [wish('office', [])],
      groups: [group([foreign(`tcp/443 ${A}`), owned(`tcp/443 ${B}`, '[office]')])],
      done: [`Revoke tcp/443 ${B}`],
    },
    {
      name: 'makes one rule for two sets',
      wishes: [wish('office', [A]), wish('vpn', [A])],
      groups: [group([])],
      done: [`Authorize tcp/443 ${A} "[office, vpn]"`],
    },
    {
      name: 'keeps a shared rule until the last set lets go, and renames it',
      wishes: [wish('office', []), wish('vpn', [A])],
      groups: [group([owned(`tcp/443 ${A}`, '[office, vpn]')])],
      done: [`UpdateDescription tcp/443 ${A} "[vpn]"`],
    },
    {
      name: 'removes a shared rule when the last set lets go',
      wishes: [wish('office', []), wish('vpn', [])],
      groups: [group([owned(`tcp/443 ${A}`, '[office, vpn]')])],
      done: [`Revoke tcp/443 ${A}`],
    },
    {
      name: 'holds the rules of a set that is not there, but was not deleted either',
      wishes: [wish('vpn', [])],
      groups: [
        group([
          owned(`tcp/443 ${A}`, '[office]'),
          owned(`tcp/443 ${B}`, '[office, vpn]'),
          owned(`tcp/443 ${C}`, '[vpn]'),
        ]),
      ],
      done: [`Revoke tcp/443 ${C}`],
      held: [`SetUnknown: Revoke tcp/443 ${A}`, `SetUnknown: Revoke tcp/443 ${B}`],
    },
    {
      name: 'holds everything while there is no set at all',
      wishes: [],
      groups: [group([owned(`tcp/443 ${A}`, '[office]'), owned(`tcp/443 ${B}`, 'Changed by Hand')])],
      held: [`SetUnknown: Revoke tcp/443 ${A}`, `SetUnknown: Revoke tcp/443 ${B}`],
    },
    {
      name: 'removes rules from a group that is no longer selected',
      wishes: [wish('office', [A])],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')], { app: 'other' })],
      done: [`Revoke tcp/443 ${A}`],
    },
    {
      name: 'adds only, while a set does not know all its CIDRs',
      wishes: [wish('office', [B], { complete: false })],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      done: [`Authorize tcp/443 ${B} "[office]"`],
      held: [`SourcesIncomplete: Revoke tcp/443 ${A}`],
    },
    {
      name: "StillFires: one set's unknown CIDRs don't hold another set's removal",
      wishes: [wish('office', [], { complete: false }), wish('vpn', [])],
      groups: [group([owned(`tcp/443 ${A}`, '[vpn]')])],
      done: [`Revoke tcp/443 ${A}`],
    },
    {
      name: 'holds the removal of a rule whose description was changed by hand, while any set is incomplete',
      wishes: [wish('office', [], { complete: false }), wish('vpn', [])],
      groups: [group([owned(`tcp/443 ${A}`, 'Changed by Hand')])],
      held: [`SourcesIncomplete: Revoke tcp/443 ${A}`],
    },
    {
      name: 'puts right a description that was changed by hand',
      wishes: [wish('office', [A])],
      groups: [group([owned(`tcp/443 ${A}`, 'Changed by Hand')])],
      done: [`UpdateDescription tcp/443 ${A} "[office]"`],
    },
    {
      name: 'keeps the name of an incomplete set in a description',
      wishes: [wish('office', [], { complete: false }), wish('vpn', [A])],
      groups: [group([owned(`tcp/443 ${A}`, '[office, vpn]')])],
    },
    {
      name: 'writes nothing for a set in mode Plan',
      wishes: [wish('office', [B], { mode: 'Plan' })],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      held: [`PlanMode: Authorize tcp/443 ${B} "[office]"`, `PlanMode: Revoke tcp/443 ${A}`],
    },
    {
      name: 'StillFires: a set in mode Plan does not stop another that wants the same rule',
      wishes: [wish('office', [A], { mode: 'Plan' }), wish('vpn', [A])],
      groups: [group([])],
      done: [`Authorize tcp/443 ${A} "[vpn]"`],
    },
    {
      name: 'revokes for a deleted set even in mode Plan',
      wishes: [wish('office', [], { mode: 'Plan', release: 'Delete', targets: {} })],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      done: [`Revoke tcp/443 ${A}`],
    },
    {
      name: 'leaves the rules of a set deleted with Retain, without our mark',
      wishes: [wish('office', [], { release: 'Retain', targets: {} })],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      done: [`Disown tcp/443 ${A}`],
    },
    {
      name: 'keeps a rule that a deleted set shares with another',
      wishes: [wish('office', [], { release: 'Retain', targets: {} }), wish('vpn', [A])],
      groups: [group([owned(`tcp/443 ${A}`, '[office, vpn]')])],
      done: [`UpdateDescription tcp/443 ${A} "[vpn]"`],
    },
    {
      name: 'takes the name of a deleted set from a rule that must stay for another',
      wishes: [wish('office', [], { release: 'Delete', targets: {} }), wish('vpn', [], { complete: false })],
      groups: [group([owned(`tcp/443 ${A}`, '[office, vpn] Berlin')])],
      done: [`UpdateDescription tcp/443 ${A} "[vpn] Berlin"`],
      held: [`SourcesIncomplete: Revoke tcp/443 ${A}`],
    },
    {
      name: 'StillFires: revokes at once what neither a deleted set nor another wants',
      wishes: [wish('office', [], { release: 'Delete', targets: {} }), wish('vpn', [])],
      groups: [group([owned(`tcp/443 ${A}`, '[office, vpn]')])],
      done: [`Revoke tcp/443 ${A}`],
    },
    {
      name: 'leaves what a set deleted with Retain had, whatever holds the other sets',
      wishes: [wish('office', [], { release: 'Retain', targets: {} }), wish('vpn', [], { complete: false })],
      groups: [group([owned(`tcp/443 ${A}`, '[office, vpn]')])],
      done: [`Disown tcp/443 ${A}`],
    },
    {
      name: 'revokes for a deleted set what another only plans to want',
      wishes: [wish('office', [], { release: 'Delete', targets: {} }), wish('vpn', [A], { mode: 'Plan' })],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      done: [`Revoke tcp/443 ${A}`],
    },
    {
      name: 'NoDiff: what a set in mode Plan had before stays',
      wishes: [wish('vpn', [A], { mode: 'Plan' })],
      groups: [group([owned(`tcp/443 ${A}`, '[vpn]')])],
    },
    {
      name: 'writes no description for a set in mode Plan either',
      wishes: [wish('vpn', [A], { mode: 'Plan' })],
      groups: [group([owned(`tcp/443 ${A}`, '[vpn] Berlin')])],
      held: [`PlanMode: UpdateDescription tcp/443 ${A} "[vpn]"`],
    },
    {
      name: 'StillFires: the name of a deleted set goes from what only a set in mode Plan still wants',
      wishes: [wish('office', [], { release: 'Delete', targets: {} }), wish('vpn', [A], { mode: 'Plan' })],
      groups: [group([owned(`tcp/443 ${A}`, '[office, vpn]')])],
      done: [`UpdateDescription tcp/443 ${A} "[vpn]"`],
    },
    {
      name: 'writes in both directions',
      wishes: [wish('office', [A], { targets: { securityGroups: [egress] } })],
      groups: [group([foreign(`all ${A}`)])],
      done: [`Authorize egress all ${A} "[office]"`],
    },
    {
      name: 'selects by group id',
      wishes: [wish('office', [A], { targets: { securityGroups: [{ ...egress, tags: {}, groupIds: ['sg-2'] }] } })],
      groups: [group([], {}), group([], {}, 'sg-2')],
      done: [`Authorize egress all ${A} "[office]"`],
    },
    {
      name: 'lets a tagged group in at the ports that its tag asks for',
      wishes: [wish('office', [A], { targets: tagged('tcp/1-1024') })],
      groups: [group([], { 'cidrset.sallyport.dev/office': 'tcp/443  tcp/22' })],
      done: [`Authorize tcp/443 ${A} "[office]"`, `Authorize tcp/22 ${A} "[office]"`],
    },
    {
      name: 'removes nothing for a tag that it cannot read',
      wishes: [wish('office', [A], { targets: tagged('tcp/1-1024') })],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')], { 'cidrset.sallyport.dev/office': 'tcp-443 tcp/22' })],
      done: [`Authorize tcp/22 ${A} "[office]"`],
      held: [`InvalidTag: Revoke tcp/443 ${A}`],
    },
    {
      name: 'removes a port that is no longer allowed',
      wishes: [wish('office', [A], { targets: tagged('tcp/22') })],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')], { 'cidrset.sallyport.dev/office': 'tcp/443' })],
      done: [`Revoke tcp/443 ${A}`],
    },
    {
      name: 'leaves a group as it is when the outcome would exceed the quota',
      quota: 2,
      wishes: [wish('office', [B, C])],
      groups: [group([owned(`tcp/443 ${A}`, '[office]'), foreign('tcp/80 10.0.0.0/8')])],
      held: [
        `QuotaExceeded: Authorize tcp/443 ${B} "[office]"`,
        `QuotaExceeded: Authorize tcp/443 ${C} "[office]"`,
        `QuotaExceeded: Revoke tcp/443 ${A}`,
      ],
    },
    {
      name: 'removes the rules of a deleted set even from a group that is left as it is',
      quota: 1,
      wishes: [wish('office', [], { release: 'Delete', targets: {} }), wish('vpn', [B, C])],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      done: [`Revoke tcp/443 ${A}`],
      held: [`QuotaExceeded: Authorize tcp/443 ${B} "[vpn]"`, `QuotaExceeded: Authorize tcp/443 ${C} "[vpn]"`],
    },
    {
      name: 'removes first only where both do not fit side by side',
      quota: 1,
      wishes: [wish('office', [B])],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      done: [`Revoke tcp/443 ${A}`, `Authorize tcp/443 ${B} "[office]"`],
    },
    {
      name: 'leaves a group as it is where it would have to remove first what a new rule lets in too',
      quota: 1,
      wishes: [wish('office', ['203.0.112.0/23'])],
      groups: [group([owned(`tcp/443 ${A}`, '[office]')])],
      held: [`QuotaExceeded: Authorize tcp/443 203.0.112.0/23 "[office]"`, `QuotaExceeded: Revoke tcp/443 ${A}`],
    },
    {
      name: 'removes first what nothing needs, and last what a new rule lets in too',
      quota: 2,
      wishes: [wish('office', ['203.0.112.0/23'])],
      groups: [group([owned(`tcp/443 ${A}`, '[office]'), owned(`tcp/443 ${B}`, '[office]')])],
      done: [`Revoke tcp/443 ${B}`, `Authorize tcp/443 203.0.112.0/23 "[office]"`, `Revoke tcp/443 ${A}`],
    },
    {
      name: 'notes who a rule is for even in a group that is left as it is',
      quota: 1,
      wishes: [wish('nat', [], { release: 'Delete', targets: {} }), wish('office', [A, B])],
      groups: [group([owned(`tcp/443 ${A}`, '[nat]')])],
      done: [`UpdateDescription tcp/443 ${A} "[office]"`],
      held: [`QuotaExceeded: Authorize tcp/443 ${B} "[office]"`],
    },
    {
      name: 'leaves on a rule the name of a set that it stands for until the new one fits',
      quota: 1,
      wishes: [wish('nat', ['203.0.112.0/23']), wish('office', [A])],
      groups: [group([owned(`tcp/443 ${A}`, '[nat]')])],
      done: [`UpdateDescription tcp/443 ${A} "[nat, office]"`],
      held: ['QuotaExceeded: Authorize tcp/443 203.0.112.0/23 "[nat]"'],
    },
    {
      name: 'NoDiff: a rule that has the names of both',
      quota: 1,
      wishes: [wish('nat', ['203.0.112.0/23']), wish('office', [A])],
      groups: [group([owned(`tcp/443 ${A}`, '[nat, office]')])],
      held: ['QuotaExceeded: Authorize tcp/443 203.0.112.0/23 "[nat]"'],
    },
    {
      name: 'StillFires: the name of a set that the rule lets nothing in for goes',
      quota: 1,
      wishes: [wish('nat', [B]), wish('office', [A])],
      groups: [group([owned(`tcp/443 ${A}`, '[nat, office]')])],
      done: [`UpdateDescription tcp/443 ${A} "[office]"`],
      held: [`QuotaExceeded: Authorize tcp/443 ${B} "[nat]"`],
    },
    {
      name: 'counts IPv4 and IPv6 apart',
      quota: 1,
      wishes: [wish('office', [A, '2001:db8::/32'])],
      groups: [group([])],
      done: [`Authorize tcp/443 ${A} "[office]"`, 'Authorize tcp/443 2001:db8::/32 "[office]"'],
    },
    {
      name: 'StillFires: a group that is over its quota may still shrink',
      quota: 1,
      wishes: [wish('office', [A, B])],
      groups: [
        group([
          owned(`tcp/443 ${A}`, '[office]'),
          owned(`tcp/443 ${B}`, '[office]'),
          owned(`tcp/443 ${C}`, '[office]'),
        ]),
      ],
      done: [`Revoke tcp/443 ${C}`],
    },
  ])('$name', ({ wishes, groups, done = [], held = [], quota }) => {
    const outcome = plan(wishes, groups, quota);
    expect({ done: outcome.done, held: outcome.held }).toEqual({ done, held });
  });

  it('makes one call a group for each kind and direction, however many sets and rules', () => {
    const wishes = [
      wish('office', [A, B]),
      wish('vpn', [C], { targets: { securityGroups: [egress] } }),
      wish('more', ['2001:db8::/32']),
    ];
    expect(plan(wishes, [group([]), group([], undefined, 'sg-2')]).calls).toBe(4);
  });

  it('says what it counted when the quota is exceeded', () => {
    const { problems } = plan([wish('office', [A, B])], [group([foreign('tcp/80 10.0.0.0/8')])], 2);
    expect(problems).toEqual([
      'QuotaExceeded: sg-1 (name of sg-1) would hold 3 inbound IPv4 rules: 1 now, 2 to add, 0 to remove; the quota is 2, ' +
        "which AWS begins with, as Service Quotas can't be read. The group is left as it is: let in fewer CIDRs or ports, " +
        'or raise the quota, to 200 at most with 5 groups an interface',
    ]);
  });

  it('tells the sets of a group how full it is once the plan is carried out', () => {
    const { sets } = plan(
      [wish('office', [A, B]), wish('vpn', [C], { targets: {} })],
      [group([foreign('tcp/80 10.0.0.0/8'), owned(`tcp/443 ${C}`, '[office]')])],
      5,
    );
    const use = { object: 'sg-1 (name of sg-1)', used: 3, quota: 5, what: 'inbound IPv4 rules' };
    expect(sets.get('office')?.quotaUse).toEqual(use);
    expect(sets.get('vpn')?.quotaUse).toBeUndefined();
  });

  it('names a port that a tag may not ask for', () => {
    const wishes = [wish('office', [A], { targets: tagged('tcp/443') })];
    expect(plan(wishes, [group([], { 'cidrset.sallyport.dev/office': 'tcp/22' })]).problems).toEqual([
      'PortNotAllowed: Tag cidrset.sallyport.dev/office of sg-1 (name of sg-1) asks for tcp/22, which is not within allowedPorts: tcp/443',
    ]);
  });
});

describe('the removal guard', () => {
  const rules = [A, B, C].map((cidr) => owned(`tcp/443 ${cidr}`, '[office]'));

  it('lets pass what is within it', () => {
    expect(plan([wish('office', [A, B], { maxRemovalPercent: 34 })], [group(rules)]).done).toEqual([
      `Revoke tcp/443 ${C}`,
    ]);
  });

  it('holds what is over it, goes on adding, and tells the way out, which is good for this removal only', () => {
    const first = plan([wish('office', ['10.0.0.0/8'], { maxRemovalPercent: 50 })], [group(rules)]);
    expect(first.done).toEqual(['Authorize tcp/443 10.0.0.0/8 "[office]"']);
    expect(first.held).toHaveLength(3);
    expect(first.problems[0]).toMatch(/3 of 3 entries would go at once \(100 %, guard 50 %\)/);

    const confirmed = [/confirm-removal=(\w{8})$/.exec(first.problems[0] ?? '')?.[1] ?? ''];
    expect(plan([wish('office', [], { maxRemovalPercent: 50, confirmed })], [group(rules)]).done).toHaveLength(3);
    const other = [...rules, owned('tcp/443 10.0.0.0/8', '[office]')];
    expect(plan([wish('office', [], { maxRemovalPercent: 50, confirmed })], [group(other)]).done).toEqual([]);
  });
});

describe('facts', () => {
  it('count the rules that serve a set, and those of them that others made', () => {
    const { sets } = plan(
      [wish('office', [A, B, C])],
      [group([owned(`tcp/443 ${A}`, '[office]'), foreign(`tcp/443 ${B}`)])],
    );
    expect(sets.get('office')).toMatchObject({
      groups: 1,
      rules: 2,
      foreignRules: 1,
      owned: 1,
      targets: { 'securityGroups/gitlab': 1 },
    });
  });
});
