import { describe, expect, it } from '@jest/globals';
import { type AutoGroup, chooseVia, viaOf } from '../../../../../src/cidr-set/targets/security-groups/via.js';
import { foreign, group, listInput, owned, prefixList, securityGroupTarget, wish } from '../../build.js';

const direct: AutoGroup = { refers: false };
const refers: AutoGroup = { refers: true };
const tight: AutoGroup = { refers: false, tight: 'sg-9 is full' };

describe('Auto', () => {
  it.each<[string, AutoGroup[], string, string]>([
    ['no group', [], 'Rules', 'it selects 0 groups, fewer than 5'],
    ['four groups', Array(4).fill(direct), 'Rules', 'it selects 4 groups, fewer than 5'],
    ['five groups', Array(5).fill(direct), 'PrefixList', 'it selects 5 groups'],
    ['five groups, one of them full', [...Array(4).fill(direct), tight], 'Rules', 'sg-9 is full'],
    ['fewer than there were, with a list', [refers, direct], 'PrefixList', 'the list is there and fits'],
    ['a list that no longer fits', [refers, tight], 'Rules', 'sg-9 is full'],
  ])('%s', (_, groups, via, why) => {
    expect(chooseVia(groups)).toEqual({ via, why });
  });

  const target = securityGroupTarget({ via: 'Auto' });
  const cidrs = Array.from({ length: 8 }, (_, i) => `10.0.${i}.0/24`);
  const office = wish('office', cidrs, { targets: { securityGroups: [target] } });
  const rules = cidrs.map((cidr) => owned(`tcp/443 ${cidr}`, '[office]'));
  const five = (make: () => ReturnType<typeof foreign>[]) =>
    [1, 2, 3, 4, 5].map((n) => group(make(), undefined, `sg-${n}`));
  const others = (count: number) => Array.from({ length: count }, (_, i) => foreign(`tcp/22 10.1.${i}.0/24`));

  it('moves to a list only where its rules fit beside those that it replaces', () => {
    const via = (quota: number) =>
      viaOf(
        target,
        office,
        listInput(
          [office],
          [],
          five(() => [...rules, ...others(2)]),
          { quota },
        ),
      );
    // A list for 8 entries has room for 10.
    expect(via(20).via).toBe('PrefixList');
    expect(via(19)).toEqual({
      via: 'Rules',
      why: 'sg-1 (name of sg-1) has 10 of 19 IPv4 rules, and the list would weigh 10 more',
    });
  });

  it('stays with a list while it alone fits, whatever is still to be removed', () => {
    const groups = five(() => [...rules, ...others(2), owned('tcp/443 pl-1', '[office]')]).slice(0, 2);
    const via = (quota: number) => viaOf(target, office, listInput([office], [prefixList(cidrs)], groups, { quota }));
    expect(via(12).via).toBe('PrefixList');
    expect(via(11).via).toBe('Rules');
  });
});
