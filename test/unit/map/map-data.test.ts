import { expect, it } from '@jest/globals';
import { mapData } from '../../../src/map/map-data.js';
import type { AccessList, AccessRule } from '../../../src/overview/overview.js';
import { estate } from '../../support/estates.js';

const rule: AccessRule = {
  direction: 'Ingress',
  ports: 'tcp/443',
  peer: '192.0.2.0/24',
  description: '',
  owned: true,
  sets: ['vpn'],
};

function grantsOf(...rules: Partial<AccessRule>[]) {
  const input = estate({ groups: 1 });
  const [list] = input.overview.access.lists as [AccessList];
  list.rules = rules.map((each) => ({ ...rule, ...each }));
  const { targets, cidrs } = mapData(input);
  return targets
    .find(({ key }) => key === list.id)
    ?.grants.map(({ cidrs: place, ...grant }) => ({ ...grant, cidrs: cidrs[place] }));
}

it.each([
  {
    what: 'rules for the same set at the same port are one grant',
    rules: [{}, { peer: '198.51.100.0/24' }],
    grants: [{ sets: ['vpn'], owned: true, ports: ['tcp/443'], cidrs: ['192.0.2.0/24', '198.51.100.0/24'] }],
  },
  {
    what: 'ports with the same CIDRs are one grant',
    rules: [{}, { ports: 'tcp/22' }],
    grants: [{ sets: ['vpn'], owned: true, ports: ['tcp/22', 'tcp/443'], cidrs: ['192.0.2.0/24'] }],
  },
  {
    what: 'ports with other CIDRs are not',
    rules: [{}, { ports: 'tcp/22' }, { ports: 'tcp/22', peer: '198.51.100.0/24' }],
    grants: [
      { sets: ['vpn'], owned: true, ports: ['tcp/22'], cidrs: ['192.0.2.0/24', '198.51.100.0/24'] },
      { sets: ['vpn'], owned: true, ports: ['tcp/443'], cidrs: ['192.0.2.0/24'] },
    ],
  },
  {
    what: "others' rules keep what they say",
    rules: [{ owned: false, sets: [], description: 'until the migration' }],
    grants: [{ sets: [], ports: ['tcp/443'], cidrs: ['192.0.2.0/24'], description: 'until the migration' }],
  },
  {
    what: 'what does not say its sets is not told as of others',
    rules: [{ sets: [], description: 'cut' }],
    grants: [{ sets: [], owned: true, ports: ['tcp/443'], cidrs: ['192.0.2.0/24'] }],
  },
  {
    what: 'what a set wants and others made is told apart from what Sallyport made',
    rules: [{}, { peer: '198.51.100.0/24', owned: false }],
    grants: [
      { sets: ['vpn'], owned: true, ports: ['tcp/443'], cidrs: ['192.0.2.0/24'] },
      { sets: ['vpn'], ports: ['tcp/443'], cidrs: ['198.51.100.0/24'] },
    ],
  },
  {
    what: 'a prefix list stands for what it holds',
    rules: [{ peer: 'pl-1', entries: ['192.0.2.0/24'] }],
    grants: [{ sets: ['vpn'], owned: true, ports: ['tcp/443'], via: 'pl-1', cidrs: ['192.0.2.0/24'] }],
  },
  {
    what: 'a prefix list that could not be read holds nothing that is known',
    rules: [{ peer: 'pl-1' }],
    grants: [{ sets: ['vpn'], owned: true, ports: ['tcp/443'], via: 'pl-1', cidrs: [] }],
  },
  {
    what: 'out is not in',
    rules: [{}, { direction: 'Egress' as const }],
    grants: [
      { sets: ['vpn'], owned: true, ports: ['tcp/443'], cidrs: ['192.0.2.0/24'] },
      { sets: ['vpn'], owned: true, out: true, ports: ['tcp/443'], cidrs: ['192.0.2.0/24'] },
    ],
  },
  {
    what: 'where others let a group out to is left out',
    rules: [{}, { direction: 'Egress' as const, owned: false, sets: [], ports: 'all', peer: '0.0.0.0/0' }],
    grants: [{ sets: ['vpn'], owned: true, ports: ['tcp/443'], cidrs: ['192.0.2.0/24'] }],
  },
])('$what', ({ rules, grants }) => {
  expect(grantsOf(...rules)).toEqual(grants);
});

it('where AWS could not be read, the status of the sets tells what they have there, and the page says so', () => {
  const input = estate({ groups: 0 });
  input.overview.access.unread = [{ where: 'team-b/eu-west-1', message: 'AccessDenied' }];
  const [office] = input.overview.sets;
  if (office?.status) {
    const scope = {
      account: 'team-b',
      region: 'eu-west-1',
      groups: 4,
      rules: 8,
      foreignRules: 0,
      drift: 0,
      reason: 'InSync',
    };
    office.status.scopes = [scope];
  }
  const data = mapData(input);
  const regions = data.accounts.find(({ name }) => name === 'team-b')?.regions;
  expect(regions).toEqual([
    { id: 'region/team-b/eu-west-1', name: 'eu-west-1', unread: 'AccessDenied', told: [{ set: 'office', groups: 4 }] },
    { id: 'region/team-b/us-east-1', name: 'us-east-1', told: [] },
  ]);
  expect(data.troubles).toContainEqual({ title: 'team-b/eu-west-1', reason: 'not read', message: 'AccessDenied' });
});

it('what is not Ready is told, and what was never looked at', () => {
  const input = estate();
  delete input.overview.pools[0]?.status;
  expect(mapData(input).troubles.map(({ id, reason }) => [id, reason])).toEqual([
    ['set/nat-gateways', 'PartialSources'],
    ['pool/ci/docker', 'no status'],
  ]);
});

it('a group that lets nobody in and that no set asks for is left out', () => {
  const input = estate({ groups: 2 });
  const [asked, bare] = input.overview.access.lists;
  Object.assign(asked ?? {}, { rules: [] });
  Object.assign(bare ?? {}, { rules: [], askedBy: [] });
  expect(mapData(input).targets.map(({ key }) => key)).toEqual(['ci/office-only', asked?.id]);
});

it('AWS may give groups and rules in any order', () => {
  const input = estate({ accounts: 3, groups: 60 });
  const data = mapData(input);
  input.overview.access.lists.reverse();
  for (const { rules } of input.overview.access.lists) rules.reverse();
  expect(mapData(input)).toEqual(data);
});

it('no two items have the same id', () => {
  const { sets, pools, endpoints, accounts, targets } = mapData(estate({ accounts: 5, groups: 200 }));
  const items = [
    ...sets,
    ...pools,
    ...endpoints,
    ...endpoints.flatMap(({ consumers }) => consumers),
    ...accounts,
    ...accounts.flatMap(({ regions }) => regions),
    ...targets,
  ];
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
});

it('equal lists of CIDRs are in the page once', () => {
  expect(mapData(estate({ accounts: 25, groups: 2000 })).cidrs.length).toBeLessThan(10);
});
