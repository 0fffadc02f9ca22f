import { getServers, setServers } from 'node:dns';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ownNameservers } from '../../../src/kube/nameservers.js';

const servers = getServers();
beforeEach(() => {
  process.env.KUBERNETES_SERVICE_HOST = '10.96.0.1';
});
afterEach(() => {
  delete process.env.KUBERNETES_SERVICE_HOST;
  setServers(servers);
});

it.each([
  ['10.96.0.10', '10.96.0.10', 53],
  ['10.96.0.10:5353', '10.96.0.10', 5353],
  ['fd00::a', 'fd00::a', 53],
  ['[fd00::a]:5353', 'fd00::a', 5353],
])('are what the pod of this process asks: %s', (server, address, port) => {
  setServers([server, '10.96.0.11']);
  expect(ownNameservers()).toEqual([
    { address, port },
    { address: '10.96.0.11', port: 53 },
  ]);
});

it('are none outside a cluster, where other names are known', () => {
  delete process.env.KUBERNETES_SERVICE_HOST;
  expect(ownNameservers()).toEqual([]);
});
