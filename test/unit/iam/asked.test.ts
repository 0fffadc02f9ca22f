import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { CidrSet } from '../../../src/api/cidr-set.gen.js';
import type { PrivateLinkEndpoint } from '../../../src/api/private-link-endpoint.gen.js';
import type { RunnerPool } from '../../../src/api/runner-pool.gen.js';
import { askedFeatures, askedOf } from '../../../src/iam/asked.js';
import { type Feature, features } from '../../../src/iam/permission.js';
import { permissions } from '../../../src/iam/permissions.js';

const set = (spec: object) => ({ sets: [{ metadata: { name: 'office' }, spec }] as CidrSet[] });
const endpoint = (spec: object) => {
  const whole = { hosts: [], service: {}, consumers: [], ...spec };
  return { endpoints: [{ metadata: { name: 'gitlab' }, spec: whole }] as unknown as PrivateLinkEndpoint[] };
};
const pool = (spec: object) => ({
  pools: [{ metadata: { name: 'linux' }, spec: { nodes: {}, ...spec } }] as RunnerPool[],
});
const declared = (some: object) => ({ sets: [], endpoints: [], pools: [], ...some });

const here = { region: 'eu-west-1' };
const there = { region: 'us-east-1' };
const groups = (via: string) => ({ targets: { securityGroups: [{ via }] } });
it.each<[string, object, Feature[]]>([
  ['nothing', {}, []],
  ['a set without targets', set({}), ['securityGroups']],
  ['rules', set(groups('Rules')), ['securityGroups']],
  ['rules or a list', set(groups('Auto')), ['securityGroups', 'prefixLists']],
  ['lists', set({ targets: { prefixLists: [{}] } }), ['securityGroups', 'prefixLists']],
  [
    'shared lists',
    set({ targets: { prefixLists: [{ shareWith: ['222222222222'] }] } }),
    ['securityGroups', 'prefixLists', 'shareWith'],
  ],
  ['IP sets', set({ targets: { wafIpSets: [{}] } }), ['securityGroups', 'wafIpSets']],
  ['access lists', set({ targets: { eksPublicAccess: [{ clusters: ['a'] }] } }), ['securityGroups', 'eksPublicAccess']],
  [
    'sources',
    set({ discover: { natGateways: [{}], elasticIps: [{}], vpcs: [{}] } }),
    ['securityGroups', 'natGateways', 'elasticIps', 'vpcs'],
  ],
  [
    "an endpoint to others' service",
    endpoint({ service: { name: 'a.b.c.eu-west-1.d' }, consumers: [here] }),
    ['endpoints'],
  ],
  [
    'one in another region',
    endpoint({ service: { name: 'a.b.c.eu-west-1.d' }, consumers: [there] }),
    ['endpoints', 'otherRegions'],
  ],
  ['a service', endpoint({ service: { provider: here }, consumers: [here] }), ['service', 'endpoints']],
  [
    'a service with all',
    endpoint({
      hosts: [{ private: 'gitlab.internal' }],
      service: { provider: { ...here, enforceSecurityGroups: false, privateDns: { zoneId: 'Z1' } } },
      consumers: [{ ...there, privateDns: true }],
    }),
    [
      'service',
      'enforceSecurityGroups',
      'provider.privateDns',
      'endpoints',
      'consumer.privateDns',
      'otherRegions',
      'names',
    ],
  ],
  ['a pool', pool({ aws: { credentials: 'IRSA' } }), []],
  ['a launch template', pool({ nodes: { launchTemplate: { id: 'lt-1' } } }), ['launchTemplate']],
  ['an association', pool({ aws: { credentials: 'PodIdentity', roleArn: '' } }), ['podIdentity']],
])('%s asks for no more than it needs', (_, some, asked) => {
  expect(askedFeatures(declared(some))).toEqual(new Set(asked));
});

it('narrows to what resources name', () => {
  const some = {
    ...set({ targets: { eksPublicAccess: [{ clusters: ['b', 'a'] }, { clusters: ['a'] }] } }),
    ...endpoint({ service: { provider: { ...here, privateDns: { zoneId: 'Z1' } } } }),
    pools: [
      ...pool({ nodes: { launchTemplate: { id: 'lt-1' } } }).pools,
      ...pool({ aws: { credentials: 'PodIdentity', roleArn: 'arn:aws:iam::222222222222:role/ci/jobs' } }).pools,
      ...pool({ aws: { credentials: 'IRSA', roleArn: 'arn:aws:iam::222222222222:role/other' } }).pools,
    ],
  };
  const asked = new Map(askedOf(permissions, declared(some)).map(({ sid, resources }) => [sid, resources]));
  expect(asked.get('ChangeClusters')).toEqual(['eks:*:*:cluster/a', 'eks:*:*:cluster/b']);
  expect(asked.get('WriteProofs')).toEqual(['route53:::hostedzone/Z1']);
  expect(asked.get('ChangeLaunchTemplates')).toEqual(['ec2:*:*:launch-template/lt-1']);
  expect(asked.get('PassRoles')).toEqual(['iam::222222222222:role/ci/jobs']);
});

it('writes no records but those of each resource, a statement for each', () => {
  const named = (service: object, ...names: string[]) =>
    endpoint({ service, hosts: names.map((name) => ({ private: name })) }).endpoints;
  const provider = { ...here, privateDns: { name: 'gitlab.example.com', zoneId: 'Z1' } };
  const endpoints = [...named({ provider }, 'b.internal', 'a.internal'), ...named({}, 'c.internal'), ...named({})];
  const key = 'route53:ChangeResourceRecordSetsNormalizedRecordNames';
  const written = askedOf(permissions, declared({ endpoints: [...endpoints, ...endpoints] })).flatMap(
    ({ sid, conditions = [] }) =>
      conditions.flatMap((each) => (each.key === key && 'values' in each ? [[sid, ...each.values]] : [])),
  );
  expect(written).toEqual([
    ['WriteProofs', '*.gitlab.example.com'],
    ['WriteRecords', ...['a-a', 'a-b', 'a', 'b', 'cname-a', 'cname-b'].map((name) => `${name}.internal`)],
    ['WriteRecords2', 'a-c.internal', 'c.internal', 'cname-c.internal'],
  ]);
  const known = JSON.parse(readFileSync('test/support/iam/service-reference.json', 'utf8'));
  expect(known['route53:ChangeResourceRecordSets'].keys).toContain(key);
});

it('asks for no feature that has no permissions, and has none that nobody asks for', () => {
  expect(new Set(permissions.map(({ feature }) => feature))).toEqual(new Set(features));
});
