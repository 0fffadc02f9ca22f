import { expect, it } from '@jest/globals';
import { choose } from '../../../src/interception/choose.js';
import type { ClusterDns } from '../../../src/interception/cluster-dns.js';
import type { ChosenMode } from '../../../src/interception/wish.js';
import { clusterDns, corefile, importing, wish } from './build.js';

const { corefile: _, ...notCoreDns } = clusterDns();
const taken = `${importing}gitlab.example.com:53 {\n    forward . 10.0.0.2\n}\n`;

it.each<[cluster: string, dns: ClusterDns, mode: string, why: RegExp]>([
  ['kubeadm, or CoreDNS managed by oneself', clusterDns(), 'ClusterDNS', /in a ConfigMap that nobody else keeps/],
  ['k3s or AKS', clusterDns(importing, { custom: {} }), 'CoreDNSImport', /imports what coredns-custom adds/],
  [
    'a coredns-custom that is mounted and not imported',
    clusterDns(corefile, { custom: {} }),
    'ClusterDNS',
    /nobody else/,
  ],
  ['an import of what is not mounted', clusterDns(importing), 'ClusterDNS', /nobody else/],
  ['a server block that would be a second one', clusterDns(taken, { custom: {} }), 'ClusterDNS', /nobody else/],
  ['the EKS add-on', clusterDns(corefile, { isEksAddOn: true }), 'JobDNS', /EKS add-on/],
  ['GKE', notCoreDns, 'JobDNS', /not CoreDNS/],
  [
    'NodeLocal DNSCache',
    clusterDns(importing, { custom: {}, hasNodeLocalCache: true }),
    'JobDNS',
    /NodeLocal DNSCache/,
  ],
  ['autopath', clusterDns(corefile.replace('errors', 'autopath @kubernetes')), 'JobDNS', /^autopath takes/],
  [
    'autopath, with an import',
    clusterDns(importing.replace('errors', 'autopath @kubernetes'), { custom: {} }),
    'JobDNS',
    /autopath/,
  ],
  ['no reload', clusterDns(corefile.replace('    reload\n', '')), 'JobDNS', /add the plugin reload/],
  ['a Corefile that is not edited', clusterDns('. {'), 'JobDNS', /is left alone/],
])('Auto in a cluster with %s', (_cluster, dns, mode, why) => {
  expect(choose(wish(), dns, { hasPrivateDns: false })).toEqual({ mode, why: expect.stringMatching(why) });
});

it('Auto takes what AWS does by itself before all', () => {
  expect(choose(wish(), clusterDns(), { hasPrivateDns: true }).mode).toBe('EndpointPrivateDNS');
});

it('a fixed mode is that mode, without a why', () => {
  expect(choose(wish({ mode: 'ClusterDNS' }), notCoreDns, { hasPrivateDns: true })).toEqual({ mode: 'ClusterDNS' });
});

it.each<[from: ChosenMode, dns: ClusterDns, to: ChosenMode]>([
  ['ClusterDNS', clusterDns(importing, { custom: {} }), 'CoreDNSImport'],
  ['ClusterDNS', clusterDns('. {'), 'ClusterDNS'],
  ['CoreDNSImport', notCoreDns, 'CoreDNSImport'],
  ['JobDNS', clusterDns(), 'JobDNS'],
])('Auto leaves nobody behind: from %s', (from, dns, to) => {
  const former = { mode: from, why: 'it was so' };
  expect(choose(wish(), dns, { hasPrivateDns: false, former }).mode).toBe(to);
});
