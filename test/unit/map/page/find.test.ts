import { expect, it } from '@jest/globals';
import type { MapData, TargetItem } from '../../../../src/map/data.js';
import { mapData } from '../../../../src/map/map-data.js';
import { find, findItem, indexOf } from '../../../../src/map/page/find.js';
import { estate } from '../../../support/estates.js';

const data = mapData(estate());
const index = indexOf(data);

function names(ids: Iterable<string>): string[] {
  return [...ids].map((id) => index.entries.get(id)?.name ?? id).sort();
}

function nameOf({ name }: TargetItem): string {
  return name;
}

/** Targets that a set is let in by, itself or by a set that includes it. */
function letIn(...sets: string[]): string[] {
  return data.targets
    .filter(({ grants }) => grants.some((grant) => grant.sets.some((set) => sets.includes(set))))
    .map(nameOf);
}

it.each([
  { text: '203.0.113.20', held: ['office'], also: ['gitlab-access'] },
  { text: '198.51.100.7', held: ['office'], also: ['gitlab-access'] },
  { text: '203.0.113.128/25', held: ['office'], also: ['gitlab-access'] },
  { text: '192.0.2.0/24', held: ['vpn'], also: ['gitlab-access'] },
  { text: '2001:DB8:40:0::1', held: ['office'], also: ['gitlab-access'] },
  { text: '8.8.8.8', held: [], also: [] },
])('$text is in $held', ({ text, held, also }) => {
  const found = find(index, text);
  expect(names(found?.held.keys() ?? [])).toEqual(held);
  const sets = [...(found?.shown ?? [])].filter((id) => id.startsWith('set/'));
  expect(names(sets)).toEqual([...held, ...also].sort());
});

it('an address finds what lets it in by rules, those of others too, and nothing that only its neighbours get into', () => {
  const found = find(index, '198.51.100.7');
  const targets = data.targets.filter(({ id }) => found?.hits.has(id)).map(nameOf);
  // 203.0.0.0/16, which others let in, and the NetworkPolicy do not hold it.
  expect(targets.sort()).toEqual(
    letIn('office', 'gitlab-access')
      .filter((name) => name !== 'office-only')
      .sort(),
  );

  const wide = find(index, '203.0.99.1');
  expect(wide?.text).toBe('203.0.99.1 is in no set. It is listed by 2 security groups.');
  expect(
    [...(wide?.hits ?? [])]
      .flatMap((id) => data.targets.filter((target) => target.id === id))
      .map(nameOf)
      .sort(),
  ).toEqual(
    data.targets
      .filter(({ grants }) => grants.some(({ sets }) => sets.length === 0))
      .map(nameOf)
      .sort(),
  );
});

it('what a NetworkPolicy leaves out does not get in', () => {
  const policy = 'cluster/policies/networkPolicies/ci/office-only';
  expect(find(index, '203.0.113.20')?.hits.has(policy)).toBe(true);
  expect(find(index, '203.0.113.200')?.hits.has(policy)).toBe(false);
});

it.each([
  ['grafana', ['grafana']],
  ['GRAFANA', ['grafana']],
  ['sg-00000000000a24d6e', ['grafana']],
  ['222222222222', ['ci/docker', 'team-a']],
  ['registry.privatelink', ['ci/gitlab']],
  ['ci-jobs', ['ci/docker']],
  ['acme', ['partners']],
  ['until migration', ['bastion', 'runners-10']],
  ['nobody', []],
])('%s finds %j', (text, expected) => {
  expect(names(find(index, text)?.hits ?? [])).toEqual(expected);
});

it('nothing is asked for by blanks', () => {
  expect(find(index, '  ')).toBeUndefined();
});

it('a set is on a path with what includes it, and with all that lets either in', () => {
  const found = findItem(index, 'set/vpn');
  expect(names(found?.shown ?? [])).toEqual(
    expect.arrayContaining(['vpn', 'gitlab-access', ...letIn('vpn', 'gitlab-access'), 'shared', 'eu-west-1']),
  );
  expect(names(found?.shown ?? [])).not.toContain('office');
  expect(found?.text).toBe('vpn reaches 10 security groups.');
});

it.each([
  ['pool/ci/docker', 'ci/docker reaches ci/gitlab.'],
  ['endpoint/ci/gitlab', 'ci/gitlab is reached from nat-gateways, ci/docker.'],
  ['account/team-b', 'team-b is reached from vpn, nat-gateways.'],
])('%s: %s', (id, text) => {
  expect(findItem(index, id)?.text).toBe(text);
});

it('what is not there selects nothing', () => {
  expect(findItem(index, 'set/gone')).toBeUndefined();
  expect(findItem(index, '')).toBeUndefined();
});

it('sets that include each other do not go in circles', () => {
  const sets: MapData['sets'] = [
    { id: 'set/a', name: 'a', entries: [{ cidr: '192.0.2.0/24', description: '' }], includes: ['b'] },
    { id: 'set/b', name: 'b', entries: [], includes: ['a'] },
  ];
  const circle = indexOf({ ...data, sets });
  expect([...(find(circle, '192.0.2.1')?.shown ?? [])]).toEqual(expect.arrayContaining(['set/a', 'set/b']));
});
