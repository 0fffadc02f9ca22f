import { describe, expect, it } from '@jest/globals';
import { planScope } from '../../../../../src/cidr-set/plan.js';
import type { ClusterOperation } from '../../../../../src/cidr-set/targets/eks-public-access/change.js';
import type { ObservedCluster } from '../../../../../src/cidr-set/targets/eks-public-access/observed.js';
import type { SetWish } from '../../../../../src/cidr-set/wish.js';
import { planInput, wish } from '../../build.js';

const A = '203.0.113.0/24';
const B = '198.51.100.0/24';
const C = '192.0.2.0/24';
const V6 = '2600:1f00::/24';
const ANYWHERE = '0.0.0.0/0';

/** A set that asks for the list of the cluster prod. */
function asking(set: string, networks: string[], more: Partial<SetWish> = {}, acceptLockout = false): SetWish {
  const eksPublicAccess = [{ name: 'api', clusters: ['prod'], acceptLockout }];
  return wish(set, networks, { targets: { eksPublicAccess }, ...more });
}

/** One that asks for nothing any more. */
function gone(set: string, more: Partial<SetWish> = {}): SetWish {
  return wish(set, [], { targets: {}, ...more });
}

function cluster(publicAccessCidrs: string[], more: Partial<ObservedCluster> = {}): ObservedCluster {
  return {
    name: 'prod',
    arn: 'arn:prod',
    status: 'ACTIVE',
    publicAccess: true,
    privateAccess: true,
    dualStack: false,
    publicAccessCidrs,
    tags: {},
    ...more,
  };
}

function tagsOf(set: string, owner = 'owner') {
  return { tags: { 'sallyport.dev/owner': owner, 'sallyport.dev/cidr-set': set } };
}

/** The calls in words, what is held and why, and what each set is told. */
function plan(wishes: SetWish[], clusters: ObservedCluster[], ownAddresses: string[] = []) {
  const { operations, held, sets } = planScope({
    ...planInput(wishes, []),
    observed: { eksPublicAccess: { ok: true, value: clusters } },
    ownAddresses,
  });
  return {
    calls: (operations as ClusterOperation[]).map(({ action, changes, publicAccessCidrs }) =>
      action === 'UpdateClusterConfig' ? publicAccessCidrs.join(' ') : `${action} ${changes[0]?.value}`,
    ),
    held: held.map(({ sign, value, held }) => `${sign} ${value} ${held}`),
    problems: Object.fromEntries(
      [...sets].flatMap(([set, { problems }]) => (problems[0] ? [[set, problems[0].reason]] : [])),
    ),
    facts: sets,
  };
}

const mark = (set: string) => `sallyport.dev/cidr-set=${set}`;

describe('what is written', () => {
  it.each<[string, SetWish[], ObservedCluster[], string[]]>([
    [
      'the mark first, then the whole list',
      [asking('office', [A, B])],
      [cluster([ANYWHERE])],
      [`TagResource ${mark('office')}`, `${A} ${B}`],
    ],
    ['nothing where all is there', [asking('office', [A, B])], [cluster([B, A], tagsOf('office'))], []],
    [
      'the mark alone where only that is missing',
      [asking('office', [A])],
      [cluster([A])],
      [`TagResource ${mark('office')}`],
    ],
    [
      'one list for what is added and removed',
      [asking('office', [A, C])],
      [cluster([A, B], tagsOf('office'))],
      [`${A} ${C}`],
    ],
    [
      'IPv6 where the endpoint has it',
      [asking('office', [A, V6])],
      [cluster([A], { dualStack: true, ...tagsOf('office') })],
      [`${A} ${V6}`],
    ],
  ])('%s', (_, wishes, clusters, calls) => {
    expect(plan(wishes, clusters)).toMatchObject({ calls, held: [], problems: {} });
  });
});

describe('what is left out, and told', () => {
  it.each<[string, string[], string]>([
    [
      'IPv6 where the endpoint has none',
      [A, V6],
      `The endpoint of EKS cluster prod is IPv4 only and can't let in ${V6}`,
    ],
    [
      'private addresses',
      [A, '10.1.0.0/16'],
      'EKS refuses private addresses for the public endpoint of prod: 10.1.0.0/16',
    ],
  ])('%s', (_, networks, message) => {
    const { calls, facts } = plan([asking('office', networks)], [cluster([B], tagsOf('office'))]);
    expect(calls).toEqual([A]);
    expect(facts.get('office')?.problems).toMatchObject([
      { reason: 'CidrsLeftOut', message: expect.stringContaining(message) },
    ]);
  });
});

