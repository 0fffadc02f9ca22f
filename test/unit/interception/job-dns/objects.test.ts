import { expect, it } from '@jest/globals';
import type { V1DeploymentSpec } from '@kubernetes/client-node';
import {
  type JobDns,
  jobDnsCorefile,
  jobDnsKinds,
  jobDnsObjects,
} from '../../../../src/interception/job-dns/objects.js';
import { deployments } from '../../../../src/kube/owned/resources.js';

const wish: JobDns = {
  name: 'gitlab-job-dns',
  namespace: 'ci',
  rewrites: [
    { from: 'gitlab.example.com', to: 'gitlab.privatelink.example.com' },
    { from: 'registry.example.com', to: 'registry.privatelink.example.com' },
  ],
  forwardTo: ['10.96.0.10', 'fd00::a'],
  image: 'coredns/coredns:1.15.0',
  replicas: 3,
};

it('the whole of it', () => {
  const all = jobDnsObjects(wish);
  expect(all.map(({ resource }) => resource)).toEqual(jobDnsKinds);
  expect(all.map(({ resource, ...object }) => ({ kind: resource.kind, ...object }))).toMatchSnapshot();
});

it('has a line for each name, and goes to the cluster for all others', () => {
  const lines = jobDnsCorefile(wish)
    .split('\n')
    .map((line) => line.trim());
  expect(lines).toEqual(
    expect.arrayContaining([
      '.:5353 {',
      'rewrite stop name exact gitlab.example.com gitlab.privatelink.example.com',
      'rewrite stop name exact registry.example.com registry.privatelink.example.com',
      'forward . 10.96.0.10 fd00::a',
    ]),
  );
});

it('where the DNS has no Service, goes to whomever pods ask', () => {
  const specOf = (each: JobDns) =>
    jobDnsObjects(each).find(({ resource }) => resource === deployments)?.fields.spec as V1DeploymentSpec;
  const dnsPolicyOf = (each: JobDns) => specOf(each).template.spec?.dnsPolicy;
  expect(jobDnsCorefile({ ...wish, forwardTo: [] })).toContain('    forward . /etc/resolv.conf\n');
  expect([dnsPolicyOf(wish), dnsPolicyOf({ ...wish, forwardTo: [] })]).toEqual(['Default', 'ClusterFirst']);
});
