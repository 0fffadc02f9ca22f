import { describe, expect, it } from '@jest/globals';
import { planScope } from '../../../../../src/cidr-set/plan.js';
import type { PlanInput } from '../../../../../src/cidr-set/targets/kind.js';
import type { ObservedPrefixList, ObservedShare } from '../../../../../src/cidr-set/targets/prefix-lists/observed.js';
import type { ObservedGroup } from '../../../../../src/cidr-set/targets/security-groups/observed.js';
import type { SetWish } from '../../../../../src/cidr-set/wish.js';
import { foreign, group, listInput, owned, planInput, prefixList, securityGroupTarget, wish } from '../../build.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const PL = 'sallyport-office-ipv4';
const GROUP = 'sg-1';

/** `pl-1 ModifyManagedPrefixList + 192.0.2.0/24 - 198.51.100.0/24`; a hold and its change: `Waiting pl-1 + ...`. */
function plan(input: PlanInput) {
  const { operations, held, sets } = planScope(input);
  const text = ({ sign, ports, value }: { sign: string; ports?: string; value: string }) =>
    [sign, ports, value].filter(Boolean).join(' ');
  return {
    done: operations.map(({ object, action, changes }) => [object.id, action, ...changes.map(text)].join(' ')),
    held: held.map((change) => `${change.held} ${change.object.id} ${text(change)}`),
    problems: [...sets.values()].flatMap(({ problems }) => problems.map(({ reason }) => reason)),
    messages: [...sets.values()].flatMap(({ problems }) => problems.map(({ message }) => message)),
    sets,
  };
}

/** A set with a target `prefixLists`. */
function listed(cidrs: string[], more: Partial<SetWish> = {}, target: object = {}): SetWish {
  return wish('office', cidrs, { targets: { prefixLists: [{ name: 'lists', ...target }] }, ...more });
}

function via(cidrs: string[], kind: 'Rules' | 'PrefixList' | 'Auto', more: Partial<SetWish> = {}): SetWish {
  return wish('office', cidrs, { targets: { securityGroups: [securityGroupTarget({ via: kind })] }, ...more });
}

const gone = (more: Partial<SetWish> = {}) => wish('office', [], { targets: {}, ...more });
const many = (count: number) => Array.from({ length: count }, (_, i) => `10.${Math.floor(i / 250)}.${i % 250}.0/24`);

interface Case {
  name: string;
  wishes: SetWish[];
  lists?: ObservedPrefixList[];
  groups?: ObservedGroup[];
  shares?: ObservedShare[];
  quota?: number;
  done?: string[];
  held?: string[];
  problems?: string[];
}

function check({ wishes, lists = [], groups = [], done = [], held = [], problems = [], ...more }: Case): void {
  const { done: found, held: holds, problems: reasons } = plan(listInput(wishes, lists, groups, more));
  expect({ done: found, held: holds, problems: reasons }).toEqual({ done, held, problems });
}

