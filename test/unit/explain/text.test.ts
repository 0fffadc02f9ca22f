import { expect, it } from '@jest/globals';
import { createColors } from 'picocolors';
import { explain } from '../../../src/explain/explain.js';
import { explainText } from '../../../src/explain/text.js';
import type { AccessList, SetEntry } from '../../../src/overview/overview.js';
import { entries, list, named, overview, rule } from '../overview/build.js';

const office = '203.0.113.0/26';

function textOf(cidr: string, lists: AccessList[], to?: string, own: SetEntry[] = entries(`${office} Berlin`)): string {
  const sets = [named('access', ['office']), named('office')];
  return explainText(explain(cidr, overview(sets, { office: own }, ...lists), to), createColors(false));
}

it('tells where, because of which set, and what else lets it in', () => {
  const ports = ['tcp/443', 'tcp/22', 'tcp/80', 'tcp/8080'];
  const lists = [
    list('gitlab', [...ports.map((port) => rule(`${port} ${office}`, ['access'])), rule('tcp/443 203.0.0.0/16')]),
    list('office', [rule(`all ${office}`, ['office'])], {
      target: 'networkPolicies',
      account: undefined,
      id: 'ci/office',
    } as never),
    list('sallyport-office', [rule(office, ['office'])], { target: 'prefixLists', id: 'pl-1' }),
    list('bastion', [rule('tcp/22 203.0.113.0/24', ['access'], { description: 'old' }), rule('tcp/22 pl-9')]),
  ];
  expect(textOf('203.0.113.20/32', lists)).toBe(
    [
      '203.0.113.20 is in',
      '  access  203.0.113.0/26  Berlin  office -> access',
      '  office  203.0.113.0/26  Berlin',
      '',
      'let in for sets',
      '  shared/eu-west-1  sg-gitlab      gitlab     tcp/443, tcp/22, tcp/80 and 1 more  203.0.113.0/26  access',
      '  in the cluster    NetworkPolicy  ci/office  all                                 203.0.113.0/26  office',
      '  shared/eu-west-1  sg-bastion     bastion    tcp/22                              203.0.113.0/24  access',
      '',
      'let in by rules that others made',
      '  shared/eu-west-1  sg-gitlab   gitlab   tcp/443  203.0.0.0/16  wider than 203.0.113.0/26 of office',
      '  shared/eu-west-1  sg-bastion  bastion  tcp/22   perhaps pl-9',
      '',
      'listed, for others to refer to',
      '  shared/eu-west-1  pl-1  sallyport-office    203.0.113.0/26  office',
      '',
      'Let in by 2 security groups, 1 NetworkPolicy.',
      '1 account, 1 account region read with 3 calls.',
      '',
    ].join('\n'),
  );
});

it('tells until when an address stays that its source gives no more', () => {
  const own = entries(`${office} nat-1`).map((entry) => ({ ...entry, leavesAt: '2026-11-21T10:00:00.000Z' }));
  expect(textOf('203.0.113.20/32', [], undefined, own)).toContain('nat-1, until 2026-11-21 10:00 UTC');
});

it('a part is called a part', () => {
  const text = textOf('203.0.113.0/24', [list('gitlab', [rule(`tcp/443 ${office}`, ['office'])])]);
  expect(text).toMatch(/^a part of 203\.0\.113\.0\/24 is in$/m);
  expect(text).toMatch(/203\.0\.113\.0\/26 \(part\) +office$/m);
  expect(text).toContain('A part of it, or perhaps all, let in by 1 security group.');
});

it('a long list is cut, and says by how much', () => {
  const lists = Array.from({ length: 2000 }, (_, i) => list(`group-${i}`, [rule(`tcp/443 ${office}`, ['office'])]));
  const text = textOf('203.0.113.20/32', lists);
  expect(text.split('\n').length).toBeLessThan(40);
  expect(text).toContain('... and 1980 more');
  expect(text).toContain('Let in by 2000 security groups.');
});

it('what others wrote does not reach the terminal', () => {
  const text = textOf('203.0.113.20/32', [
    list('a', [rule('tcp/443 0.0.0.0/0', undefined, { description: '\u001b[2J' })]),
  ]);
  expect(text).not.toContain('\u001b');
});

it('in no set, let in by nothing', () => {
  expect(textOf('192.0.2.1/32', [])).toMatch(/^192\.0\.2\.1 is in no set\.\n\nNothing that was read lets it in\.\n/);
});
