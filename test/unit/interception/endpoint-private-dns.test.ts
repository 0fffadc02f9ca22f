import { expect, it } from '@jest/globals';
import type { PrivateLinkEndpoint } from '../../../src/api/private-link-endpoint.gen.js';
import { hasPrivateDns, privateDnsFinding } from '../../../src/interception/endpoint-private-dns.js';
import { resource } from '../private-link-endpoint/world.js';

const hosts = [{ public: 'gitlab.example.com' }];

interface Change {
  name?: string;
  privateDns?: boolean;
  state?: string;
  ready?: boolean;
  others?: string[];
}

function endpoint({
  name = 'gitlab.example.com',
  privateDns = true,
  state = 'verified',
  ready = true,
  others = [],
}: Change) {
  const object = resource({});
  const provider = { ...object.spec.service.provider, privateDns: { name, zoneId: 'Z1' } };
  const [consumer] = object.spec.consumers;
  const told = { name: 'team-a', account: 'team-a', region: 'eu-west-1', ready, reason: 'Ready' };
  return {
    ...object,
    spec: {
      ...object.spec,
      hosts: [...hosts, ...others.map((each) => ({ public: each }))],
      service: { provider },
      consumers: [{ ...consumer, privateDns }],
    },
    status: { service: { name: 's', id: 's', privateDnsState: state }, consumers: [told] },
  } as PrivateLinkEndpoint;
}

it.each<[said: string, change: Change]>([
  ['True Verified', {}],
  ['False NotPrivateDnsName', { name: 'git.example.com' }],
  ['False NotPrivateDnsName', { others: ['registry.example.com'] }],
  ['False NoPrivateDns', { privateDns: false }],
  ['Unknown PrivateDnsPending', { state: 'pendingVerification' }],
  ['Unknown PrivateDnsPending', { ready: false }],
])('says %s', (said, change) => {
  const { status, reason } = privateDnsFinding(endpoint(change), []);
  expect(`${status} ${reason}`).toBe(said);
  expect(hasPrivateDns(endpoint(change))).toBe(said.startsWith('True'));
});

it.each([
  ['True', '10.0.0.1, 10.0.0.2'],
  ['False', '192.0.2.1'],
  ['False', '10.0.0.1, 192.0.2.1'],
  ['False', 'NXDOMAIN'],
])('goes by what resolvers say where the endpoint is made elsewhere: %s for %s', (status, answer) => {
  const object = endpoint({});
  const spec = { ...object.spec, service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0' }, consumers: [] };
  const looks = [{ pod: 'a', answers: { 'gitlab.example.com': answer } }];
  expect(privateDnsFinding({ ...object, spec }, looks).status).toBe(status);
  expect(hasPrivateDns({ ...object, spec })).toBe(false);
});