describe('a list', () => {
  it.each<Case>([
    {
      name: 'is made with its entries, one for each IP family',
      wishes: [listed([A, '2001:db8::/32'])],
      done: [
        `${PL} CreateManagedPrefixList + of up to 3 entries + ${A}`,
        'sallyport-office-ipv6 CreateManagedPrefixList + of up to 3 entries + 2001:db8::/32',
      ],
    },
    { name: 'is not made for no address', wishes: [listed([])] },
    {
      name: 'has the name that the target gives',
      wishes: [listed([A], {}, { listName: 'corp' })],
      done: [`corp-ipv4 CreateManagedPrefixList + of up to 3 entries + ${A}`],
    },
    { name: 'NoDiff: it is as wanted', wishes: [listed([A, B])], lists: [prefixList([A, B])] },
    {
      name: 'StillFires: entries come and go in one call, one version',
      wishes: [listed([A, C])],
      lists: [prefixList([A, B])],
      done: [`pl-1 ModifyManagedPrefixList + ${C} - ${B}`],
    },
    {
      name: 'gets a new description in place',
      wishes: [listed([A])],
      lists: [prefixList([`${A} Berlin`])],
      done: [`pl-1 ModifyManagedPrefixList ~ ${A}`],
    },
    {
      name: 'grows before entries that do not fit, which wait',
      wishes: [listed([A, B, C])],
      lists: [prefixList([A, B], { maxEntries: 3 })],
      done: ['pl-1 ModifyManagedPrefixList ~ 3 -> 5 entries'],
      held: [`Waiting pl-1 + ${C}`],
    },
    {
      name: 'NoDiff: what goes makes room for what comes',
      wishes: [listed([A, C])],
      lists: [prefixList([A, B], { maxEntries: 3 })],
      done: [`pl-1 ModifyManagedPrefixList + ${C} - ${B}`],
    },
    {
      name: 'does not grow where a group that refers to it has no room',
      quota: 11,
      wishes: [listed(many(10))],
      lists: [prefixList(many(9), { maxEntries: 10 })],
      groups: [group([foreign('tcp/443 pl-1')])],
      held: ['QuotaExceeded pl-1 ~ 10 -> 12 entries', 'QuotaExceeded pl-1 + 10.0.9.0/24'],
      problems: ['QuotaExceeded'],
    },
    {
      name: 'StillFires: it grows where all have room',
      quota: 12,
      wishes: [via(many(10), 'PrefixList')],
      lists: [prefixList(many(9), { maxEntries: 10 })],
      groups: [group([owned('tcp/443 pl-1', `[office] ${PL}`)])],
      done: ['pl-1 ModifyManagedPrefixList ~ 10 -> 12 entries'],
      held: ['Waiting pl-1 + 10.0.9.0/24'],
    },
    {
      name: 'shrinks when it is twice too large and has nothing else to do',
      wishes: [listed([A])],
      lists: [prefixList([A], { maxEntries: 10 })],
      done: ['pl-1 ModifyManagedPrefixList ~ 10 -> 3 entries'],
    },
    {
      name: 'has one change in flight',
      wishes: [listed([A, B, C])],
      lists: [prefixList([A, B], { state: 'modify-in-progress' })],
      held: [`Waiting pl-1 + ${C}`],
    },
    {
      name: 'is not tried again at once when AWS could not make it grow',
      wishes: [listed([A, B, C])],
      lists: [prefixList([A, B], { maxEntries: 3, state: 'modify-failed', stateMessage: 'no room' })],
      done: ['pl-1 ModifyManagedPrefixList ~ 3 -> 5 entries'],
      held: [`Blocked pl-1 + ${C}`],
      problems: ['PrefixListFailed'],
    },
    {
      name: 'NoDiff: a change failed once, and nothing is to be changed',
      wishes: [listed([A, B])],
      lists: [prefixList([A, B], { state: 'modify-failed' })],
    },
    {
      name: 'keeps its entries while the set is not all known',
      wishes: [listed([C], { complete: false })],
      lists: [prefixList([A, B])],
      done: [`pl-1 ModifyManagedPrefixList + ${C}`],
      held: [`SourcesIncomplete pl-1 - ${A}`, `SourcesIncomplete pl-1 - ${B}`],
    },
    {
      name: 'is not written in mode Plan',
      wishes: [listed([C], { mode: 'Plan' })],
      lists: [prefixList([A])],
      held: [`PlanMode pl-1 + ${C}`, `PlanMode pl-1 - ${A}`],
    },
    {
      name: 'is emptied, and stays, when the set has no address left',
      wishes: [listed([])],
      lists: [prefixList([A])],
      done: [`pl-1 ModifyManagedPrefixList - ${A}`],
    },
    {
      name: 'of more than 1,000 entries is refused whole',
      wishes: [listed(many(1001))],
      lists: [prefixList([A])],
      problems: ['QuotaExceeded'],
    },
    {
      name: "that isn't ours is left alone",
      wishes: [listed([A])],
      lists: [{ ...prefixList([]), set: undefined as never }],
      problems: ['NotOurs'],
    },
    {
      name: "that is another set's is left alone",
      wishes: [
        listed([A]),
        wish('vpn', [B], { targets: { prefixLists: [{ name: 'lists', listName: 'sallyport-office' }] } }),
      ],
      done: [`${PL} CreateManagedPrefixList + of up to 3 entries + ${A}`],
      problems: ['ClaimedBy'],
    },
    {
      name: 'goes when no target asks for it and nothing refers to it',
      wishes: [gone()],
      lists: [prefixList([A], { referrers: [] })],
      done: ['pl-1 DeleteManagedPrefixList - of 1 entry'],
    },
    {
      name: 'StillFires: it stays while something refers to it',
      wishes: [gone()],
      lists: [prefixList([A], { referrers: ['sg-9'] })],
      held: ['Blocked pl-1 - of 1 entry'],
      problems: ['PrefixListInUse'],
    },
    {
      name: 'goes after our own rules that refer to it',
      wishes: [gone()],
      lists: [prefixList([A], { referrers: [GROUP] })],
      groups: [group([owned('tcp/443 pl-1', '[office]')])],
      done: [`${GROUP} RevokeSecurityGroupIngress - tcp/443 pl-1`],
      held: ['Blocked pl-1 - of 1 entry'],
    },
    {
      name: 'of a set that vanished stays',
      wishes: [],
      lists: [prefixList([A], { referrers: [] })],
      held: ['SetUnknown pl-1 - of 1 entry'],
    },
    {
      name: 'of a set deleted with Retain only loses our mark',
      wishes: [gone({ release: 'Retain' })],
      lists: [prefixList([A], { referrers: ['sg-9'] })],
      done: ['pl-1 DeleteTags / of 1 entry'],
    },
    {
      name: 'that is asked for by name under a new name goes, and the new one is made',
      wishes: [listed([A], {}, { listName: 'corp' })],
      lists: [prefixList([A], { referrers: [] })],
      done: [
        `corp-ipv4 CreateManagedPrefixList + of up to 3 entries + ${A}`,
        'pl-1 DeleteManagedPrefixList - of 1 entry',
      ],
    },
  ])('$name', check);

  it('takes 100 entries in its making and 100 changes in a call after that', () => {
    const first = plan(listInput([listed(many(150))], []));
    expect(first.done.map((text) => text.split(' + ').length - 2)).toEqual([100]);
    expect(first.held).toHaveLength(50);
    const second = plan(listInput([listed(many(150))], [prefixList(many(0), { maxEntries: 165 })]));
    expect(second.done.map((text) => text.split(' + ').length - 1)).toEqual([100]);
    expect(second.held.every((text) => text.startsWith('Waiting'))).toBe(true);
  });

  it('adds what replaces an entry before that goes, where it takes several calls', () => {
    const halves = many(150).flatMap((cidr) => [cidr.replace('0/24', '0/25'), cidr.replace('0/24', '128/25')]);
    let there = many(150);
    for (let look = 0; look < 10; look++) {
      const { operations } = planScope(listInput([listed(halves)], [prefixList(there, { maxEntries: 330 })]));
      const changes = operations.flatMap((operation) => operation.changes);
      const values = (sign: string) => changes.filter((change) => change.sign === sign).map(({ value }) => value);
      there = [...there, ...values('+')].filter((cidr) => !values('-').includes(cidr));
      expect(there.length).toBeLessThanOrEqual(330);
      for (const cidr of many(150)) {
        const both = [cidr.replace('0/24', '0/25'), cidr.replace('0/24', '128/25')];
        expect(there.includes(cidr) || both.every((half) => there.includes(half))).toBe(true);
      }
    }
    expect(there.sort()).toEqual(halves.sort());
  });

  it('says the numbers and the ways out', () => {
    expect(plan(listInput([listed(many(1001))], [])).messages).toEqual([
      `office has 1001 IPv4 CIDRs, and a prefix list holds up to 1000: ${PL} is left as it is. Narrow what the set selects, ` +
        'write wider CIDRs in place of many narrow ones, or divide it into several sets',
    ]);
    const groups = [
      group([owned('tcp/443 pl-1', '[office]'), owned('tcp/22 pl-1', '[office]'), foreign(`tcp/80 ${A}`)]),
    ];
    expect(
      plan(listInput([listed(many(10))], [prefixList(many(9), { maxEntries: 10 })], groups, { quota: 24 })).messages,
    ).toEqual([
      `pl-1 (${PL}) has to grow from 10 to 12 entries, and sg-1 (name of sg-1) has no room: it has 21 inbound IPv4 rules and ` +
        'refers to the list 2 times, so it would have 25 of 24. The list is left as it is: let in fewer CIDRs or ports, or ' +
        'raise the quota',
    ]);
  });

  it('is no removal to the guard when nothing refers to it, but its entries are', () => {
    const guard = { maxRemovalPercent: 10 };
    const list = prefixList([A, B], { referrers: [] });
    expect(plan(listInput([gone(guard)], [list])).done).toHaveLength(1);
    expect(plan(listInput([listed([A], guard)], [list])).held).toEqual([`RemovalGuard pl-1 - ${B}`]);
  });
});

