import { describe, expect, it } from '@jest/globals';
import { planScope } from '../../../src/cidr-set/plan.js';
import type { PlanInput } from '../../../src/cidr-set/targets/kind.js';
import type { ObservedScope } from '../../../src/cidr-set/targets/kinds.js';
import { accessLists, listKey } from '../../../src/overview/access.js';
import type { AccessRule } from '../../../src/overview/overview.js';
import { foreign, group, listInput, observedRule, owned, planInput, prefixList, wish } from '../cidr-set/build.js';

const office = '203.0.113.0/26';

function listsOf(input: PlanInput, entries = new Map<string, string[]>()) {
  return accessLists({ ...input, plan: planScope(input), entries });
}

/** `Ingress tcp/443 203.0.113.0/26 [office] Berlin`; what others made has `by hand`. */
function told({ direction, ports, peer, entries, owned: ours, sets, description }: AccessRule): string {
  const who = ours ? `[${sets.join(', ')}]` : 'by hand';
  const serves = !ours && sets.length > 0 && `for ${sets.join(', ')}`;
  return [direction, ports, peer, entries && `(${entries.join(' ')})`, who, serves, description]
    .filter(Boolean)
    .join(' ');
}

it('a group tells of each rule who made it, and for which sets', () => {
  const observed = group([
    owned(`tcp/443 ${office}`, '[office, vpn] Berlin'),
    owned('tcp/443 192.0.2.0/24', 'changed by hand'),
    foreign('tcp/22 192.0.2.77/32'),
    foreign('tcp/443 203.0.113.64/27'),
    observedRule('egress all 0.0.0.0/0'),
    { ...foreign('tcp/22 192.0.2.1/32'), rule: undefined } as never,
  ]);
  const [list] = listsOf(
    planInput([wish('office', [office, '203.0.113.64/27']), wish('vpn', [], { targets: {} })], [observed]),
  );
  expect(list).toMatchObject({ id: 'sg-1', account: 'shared', region: 'eu-west-1', askedBy: ['office'], peerRules: 1 });
  expect(list?.rules.map(told)).toEqual([
    `Ingress tcp/443 ${office} [office, vpn] Berlin`,
    'Ingress tcp/443 192.0.2.0/24 [] changed by hand',
    'Ingress tcp/22 192.0.2.77/32 by hand',
    'Ingress tcp/443 203.0.113.64/27 by hand for office',
    'Egress all 0.0.0.0/0 by hand',
  ]);
});

it('a group that asks by its tag is asked for by that set alone', () => {
  const tagged = group([], { 'cidrset.sallyport.dev/office': 'tcp/443' });
  const targets = { taggedSecurityGroups: { allowedPorts: ['tcp/443'] } };
  const input = planInput([wish('office', [office], { targets }), wish('vpn', [office], { targets })], [tagged]);
  expect(listsOf(input)[0]?.askedBy).toEqual(['office']);
});

it('a rule that refers to a prefix list has what is in it, where that is known', () => {
  const observed = group([foreign('tcp/443 pl-2'), foreign('tcp/22 pl-3')]);
  const entries = new Map([[listKey('eu-west-1', 'pl-2'), ['192.0.2.0/24']]]);
  expect(listsOf(planInput([], [observed]), entries)[0]?.rules.map(told)).toEqual([
    'Ingress tcp/443 pl-2 (192.0.2.0/24) by hand',
    'Ingress tcp/22 pl-3 by hand',
  ]);
});

describe('what is still to be done', () => {
  it('is told of the group, with why it is held', () => {
    const input = planInput([wish('office', [office]), wish('vpn', ['192.0.2.0/24'], { mode: 'Plan' })], [group([])]);
    expect(listsOf(input)[0]?.changes).toEqual([
      { sign: '+', ports: 'tcp/443', value: office, sets: ['office'] },
      { sign: '+', ports: 'tcp/443', value: '192.0.2.0/24', sets: ['vpn'], held: 'PlanMode' },
    ]);
  });

  it('is nothing where all is there', () => {
    const observed = group([owned(`tcp/443 ${office}`, '[office]')]);
    expect(listsOf(planInput([wish('office', [office])], [observed]))[0]?.changes).toEqual([]);
  });
});

it('prefix lists are told where they are ours', () => {
  const lists = [
    prefixList([`${office} Berlin`]),
    prefixList([], { id: 'pl-2', name: 'theirs', set: undefined } as never),
  ];
  const found = listsOf(listInput([], lists));
  expect(found.map(({ target, id, rules }) => [target, id, rules.map(told)])).toEqual([
    ['prefixLists', 'pl-1', [`${office} [office] Berlin`]],
  ]);
});

it('IP sets are told where they are ours', () => {
  const ipSet = { id: '1', arn: 'arn:1', name: 'ours', scope: 'REGIONAL' as const, lockToken: '', addresses: [office] };
  const value = [
    { ...ipSet, set: 'office' },
    { ...ipSet, arn: 'arn:2', name: 'theirs' },
  ];
  const observed: ObservedScope = { wafIpSets: { ok: true, value } };
  const found = listsOf({ ...planInput([], []), observed });
  expect(found.map(({ id, rules }) => [id, rules.map(told)])).toEqual([['arn:1', [`${office} [office]`]]]);
});

it.each([
  [
    'ours',
    { 'sallyport.dev/owner': 'owner', 'sallyport.dev/cidr-set': 'office' },
    true,
    [`Ingress tcp/443 ${office} [office]`],
  ],
  ["another install's", { 'sallyport.dev/owner': 'other' }, true, [`Ingress tcp/443 ${office} by hand`]],
  ['not open to the public', {}, false, []],
])('the public endpoint of an EKS cluster: %s', (_, tags, publicAccess, expected) => {
  const cluster = {
    name: 'prod',
    arn: 'arn:prod',
    status: 'ACTIVE',
    publicAccess,
    privateAccess: true,
    dualStack: false,
    publicAccessCidrs: [office],
    tags,
  };
  const eksPublicAccess = [{ name: 'api', clusters: ['prod'], acceptLockout: false }];
  const input = planInput([wish('office', [office], { targets: { eksPublicAccess } })], []);
  const [list] = listsOf({ ...input, observed: { eksPublicAccess: { ok: true, value: [cluster] } } });
  expect(list).toMatchObject({ id: 'arn:prod', name: 'prod', askedBy: ['office'] });
  expect(list?.rules.map(told)).toEqual(expected);
});
