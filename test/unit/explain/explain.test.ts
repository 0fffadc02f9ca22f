import { describe, expect, it } from '@jest/globals';
import { explain } from '../../../src/explain/explain.js';
import type { Reach } from '../../../src/explain/reach.js';
import type { AccessList, AccessRule } from '../../../src/overview/overview.js';
import { entries, list, named, overview, rule } from '../overview/build.js';

const office = '203.0.113.0/26';

/** As people with the sets office (203.0.113.0/26, 2001:db8:a::/48) and vpn (198.51.100.0/24) ask. */
function ask(cidr: string, to: string | undefined, ...lists: AccessList[]) {
  const own = { office: entries(`${office} Berlin`, '2001:db8:a::/48'), vpn: entries('198.51.100.0/24') };
  return explain(cidr, overview([named('office'), named('vpn')], own, ...lists), to);
}

/** `gitlab tcp/443 office Whole 203.0.113.0/26`; what others made has `by hand` for its sets. */
function told(reaches: readonly Reach[]): string[] {
  return reaches.flatMap(({ name, by }) =>
    by.map(({ ports = 'listed', owned, sets, extent, cidrs, lists, unread, leftOver, than }) =>
      [
        name,
        ports,
        owned ? sets.join(',') : 'by hand',
        extent,
        ...cidrs,
        ...lists.map((id) => `in ${id}`),
        ...unread.map((id) => `perhaps ${id}`),
        ...(leftOver ? ['left over'] : []),
        ...(than ? [than.how, than.set, than.cidr] : []),
      ].join(' '),
    ),
  );
}

describe('rules of one group', () => {
  it.each<[string, string, AccessRule[], string[]]>([
    ['ours', '203.0.113.20/32', [rule(`tcp/443 ${office}`, ['office'])], [`gitlab tcp/443 office Whole ${office}`]],
    ['of another address', '203.0.113.99/32', [rule(`tcp/443 ${office}`, ['office'])], []],
    ['of the other IP family', '2001:db8:a::1/128', [rule('tcp/443 0.0.0.0/0')], []],
    [
      'IPv6',
      '2001:db8:a::1/128',
      [rule('tcp/443 2001:db8:a::/48', ['office'])],
      ['gitlab tcp/443 office Whole 2001:db8:a::/48'],
    ],
    [
      'made by hand, wider',
      '203.0.113.20/32',
      [rule('tcp/443 203.0.0.0/16')],
      [`gitlab tcp/443 by hand Whole 203.0.0.0/16 Wider office ${office}`],
    ],
    [
      'made by hand, equal',
      '203.0.113.20/32',
      [rule(`tcp/443 ${office}`)],
      [`gitlab tcp/443 by hand Whole ${office} Equal office ${office}`],
    ],
    [
      'made by hand, narrower',
      '203.0.113.20/32',
      [rule('tcp/443 203.0.113.20/32')],
      [`gitlab tcp/443 by hand Whole 203.0.113.20/32 Narrower office ${office}`],
    ],
    [
      'for anyone, where no set has the address',
      '192.0.2.1/32',
      [rule('tcp/443 0.0.0.0/0')],
      ['gitlab tcp/443 by hand Whole 0.0.0.0/0'],
    ],
    ['for anyone over IPv6', '2001:db8:ffff::1/128', [rule('all ::/0')], ['gitlab all by hand Whole ::/0']],
    [
      'a range, of which it has a part',
      '203.0.113.0/24',
      [rule(`tcp/443 ${office}`, ['office'])],
      [`gitlab tcp/443 office Part ${office}`],
    ],
    [
      'a range, of which two have all',
      '203.0.113.0/26',
      [rule('tcp/443 203.0.113.0/27', ['office']), rule('tcp/443 203.0.113.32/27', ['office'])],
      ['gitlab tcp/443 office Whole 203.0.113.0/27 203.0.113.32/27'],
    ],
    [
      'that refer to a prefix list',
      '203.0.113.20/32',
      [rule('tcp/443 pl-1', ['office'], { entries: [office, '192.0.2.0/24'] })],
      [`gitlab tcp/443 office Whole ${office} in pl-1`],
    ],
    [
      'whose prefix list lacks it',
      '203.0.113.20/32',
      [rule('tcp/443 pl-1', ['vpn'], { entries: ['192.0.2.0/24'] })],
      [],
    ],
    [
      'whose prefix list could not be read',
      '203.0.113.20/32',
      [rule('tcp/443 pl-9')],
      ['gitlab tcp/443 by hand Part perhaps pl-9'],
    ],
    [
      'of a set that has it no more',
      '203.0.113.20/32',
      [rule('tcp/443 203.0.113.0/24', ['vpn'])],
      ['gitlab tcp/443 vpn Whole 203.0.113.0/24 left over'],
    ],
    [
      'of several ports',
      '203.0.113.20/32',
      [rule(`tcp/443 ${office}`, ['office']), rule(`tcp/22 ${office}`, ['office'])],
      [`gitlab tcp/443 office Whole ${office}`, `gitlab tcp/22 office Whole ${office}`],
    ],
    [
      'with a hole for it',
      '203.0.113.20/32',
      [rule('tcp/443 203.0.113.0/24', undefined, { except: ['203.0.113.16/28'] })],
      [],
    ],
    [
      'with a hole elsewhere',
      '203.0.113.99/32',
      [rule('tcp/443 203.0.113.0/24', undefined, { except: ['203.0.113.0/25'] })],
      [],
    ],
    ['that let out', '203.0.113.20/32', [rule('egress all 0.0.0.0/0')], []],
  ])('%s', (_, cidr, rules, expected) => {
    expect(told(ask(cidr, undefined, list('gitlab', rules)).reaches)).toEqual(expected);
  });

  it('a hole leaves the rest', () => {
    const rules = [rule('tcp/443 203.0.113.0/24', undefined, { except: ['203.0.113.128/25'] })];
    expect(told(ask('203.0.113.99/32', undefined, list('gitlab', rules)).reaches)).toEqual([
      `gitlab tcp/443 by hand Whole 203.0.113.0/25`,
    ]);
  });
});