describe('what is never written', () => {
  it.each<[string, SetWish, ObservedCluster[], string]>([
    ['an empty list', asking('office', []), [cluster([A], tagsOf('office'))], 'EmptyList'],
    ['a list that is empty for the endpoint', asking('office', ['10.0.0.0/8']), [cluster([A])], 'CidrsLeftOut'],
    [
      'a list that nobody is asked by',
      asking('office', [A]),
      [cluster([], { publicAccess: false })],
      'NoPublicEndpoint',
    ],
    ['that of a cluster that goes', asking('office', [A]), [cluster([B], { status: 'DELETING' })], 'ClusterNotActive'],
    ['that of a cluster that is not there', asking('office', [A]), [], 'NoSuchCluster'],
    ['that of another install', asking('office', [A]), [cluster([B], tagsOf('office', 'other'))], 'NotOurs'],
  ])('%s', (_, set, clusters, reason) => {
    expect(plan([set], clusters)).toMatchObject({ calls: [], held: [], problems: { office: reason } });
  });
});

describe('while EKS is at it', () => {
  it.each<[string, string[], string[]]>([
    ['UPDATING', [], [`+ ${A} Waiting`, `- ${B} Waiting`]],
    ['CREATING', [], [`+ ${A} Waiting`, `- ${B} Waiting`]],
    ['ACTIVE', [A], []],
  ])('%s', (status, calls, held) => {
    const there = cluster([B], { status, ...tagsOf('office') });
    expect(plan([asking('office', [A])], [there])).toMatchObject({ calls, held });
  });

  it('waits for nothing where nothing is to be done', () => {
    const there = cluster([A], { status: 'UPDATING', ...tagsOf('office') });
    expect(plan([asking('office', [A])], [there])).toMatchObject({ calls: [], held: [] });
  });
});

describe('after an update that failed', () => {
  const failed = { cidrs: [A], why: 'Unknown: no capacity', due: false };

  it.each<[string, Partial<ObservedCluster>, object]>([
    [
      'waits, and says why it failed',
      { failed },
      { calls: [], held: [`+ ${A} Blocked`, `- ${B} Blocked`], problems: { office: 'UpdateFailed' } },
    ],
    [
      'tries again when it is time to',
      { failed: { ...failed, due: true } },
      { calls: [A], held: [], problems: { office: 'UpdateFailed' } },
    ],
    [
      'does not wait with another list',
      { failed: { ...failed, cidrs: [A, C] } },
      { calls: [A], held: [], problems: {} },
    ],
    ['says nothing more once the list is there', { failed, publicAccessCidrs: [A] }, { calls: [], problems: {} }],
  ])('%s', (_, more, expected) => {
    const there = cluster([B], { ...tagsOf('office'), ...more });
    expect(plan([asking('office', [A])], [there])).toMatchObject(expected);
  });
});

describe('two sets', () => {
  const both = [asking('office', [A]), asking('vpn', [B])];

  it.each<[string, SetWish[], ObservedCluster, object]>([
    [
      'the first has it',
      both,
      cluster([C]),
      { calls: [`TagResource ${mark('office')}`, A], problems: { vpn: 'ClaimedBy' } },
    ],
    [
      'the one whose mark it has keeps it',
      both,
      cluster([C], tagsOf('vpn')),
      { calls: [B], problems: { office: 'ClaimedBy' } },
    ],
    [
      'the next waits until the last one’s mark is gone',
      [asking('office', [A]), gone('vpn')],
      cluster([B], tagsOf('vpn')),
      {
        calls: [`UntagResource ${mark('vpn')}`],
        held: [`~ ${mark('office')} Waiting`, `+ ${A} Waiting`, `- ${B} Waiting`],
        problems: {},
      },
    ],
    [
      'one that is not known keeps it',
      [asking('office', [A])],
      cluster([B], tagsOf('vpn')),
      { calls: [], held: [`/ ${mark('vpn')} SetUnknown`], problems: { office: 'ClaimedBy' } },
    ],
  ])('%s', (_, wishes, there, expected) => {
    expect(plan(wishes, [there])).toMatchObject(expected);
  });
});

describe('when the set lets go', () => {
  it.each<[string, Partial<SetWish>]>([
    ['of the target', {}],
    ['with Delete', { release: 'Delete' }],
    ['with Retain', { release: 'Retain' }],
  ])('%s, the tags go and the list stays', (_, more) => {
    const calls = [`UntagResource ${mark('office')}`];
    expect(plan([gone('office', more)], [cluster([A], tagsOf('office'))])).toMatchObject({ calls, held: [] });
  });

  it('does so though the cluster is being updated or has no public endpoint any more', () => {
    const there = cluster([A], { status: 'UPDATING', publicAccess: false, ...tagsOf('office') });
    expect(plan([gone('office')], [there]).calls).toEqual([`UntagResource ${mark('office')}`]);
  });
});

