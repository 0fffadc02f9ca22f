import { expect, it } from '@jest/globals';
import { checkManifest } from '../../../src/plan/schema.js';
import { resource, runners } from '../private-link-endpoint/world.js';
import { written } from './build.js';

const type = 'sallyport.dev/v1alpha1 CidrSet';

it('fills in what the API server would', () => {
  const spec = {
    cidrs: [{ cidr: '203.0.113.0/24' }],
    targets: { securityGroups: [{ name: 'gitlab', tags: { app: 'gitlab' }, ports: ['tcp/443'] }] },
  };
  expect(checkManifest(type, written('office', spec))).toMatchObject({
    ok: true,
    value: {
      spec: {
        mode: 'Enforce',
        deletionPolicy: 'Delete',
        allowAnywhere: false,
        guard: { grace: '1h' },
        targets: { securityGroups: [{ direction: 'Ingress', via: 'Rules' }] },
      },
    },
  });
});

const target = { name: 'gitlab', groupIds: ['sg-0123456789abcdef0'], ports: ['tcp/443'] };

it.each<[string, object, string]>([
  ['a field that is not known', { cidr: [] }, 'spec.cidr: is no known field'],
  [
    'one that is, in the wrong place',
    { cidrs: [{ cidr: '10.0.0.0/8', ports: [] }] },
    'spec.cidrs[0].ports: is no known field',
  ],
  ['a field that is missing', { cidrs: [{ description: 'Berlin' }] }, 'spec.cidrs[0].cidr: is required'],
  ['another type', { allowAnywhere: 'yes' }, 'spec.allowAnywhere: must be boolean, but is "yes"'],
  [
    'a word that is none of those',
    { mode: 'plan' },
    'spec.mode: must be equal to one of the allowed values: Enforce, Plan, but is "plan"',
  ],
  [
    'a name that is not one',
    { discover: { vpcs: [{ name: 'All VPCs' }] } },
    'spec.discover.vpcs[0].name: must match pattern "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", but is "All VPCs"',
  ],
  [
    'the same twice',
    { include: ['vpn', 'vpn'] },
    'spec.include: must NOT have duplicate items (items ## 1 and 0 are identical)',
  ],
  [
    'two targets of one name',
    { targets: { securityGroups: [target, target] } },
    'spec.targets.securityGroups: has two items of the same key',
  ],
  [
    'what is no CIDR',
    { cidrs: [{ cidr: '203.0.113.0/240' }] },
    'spec.cidrs[0].cidr: "203.0.113.0/240" is not a CIDR; write one like 203.0.113.0/24 or 2001:db8::/32',
  ],
  [
    'host bits',
    { cidrs: [{ cidr: '10.1.2.3/16' }] },
    'spec.cidrs[0].cidr: "10.1.2.3/16" has host bits set; write 10.1.0.0/16',
  ],
  [
    'the whole internet',
    { cidrs: [{ cidr: '::/0' }] },
    'spec.cidrs[0].cidr: "::/0" is wider than /16; write a narrower CIDR, or set spec.allowAnywhere: true',
  ],
  [
    'what is no port',
    { targets: { securityGroups: [{ ...target, ports: ['tcp/70000'] }] } },
    'spec.targets: "tcp/70000" is not a port; write one like tcp/443, udp/53, tcp/8000-8080, icmp, or all',
  ],
])('refuses %s', (_what, spec, problem) => {
  expect(checkManifest(type, written('office', spec))).toEqual({ ok: false, problems: [problem] });
});

it('takes IPv6 in any spelling, and anywhere where that is meant', () => {
  const spec = { cidrs: [{ cidr: '2001:DB8:0::/32' }, { cidr: '0.0.0.0/0' }], allowAnywhere: true };
  expect(checkManifest(type, written('office', spec))).toMatchObject({ ok: true });
});

it('names what it knows when it is given something else of ours', () => {
  const [problem] = (checkManifest('sallyport.dev/v2 CidrSet', written('office')) as { problems: string[] }).problems;
  expect(problem).toContain('sallyport.dev/v1alpha1 CidrSet');
});

const endpointType = 'sallyport.dev/v1alpha1 PrivateLinkEndpoint';
const gitlab = { ...resource(), metadata: { name: 'gitlab' } };

function refused(spec: object): string[] {
  const checked = checkManifest(endpointType, { ...gitlab, spec: { ...gitlab.spec, ...spec } });
  return checked.ok ? [] : checked.problems;
}

it.each<[string, object, string[]]>([
  ['nothing of one that is right', {}, []],
  [
    'a service that is told in no way',
    { service: {} },
    ['spec.service: write name, or provider, and just one of them'],
  ],
  [
    'a VPC that is told in two ways',
    { consumers: [{ ...runners, vpc: { id: 'vpc-0123456789abcdef0', tags: { role: 'runners' } } }] },
    ['spec.consumers[0].vpc: write id, or tags, and just one of them'],
  ],
  [
    'private names without a zone',
    { zone: undefined },
    ['spec.zone: is missing; write the domain that the private names are in'],
  ],
])('refuses of a PrivateLinkEndpoint %s', (_what, spec, problems) => expect(refused(spec)).toEqual(problems));
