import { expect, it } from '@jest/globals';
import { differences } from '../../../../src/kube/owned/differences.js';

const container = { name: 'caddy', image: 'caddy:2', args: ['run', '--watch'] };
const spec = { spec: { replicas: 2, containers: [container], ports: [{ port: 443 }] } };

it.each<[what: string, desired: object, live: object]>([
  ['the same', spec, spec],
  [
    'defaults of the API server',
    spec,
    { spec: { ...spec.spec, paused: false, ports: [{ port: 443, protocol: 'TCP' }] } },
  ],
  [
    'defaults in a named element, and elements of others',
    spec,
    { spec: { ...spec.spec, containers: [{ name: 'sidecar' }, { ...container, imagePullPolicy: 'Always' }] } },
  ],
  ['an empty list that is left out', { spec: { ingress: [] } }, { spec: {} }],
  ['an empty object', { spec: { emptyDir: {} } }, { spec: { emptyDir: {} } }],
])('no difference: %s', (_what, desired, live) => {
  expect(differences(desired, live)).toEqual([]);
});

it.each<[path: string, live: object]>([
  ['spec.replicas', { ...spec.spec, replicas: 3 }],
  ['spec.replicas', { ...spec.spec, replicas: undefined }],
  ['spec.containers[caddy].image', { ...spec.spec, containers: [{ ...container, image: 'caddy:1' }] }],
  ['spec.containers[caddy].args', { ...spec.spec, containers: [{ ...container, args: ['run'] }] }],
  ['spec.containers[caddy].args[1]', { ...spec.spec, containers: [{ ...container, args: ['run', '-x'] }] }],
  ['spec.containers[caddy]', { ...spec.spec, containers: [{ name: 'sidecar' }] }],
  ['spec.containers', { ...spec.spec, containers: undefined }],
  ['spec.ports', { ...spec.spec, ports: [{ port: 443 }, { port: 80 }] }],
  ['spec.ports[0].port', { ...spec.spec, ports: [{ port: 80 }] }],
])('%s differs', (path, live) => {
  expect(differences(spec, { spec: live })).toEqual([path]);
});

it('what is to be empty is not', () => {
  expect(differences({ podSelector: {} }, { podSelector: { app: 'a' } })).toEqual(['podSelector']);
});