it('a list that could not be read counts where it may let the address in, and nowhere else', () => {
  const error = { where: 'shared/eu-west-1', message: 'ec2:GetManagedPrefixListEntries was denied' };
  const estate = overview([], {}, list('database', [rule('tcp/5432 pl-9')]), list('cache', []));
  estate.access.unreadLists = { 'pl-9': error };
  expect(explain('192.0.2.1/32', estate).errors).toEqual([error]);
  expect(explain('192.0.2.1/32', estate, 'cache').errors).toEqual([]);
});

it('what sets let out is told apart from what they let in, and is told of sets alone', () => {
  const rules = [rule(`egress tcp/443 ${office}`, ['office']), rule('egress all 0.0.0.0/0')];
  const { reaches, reachedFrom } = ask('203.0.113.20/32', undefined, list('runners', rules));
  expect([told(reaches), told(reachedFrom)]).toEqual([[], [`runners tcp/443 office Whole ${office}`]]);
});

it('prefix lists and IP sets only list it', () => {
  const lists = [
    list('sallyport-office', [rule(office, ['office'])], { target: 'prefixLists' }),
    list('sallyport-office-ipv4', [rule(office, ['office'])], { target: 'wafIpSets' }),
  ];
  const { reaches, listedIn } = ask('203.0.113.20/32', undefined, ...lists);
  expect(reaches).toEqual([]);
  expect(listedIn.map(({ name }) => name)).toEqual(['sallyport-office', 'sallyport-office-ipv4']);
});

describe('--to', () => {
  const officeIn = list('gitlab-nlb', [rule(`tcp/443 ${office}`, ['office'])], { askedBy: ['office'] });
  const vpnIn = list('gitlab-registry-nlb', [rule('tcp/443 198.51.100.0/24', ['vpn'])], { askedBy: ['vpn'] });
  const closed = list('database', []);

  it.each<[string, string, string[]]>([
    ['an id', 'sg-gitlab-nlb', ['gitlab-nlb']],
    ['a name', 'gitlab-nlb', ['gitlab-nlb']],
    ['a place', 'shared/eu-west-1/gitlab-nlb', ['gitlab-nlb']],
    ['a part of names', 'GitLab', ['gitlab-nlb', 'gitlab-registry-nlb']],
    ['nothing', 'jenkins', []],
  ])('%s', (_, to, names) => {
    const { reaches, doesNotReach, named: count } = ask('203.0.113.20/32', to, officeIn, vpnIn, closed);
    expect([...reaches, ...doesNotReach].map(({ name }) => name)).toEqual(names);
    expect(count).toBe(names.length);
  });

  it.each<[string, string, AccessList, string]>([
    ['takes others', '203.0.113.20/32', vpnIn, 'that group takes vpn only'],
    ['takes none', '203.0.113.20/32', closed, 'that group takes no set'],
    [
      'has rules for other groups',
      '203.0.113.20/32',
      list('database', [], { peerRules: 2 }),
      'that group takes no set; 2 rules there let in other groups or pods, whatever their addresses',
    ],
    [
      'has no room for it',
      '203.0.113.20/32',
      list('full', [], {
        askedBy: ['office'],
        changes: [{ sign: '+', ports: 'tcp/443', value: office, sets: ['office'], held: 'QuotaExceeded' }],
      }),
      'office is to be let in at tcp/443: held: over quota',
    ],
    [
      'is still to be changed',
      '203.0.113.20/32',
      list('new', [], {
        askedBy: ['office'],
        changes: [
          { sign: '+', ports: 'tcp/443', value: office, sets: ['office'] },
          { sign: '+', ports: 'tcp/443', value: '198.51.100.0/24', sets: ['vpn'], held: 'PlanMode' },
        ],
      }),
      'office is to be let in at tcp/443: the operator has it still to do',
    ],
    [
      'may have it by a list that could not be read',
      '203.0.113.20/32',
      list('database', [rule('tcp/5432 pl-9')]),
      'perhaps by pl-9, which could not be read',
    ],
    ['has a part of the range', '203.0.113.0/24', officeIn, `only ${office} of it is let in`],
  ])('%s', (_, cidr, one, why) => {
    expect(ask(cidr, one.name, one).doesNotReach.map((miss) => miss.why)).toEqual([why]);
  });

  it('says nothing of what lets in all of it, by whoever made the rules', () => {
    const both = list('shared', [rule('tcp/443 203.0.113.0/27', ['office']), rule('tcp/443 203.0.113.32/27')]);
    expect(ask('203.0.113.0/26', 'shared', both).doesNotReach).toEqual([]);
  });

  it('ports of one half do not make up for those of the other', () => {
    const both = list('shared', [rule('tcp/443 203.0.113.0/27', ['office']), rule('tcp/22 203.0.113.32/27')]);
    expect(ask('203.0.113.0/26', 'shared', both).doesNotReach).toHaveLength(1);
  });
});