describe('rules that refer to a list', () => {
  const direct = (...cidrs: string[]) => cidrs.map((cidr) => owned(`tcp/443 ${cidr}`, '[office]'));
  const reference = owned('tcp/443 pl-1', `[office] ${PL}`);

  it.each<Case>([
    { name: 'need none where no group is selected', wishes: [via([A], 'PrefixList')], groups: [group([], {})] },
    {
      name: 'need none any more when the last group is gone',
      wishes: [via([A], 'PrefixList')],
      lists: [prefixList([A], { referrers: [] })],
      done: [`pl-1 DeleteManagedPrefixList - of 1 entry`],
    },
    {
      name: 'wait for the list',
      wishes: [via([A], 'PrefixList')],
      groups: [group([])],
      done: [`${PL} CreateManagedPrefixList + of up to 3 entries + ${A}`],
      held: [`Waiting ${GROUP} + tcp/443 ${PL}`],
    },
    {
      name: 'wait while it changes or lacks entries',
      wishes: [via([A, B], 'PrefixList')],
      lists: [prefixList([A], { state: 'create-in-progress' })],
      groups: [group(direct(A))],
      held: [`Waiting ${GROUP} + tcp/443 pl-1`, `Waiting ${GROUP} - tcp/443 ${A}`, `Waiting pl-1 + ${B}`],
    },
    {
      name: 'come before those go that they replace',
      wishes: [via([A], 'PrefixList')],
      lists: [prefixList([A])],
      groups: [group(direct(A))],
      done: [`${GROUP} AuthorizeSecurityGroupIngress + tcp/443 pl-1`],
      held: [`Waiting ${GROUP} - tcp/443 ${A}`],
    },
    {
      name: 'take the place of them',
      wishes: [via([A], 'PrefixList')],
      lists: [prefixList([A])],
      groups: [group([...direct(A), reference])],
      done: [`${GROUP} RevokeSecurityGroupIngress - tcp/443 ${A}`],
    },
    {
      name: 'NoDiff: they are there',
      wishes: [via([A], 'PrefixList')],
      lists: [prefixList([A])],
      groups: [group([reference])],
    },
    {
      name: 'do not keep rules that the set let go of',
      wishes: [via([A], 'PrefixList')],
      groups: [group(direct(A, B))],
      done: [
        `${GROUP} RevokeSecurityGroupIngress - tcp/443 ${B}`,
        `${PL} CreateManagedPrefixList + of up to 3 entries + ${A}`,
      ],
      held: [`Waiting ${GROUP} + tcp/443 ${PL}`, `Waiting ${GROUP} - tcp/443 ${A}`],
    },
    {
      name: 'go after those that replace them',
      wishes: [via([A], 'Rules')],
      lists: [prefixList([A], { referrers: [GROUP] })],
      groups: [group([reference])],
      done: [
        `${GROUP} AuthorizeSecurityGroupIngress + tcp/443 ${A}`,
        `${GROUP} RevokeSecurityGroupIngress - tcp/443 pl-1`,
      ],
      held: ['Blocked pl-1 - of 1 entry'],
    },
    {
      name: 'weigh as much as the list may hold',
      quota: 59,
      wishes: [via(many(50), 'PrefixList')],
      lists: [prefixList(many(50), { maxEntries: 55 })],
      groups: [group(many(5).map((cidr) => owned(`tcp/443 ${cidr}`, '[office]')))],
      held: [
        `QuotaExceeded ${GROUP} + tcp/443 pl-1`,
        ...many(5).map((cidr) => `QuotaExceeded ${GROUP} - tcp/443 ${cidr}`),
      ],
      problems: ['QuotaExceeded'],
    },
    {
      name: 'StillFires: they fit side by side',
      quota: 60,
      wishes: [via(many(50), 'PrefixList')],
      lists: [prefixList(many(50), { maxEntries: 55 })],
      groups: [group(many(5).map((cidr) => owned(`tcp/443 ${cidr}`, '[office]')))],
      done: [`${GROUP} AuthorizeSecurityGroupIngress + tcp/443 pl-1`],
      held: many(5).map((cidr) => `Waiting ${GROUP} - tcp/443 ${cidr}`),
    },
    {
      name: 'are blocked, and what they would replace stays, where the list can not be made',
      wishes: [via([A], 'PrefixList')],
      lists: [{ ...prefixList([]), set: undefined as never }],
      groups: [group(direct(A))],
      held: [`Blocked ${GROUP} + tcp/443 ${PL}`, `Blocked ${GROUP} - tcp/443 ${A}`],
      problems: ['NotOurs'],
    },
    {
      name: 'by somebody else serve and are left alone',
      wishes: [via([A], 'PrefixList')],
      lists: [prefixList([A])],
      groups: [group([foreign('tcp/443 pl-1')])],
    },
  ])('$name', check);

  it('know ICMP of their family', () => {
    const target = securityGroupTarget({ via: 'PrefixList', ports: ['icmp'], direction: 'Egress' });
    const office = wish('office', ['2001:db8::/32'], { targets: { securityGroups: [target] } });
    const list = prefixList(['2001:db8::/32'], { name: 'sallyport-office-ipv6', family: 6, maxEntries: 3 });
    expect(plan(listInput([office], [list], [group([])])).done).toEqual([
      `${GROUP} AuthorizeSecurityGroupEgress + icmpv6 pl-1`,
    ]);
  });

  it('stay as they are while lists can not be read', () => {
    const error = { ok: false as const, error: new Error('denied') as never };
    const input = planInput([via([A], 'PrefixList')], [group([...direct(A), reference])]);
    expect(plan({ ...input, observed: { ...input.observed, prefixLists: error } })).toMatchObject({
      done: [],
      held: [`Blocked ${GROUP} - tcp/443 ${A}`, `Blocked ${GROUP} - tcp/443 pl-1`],
    });
  });

  it('replace others without asking the guard', () => {
    const guarded = via([A, B], 'PrefixList', { maxRemovalPercent: 0 });
    const { done } = plan(listInput([guarded], [prefixList([A, B])], [group([...direct(A, B), reference])]));
    expect(done).toEqual([`${GROUP} RevokeSecurityGroupIngress - tcp/443 ${A} - tcp/443 ${B}`]);
  });
});

