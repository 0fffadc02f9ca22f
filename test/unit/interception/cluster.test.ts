import { describe, expect, it } from '@jest/globals';
import { isBypassing } from '../../../src/interception/node-local.js';
import { mountsOf, type Pod, resolversOf } from '../../../src/interception/pods.js';

type Mount = { name: string; mountPath: string; subPath?: string };

function pod(args: string[], volumeMounts: Mount[], status: Pod['status'] = {}): Pod {
  const ports = [{ name: 'dns', containerPort: 1053 }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'coredns-a' },
    spec: {
      containers: [{ args, ports, volumeMounts }],
      volumes: [
        { name: 'config', configMap: { name: 'rke2-coredns', items: [{ key: 'Config', path: 'Corefile' }] } },
        { name: 'custom', configMap: { name: 'coredns-custom' } },
        { name: 'tmp' },
      ],
    },
    status,
  };
}

const args = ['-conf', '/etc/coredns/Corefile'];
const corefile = { configMap: 'rke2-coredns', key: 'Config', directory: '/etc/coredns', isSubPath: false };

describe('where a pod has its Corefile from', () => {
  it.each([
    [
      'a folder',
      pod(args, [
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'config', mountPath: '/etc/coredns' },
      ]),
      { corefile },
    ],
    [
      'a folder, and one of additions',
      pod(args, [
        { name: 'config', mountPath: '/etc/coredns' },
        { name: 'custom', mountPath: '/etc/coredns/custom' },
      ]),
      { corefile, custom: '/etc/coredns/custom' },
    ],
    [
      'a file',
      pod(args, [{ name: 'config', mountPath: '/etc/coredns/Corefile', subPath: 'Corefile' }]),
      { corefile: { ...corefile, isSubPath: true } },
    ],
    ['elsewhere', pod(['--config-dir=/kube-dns-config'], [{ name: 'config', mountPath: '/kube-dns-config' }]), {}],
  ])('%s', (_where, given, mounts) => {
    expect(mountsOf(given)).toEqual(mounts);
  });
});

it.each([
  ['a number', 5353, 5353],
  ['a name', 'dns', 1053],
  ['nothing', undefined, 53],
])('finds the port that pods listen on, by %s', (_by, targetPort, port) => {
  const ready = { podIP: '10.1.0.1', conditions: [{ type: 'Ready', status: 'True' }] };
  const ports = [{ port: 9153 }, { port: 53, ...(targetPort && { targetPort }) }];
  expect(resolversOf(ports, [pod(args, [], ready)])).toEqual([
    { pod: 'coredns-a', address: '10.1.0.1', port, ready: true },
  ]);
});

it('asks no pod that has no address or is to go, and knows which are ready', () => {
  const unready = pod(args, [], { podIP: '10.1.0.1', conditions: [{ type: 'Ready', status: 'False' }] });
  const leaving = { ...unready, metadata: { name: 'b', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  expect(resolversOf([], [unready, leaving, pod(args, [])])).toMatchObject([{ pod: 'coredns-a', ready: false }]);
});

describe('NodeLocal DNSCache', () => {
  const cacheOf = (forward: string) => ({
    Corefile: `cluster.local:53 {\n    forward . __PILLAR__CLUSTER__DNS__\n}\n.:53 {\n    forward . ${forward}\n}\n`,
  });
  it.each([
    ['as it comes', cacheOf('__PILLAR__UPSTREAM__SERVERS__'), true],
    ['that asks the cluster for all names', cacheOf('__PILLAR__CLUSTER__DNS__ {\n  force_tcp\n }'), false],
    ["that asks the cluster's address", cacheOf('10.96.0.10'), false],
    ['that is not known', {}, true],
  ])('%s', (_which, data, bypasses) => {
    expect(isBypassing(data, '10.96.0.10')).toBe(bypasses);
  });
});