describe('what is held', () => {
  it.each<[string, Partial<SetWish>, string[], string[]]>([
    ['nothing by itself', {}, [`${A} ${C}`], []],
    [
      'removals while sources are incomplete: the list grows',
      { complete: false },
      [`${A} ${B} ${C}`],
      [`- ${B} SourcesIncomplete`],
    ],
    [
      'removals that the guard stops: the list grows',
      { maxRemovalPercent: 20 },
      [`${A} ${B} ${C}`],
      [`- ${B} RemovalGuard`],
    ],
    ['nothing that the guard allows', { maxRemovalPercent: 50 }, [`${A} ${C}`], []],
    ['all while the set is planned only', { mode: 'Plan' }, [], [`+ ${C} PlanMode`, `- ${B} PlanMode`]],
  ])('%s', (_, more, calls, held) => {
    const there = cluster([A, B], tagsOf('office'));
    expect(plan([asking('office', [A, C], more)], [there])).toMatchObject({ calls, held });
  });

  it('the guard counts what others wrote into the list that is taken over', () => {
    const { calls, facts } = plan([asking('office', [A], { maxRemovalPercent: 50 })], [cluster([ANYWHERE])]);
    expect(calls).toEqual([`TagResource ${mark('office')}`, `${ANYWHERE} ${A}`]);
    expect(facts.get('office')?.problems[0]?.message).toMatch(/^1 of 1 entries would go at once \(100 %, guard 50 %\)/);
  });
});

describe('locking itself out', () => {
  const open = { privateAccess: false, ...tagsOf('office') };

  it.each<[string, ObservedCluster, string[], string[], boolean]>([
    ['is refused where its addresses would go', cluster([A, B], open), [C], ['198.51.100.7/32'], false],
    [
      'is refused where one of its addresses would go',
      cluster([A, B], open),
      [A],
      ['203.0.113.9/32', '198.51.100.7/32'],
      false,
    ],
    ['is refused where its addresses are not known', cluster([A, B], open), [A], [], false],
    [
      'is refused where only its IPv6 address is known, by which it does not come',
      cluster([A, B], open),
      [A],
      [V6],
      false,
    ],
    ['is refused, the mark with it', cluster([ANYWHERE], { privateAccess: false }), [A], [], false],
    ['is accepted when told so', cluster([A, B], open), [A], [], true],
    ['can’t be where its addresses stay', cluster([A, B], open), [A], ['203.0.113.9/32'], true],
    ['can’t be where two entries cover them', cluster([A, B], open), ['203.0.113.0/25', '203.0.113.128/25'], [A], true],
    ['can’t be with a private endpoint', cluster([A, B], tagsOf('office')), [A], [], true],
    ['can’t be where the list only grows', cluster([A], open), [A, B], [], true],
  ])('%s', (name, there, networks, ownAddresses, written) => {
    const accepted = name === 'is accepted when told so';
    const { calls, held, problems } = plan([asking('office', networks, {}, accepted)], [there], ownAddresses);
    expect(calls).toEqual(written ? [networks.join(' ')] : []);
    expect(problems).toEqual(written ? {} : { office: 'WouldLockOut' });
    expect(held.every((line) => line.endsWith('WouldLockOut'))).toBe(true);
  });

  it('is told with what to do', () => {
    const { facts } = plan([asking('office', [A])], [cluster([A, B], open)], ['198.51.100.7/32']);
    expect(facts.get('office')?.problems[0]?.message).toBe(
      'EKS cluster prod has no private endpoint, and its new list would shut out 198.51.100.7/32, where Sallyport itself ' +
        'comes from: add that to the set, turn the private endpoint on, or write acceptLockout: true into the target',
    );
  });
});

describe('the quota of 40 CIDRs', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => `203.0.113.${n * 2}/32`);

  it('is written to the last', () => {
    const { calls, facts } = plan([asking('office', many(40))], [cluster(many(39), tagsOf('office'))]);
    expect(calls).toEqual([many(40).join(' ')]);
    expect(facts.get('office')?.quotaUse).toMatchObject({ used: 40, quota: 40 });
  });

  it('is never exceeded: nothing is half-written, and the arithmetic is told', () => {
    const { calls, facts } = plan([asking('office', [...many(40), A])], [cluster([...many(39), B], tagsOf('office'))]);
    expect(calls).toEqual([]);
    expect(facts.get('office')?.problems[0]?.message).toBe(
      'The access list of EKS cluster prod would hold 41 CIDRs: 40 now, 2 to add, 1 to remove; EKS takes 40. It is left ' +
        'as it is: let in fewer or wider CIDRs, or use the private endpoint',
    );
  });
});

it('lists the clusters that it has', () => {
  const { facts } = plan([asking('office', [A])], [cluster([A, B], tagsOf('office'))]);
  expect(facts.get('office')).toMatchObject({
    owned: 2,
    targets: { 'eksPublicAccess/api': 1 },
    objects: [{ target: 'eksPublicAccess', id: 'arn:prod', name: 'prod', entries: 2 }],
  });
});