describe('sharing', () => {
  const arn = prefixList([]).arn;
  const shared = (...shareWith: string[]) => listed([A], {}, { shareWith });
  const list = prefixList([A]);
  const share: ObservedShare = {
    arn: 'arn:share',
    name: 'sallyport-office',
    set: 'office',
    principals: ['222222222222'],
    resources: [arn],
  };

  it.each<Case>([
    {
      name: 'waits for the list',
      wishes: [shared('222222222222')],
      done: [`${PL} CreateManagedPrefixList + of up to 3 entries + ${A}`],
      held: ['Waiting sallyport-office (share) + sallyport-office', 'Waiting sallyport-office (share) + 222222222222'],
    },
    {
      name: 'makes a share of the list with all that the target names',
      wishes: [shared('222222222222', '111111111111')],
      lists: [list],
      done: [`sallyport-office (share) CreateResourceShare + sallyport-office + 111111111111 + 222222222222 + ${arn}`],
    },
    { name: 'NoDiff: it is shared', wishes: [shared('222222222222')], lists: [list], shares: [share] },
    {
      name: 'StillFires: with another account instead',
      wishes: [shared('333333333333')],
      lists: [list],
      shares: [share],
      done: ['arn:share AssociateResourceShare + 333333333333', 'arn:share DisassociateResourceShare - 222222222222'],
    },
    {
      name: 'StillFires: made twice, it ends where it is not needed',
      wishes: [shared('222222222222')],
      lists: [list],
      shares: [share, { ...share, arn: 'arn:again' }],
      done: ['arn:again DeleteResourceShare - sallyport-office'],
    },
    {
      name: 'ends when the target names nobody',
      wishes: [listed([A])],
      lists: [list],
      shares: [share],
      done: ['arn:share DeleteResourceShare - sallyport-office'],
    },
    {
      name: 'ends before the list goes',
      wishes: [gone()],
      lists: [{ ...list, referrers: [] }],
      shares: [share],
      done: ['arn:share DeleteResourceShare - sallyport-office'],
      held: ['Waiting pl-1 - of 1 entry'],
    },
    {
      name: 'of a set deleted with Retain goes on, without our mark',
      wishes: [gone({ release: 'Retain' })],
      lists: [list],
      shares: [share],
      done: ['pl-1 DeleteTags / of 1 entry', 'arn:share UntagResource / sallyport-office'],
    },
  ])('$name', check);
});
