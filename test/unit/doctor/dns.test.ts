import { expect, it } from '@jest/globals';
import type { PrivateLinkEndpoint } from '../../../src/api/private-link-endpoint.gen.js';
import { dnsFindings } from '../../../src/doctor/dns.js';
import { clusterDns, corefile } from '../interception/build.js';
import { told } from './build.js';

const { corefile: _, ...notCoreDns } = clusterDns();
const { clusterIP: __, ...unlabelled } = { ...notCoreDns, resolvers: [] };
const from = 'ok: CoreDNS has its Corefile from ConfigMap kube-system/coredns; 2 of 2 DNS pods ready';
const unready = clusterDns().resolvers.map((each) => ({ ...each, ready: false }));

it.each([
  [
    'kubeadm',
    clusterDns(),
    [from, 'ok: interception would be by ClusterDNS: CoreDNS has its Corefile in a ConfigMap that nobody else keeps'],
  ],
  [
    'the EKS add-on',
    clusterDns(corefile, { isEksAddOn: true }),
    [
      from,
      'note: CoreDNS is the EKS add-on, which puts its own Corefile back',
      'ok: interception would be by JobDNS: the EKS add-on owns the Corefile and puts its own back',
    ],
  ],
  [
    'NodeLocal DNSCache',
    clusterDns(corefile, { hasNodeLocalCache: true }),
    [
      from,
      "note: pods ask NodeLocal DNSCache, which doesn't ask CoreDNS about public names",
      "ok: interception would be by JobDNS: pods ask NodeLocal DNSCache, which doesn't ask CoreDNS about public names",
    ],
  ],
  [
    'no reload',
    clusterDns(corefile.replace('    reload\n', '')),
    [from, expect.stringMatching(/^ok: interception would be by JobDNS: .*add the plugin reload/)],
  ],
  [
    'GKE',
    notCoreDns,
    [
      'note: the DNS is not CoreDNS with a Corefile in a ConfigMap; 2 of 2 DNS pods ready',
      expect.stringMatching(/JobDNS/),
    ],
  ],
  [
    'no Service',
    unlabelled,
    [
      'note: the DNS has no Service with the label k8s-app=kube-dns, as in EKS Auto Mode: it is not edited',
      expect.stringMatching(/JobDNS/),
    ],
  ],
  [
    'no pod',
    clusterDns(corefile, { resolvers: unready }),
    ['failure: the cluster has no DNS: 0 of 2 DNS pods ready', expect.anything()],
  ],
])('DNS of %s', (_name, dns, findings) => {
  expect(told(dnsFindings(dns, []))).toEqual(findings);
});

function endpoint(mode: NonNullable<PrivateLinkEndpoint['spec']['interception']>['mode']): PrivateLinkEndpoint {
  const hosts = [{ public: 'gitlab.example.com', private: 'gitlab.privatelink.example.com' }];
  const spec = { hosts, service: {}, consumers: [], interception: { mode } };
  const metadata = { namespace: 'ci', name: 'gitlab' };
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PrivateLinkEndpoint',
    metadata,
    spec,
  } as unknown as PrivateLinkEndpoint;
}

it.each([
  [
    'Auto',
    'Auto',
    clusterDns(),
    'ok: ci/gitlab is led by ClusterDNS (Auto): CoreDNS has its Corefile in a ConfigMap that nobody else keeps',
  ],
  ['a mode that works', 'ClusterDNS', clusterDns(), 'ok: ci/gitlab is led by ClusterDNS'],
  [
    'a mode that is put back',
    'ClusterDNS',
    clusterDns(corefile, { isEksAddOn: true }),
    "failure: ci/gitlab can't be led by ClusterDNS: the EKS add-on puts its own Corefile back",
  ],
  [
    'a mode without effect',
    'CoreDNSImport',
    clusterDns(),
    /^failure: ci\/gitlab can't be led by CoreDNSImport: no import in the live Corefile/,
  ],
  [
    'a mode that a cache hides',
    'ClusterDNS',
    clusterDns(corefile, { hasNodeLocalCache: true }),
    /^failure: .*NodeLocal DNSCache/,
  ],
] as const)('an endpoint with %s', (_name, mode, dns, finding) => {
  const own = told(dnsFindings(dns, [endpoint(mode)]).filter(({ subject }) => subject.startsWith('Private')));
  expect(own).toEqual([typeof finding === 'string' ? finding : expect.stringMatching(finding)]);
});
