import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { renderOne } from '../../../src/plan/render.js';
import { renderConfig, renderUserData } from '../../../src/runner-pool/render.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-render-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const pool = (spec: object, name = 'builders') => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'RunnerPool',
  metadata: { name },
  spec: { nodes: { os: 'Bottlerocket', provisioner: 'UserDataOnly' }, ...spec },
});
const endpoint = {
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'PrivateLinkEndpoint',
  metadata: { name: 'gitlab' },
  spec: {
    zone: 'privatelink.example.com',
    hosts: [{ public: 'registry.example.com', private: 'registry.privatelink.example.com', registry: true }],
    service: { name: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0' },
    consumers: [],
  },
};

async function renderedOf(...objects: object[]) {
  return renderedBy(renderUserData, ...objects);
}

async function renderedBy(render: typeof renderUserData, ...objects: object[]) {
  await writeFile(join(folder, 'all.yaml'), objects.map((object) => stringify(object)).join('---\n'));
  return renderOne([folder], 'RunnerPool', ({ pools }) => pools, render);
}

it("the pool's user data, with the mirrors of its PrivateLinkEndpoint", async () => {
  const rendered = await renderedOf(pool({ endpointRef: { name: 'gitlab' } }), endpoint);
  expect(rendered).toMatchObject({ ok: true, advice: [] });
  expect(rendered).toHaveProperty('text', expect.stringContaining('"https://registry.privatelink.example.com"'));
});

it('with Custom, the user data as it is, and the files that it has to write', async () => {
  const nodes = { os: 'Custom', provisioner: 'UserDataOnly', userData: '#!/bin/sh\n' };
  const rendered = await renderedOf(pool({ nodes, endpointRef: { name: 'gitlab' } }), endpoint);
  const file =
    '/etc/containerd/certs.d/registry.example.com/hosts.toml:\n[host."https://registry.privatelink.example.com"]';
  expect(rendered).toMatchObject({ ok: true, text: nodes.userData, advice: [expect.stringContaining(file)] });
});

it('what a Secret has is neither read nor shown, and that is told', async () => {
  const registries = { credentials: [{ registry: 'docker.io', secretName: 'pull' }] };
  const nodes = { os: 'Bottlerocket', provisioner: 'UserDataOnly', registries };
  const rendered = await renderedOf(pool({ nodes, acceptRisks: ['CredentialsInUserData'] }));
  expect(rendered).toMatchObject({ ok: true, advice: ['username and password of Secret pull are not shown'] });
  expect(rendered).toHaveProperty('text', expect.stringContaining('password = "<password of Secret pull>"'));
});

it.each<[what: string, objects: object[], message: string]>([
  ['no pool', [endpoint], 'there is no RunnerPool'],
  ['two pools', [pool({}), pool({}, 'others')], 'there are several of RunnerPool'],
  [
    'no endpoint',
    [pool({ endpointRef: { name: 'gitlab' } })],
    'spec.endpointRef: there is no PrivateLinkEndpoint default/gitlab; give its file with -f too',
  ],
  [
    'user data that does not parse',
    [pool({ nodes: { os: 'Bottlerocket', provisioner: 'UserDataOnly', userData: 'a =' } })],
    'spec.nodes.userData: line 1, column 4: ',
  ],
  ['a pool that the CRD does not take', [pool({ nodes: { os: 'Windows' } })], 'spec.nodes.os: '],
])('%s is refused', async (_what, objects, message) => {
  expect(await renderedOf(...objects)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
});

describe('config.toml', () => {
  const gitlab = { url: 'https://gitlab.example.com', tokenSecret: { name: 'runner' } };
  const endpointRef = { name: 'gitlab' };
  const jobDns = { ...endpoint, spec: { ...endpoint.spec, interception: { mode: 'JobDNS' } } };

  it('has the defaults of the CRD, and the resolver where the manifest tells it', async () => {
    const seen = { ...jobDns, status: { interception: { mode: 'JobDNS', resolver: '172.20.0.53' } } };
    const rendered = await renderedBy(renderConfig, pool({ gitlab, endpointRef }), seen);
    expect(rendered).toMatchObject({ ok: true, advice: [] });
    expect(rendered).toHaveProperty('text', expect.stringContaining('concurrent = 10\n'));
    expect(rendered).toHaveProperty('text', expect.stringContaining('nameservers = [ "172.20.0.53" ]'));
  });

  it('says what of it the cluster alone knows', async () => {
    const rendered = await renderedBy(renderConfig, pool({ gitlab, endpointRef }), jobDns);
    const stand = '<status.interception.resolver of the PrivateLinkEndpoint>';
    expect(rendered).toMatchObject({ ok: true, advice: [expect.stringContaining(stand)] });
    expect(rendered).toHaveProperty('text', expect.stringContaining(stand));
  });

  it.each<[what: string, spec: object, message: string]>([
    ['without a manager', {}, 'spec.gitlab is missing'],
    ['with a config that is', { gitlab: { ...gitlab, config: 'concurrent = 1' } }, 'is both 10 and 1; '],
    ['without the endpoint', { gitlab, endpointRef }, 'there is no PrivateLinkEndpoint default/gitlab; give its file'],
  ])('%s is refused', async (_what, spec, message) => {
    expect(await renderedBy(renderConfig, pool(spec))).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
    });
  });
});
